// Tables of columns, as Python sends them, turned into rows that code can walk.

/** {start: [2, 10], end: [8, 13]} -> [{start: 2, end: 8}, {start: 10, end: 13}]; [] stays []. */
export function rowsOf(table) {
  if (Array.isArray(table)) return table;
  const names = Object.keys(table);
  const count = names.length ? table[names[0]].length : 0;
  return Array.from({ length: count }, (_, place) =>
    Object.fromEntries(names.map((name) => [name, table[name][place]])),
  );
}

/** A scene as Python sends it, with rows for its tables. */
export function readScene(scene) {
  const tables = ["units", "vmas", "reserved", "groups", "ghosts"];
  const mms = rowsOf(scene.mms).map((mm) => {
    const read = { ...mm };
    for (const name of tables) read[name] = rowsOf(mm[name]);
    return read;
  });
  const rings = rowsOf(scene.rings).map((ring) => ({ ...ring, arcs: rowsOf(ring.arcs) }));
  return { ...scene, mms, rings };
}

/** Rows -> columns, for a Bokeh source. Without rows every name gets an empty column. */
export function columnsOf(rows, names) {
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}
