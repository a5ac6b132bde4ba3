// Tables of columns, as Python sends them, turned into rows that code can walk; and scenes, which
// come as changes of the one before, put together when they are looked at.

/** {start: [2, 10], end: [8, 13]} -> [{start: 2, end: 8}, {start: 10, end: 13}]; [] stays []. */
export function rowsOf(table) {
  if (Array.isArray(table)) return table;
  const names = Object.keys(table);
  const count = names.length ? table[names[0]].length : 0;
  return Array.from({ length: count }, (_, place) =>
    Object.fromEntries(names.map((name) => [name, table[name][place]])),
  );
}

/** Rows -> columns, for a Bokeh source. Without rows every name gets an empty column. */
export function columnsOf(rows, names) {
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}

/** Neighbouring rows made one where `joined(left, right)` gives the row for both, not null. */
export function mergedRows(rows, joined) {
  const made = [];
  for (const row of rows) {
    const both = made.length ? joined(made.at(-1), row) : null;
    if (both) made[made.length - 1] = both;
    else made.push(row);
  }
  return made;
}

/**
 * The rows after a change of `before`: {cuts: [[at, gone, came], ..], rows}, or a whole table.
 * A row that did not change is the same object in both.
 */
export function changedRows(change, before) {
  if (!change.cuts) return rowsOf(change);
  if (!change.cuts.length) return before;
  const came = rowsOf(change.rows);
  const rows = [];
  let [old, used] = [0, 0];
  for (const [at, gone, count] of change.cuts) {
    for (; old < at; old += 1) rows.push(before[old]);
    for (const last = used + count; used < last; used += 1) rows.push(came[used]);
    old += gone;
  }
  for (; old < before.length; old += 1) rows.push(before[old]);
  return rows;
}

const MOST_WHOLE = 64;

/** Scenes as Python sends them, those after `before`: the scene that they go on from, if any. */
export function readScenes(sent, before) {
  const whole = before?.whole ?? new Map();
  const scenes = [];
  for (const one of sent) scenes.push(new Scene(one, scenes.at(-1) ?? before, whole));
  return scenes;
}

/** One step. What is large of it (`mms`, `rings`, `twin`) is put together when it is asked for. */
class Scene {
  constructor(sent, before, whole) {
    const { mms, rings, twin, ...small } = sent;
    Object.assign(this, small);
    const hidden = { sent: { mms, rings, twin }, before, whole };
    for (const [name, value] of Object.entries(hidden)) Object.defineProperty(this, name, { value });
  }

  get mms() {
    return this.parts().mms;
  }

  get rings() {
    return this.parts().rings;
  }

  get twin() {
    return this.parts().twin.join("\n");
  }

  /** The large parts, whole: kept for the scenes that were looked at last. */
  parts() {
    const missing = [];
    let scene = this;
    while (scene && !this.whole.has(scene)) {
      missing.push(scene);
      scene = scene.before;
    }
    let parts = scene ? this.whole.get(scene) : null;
    for (const next of missing.reverse()) {
      parts = partsOf(next.sent, parts ?? { mms: [], rings: [], twin: [] });
      this.whole.set(next, parts);
      if (this.whole.size > MOST_WHOLE) this.whole.delete(this.whole.keys().next().value);
    }
    return parts;
  }
}

function partsOf(sent, before) {
  const changed = (part, name) =>
    sent[part].map((shape) => {
      const old = before[part].find((other) => other[name] === shape[name]);
      const whole = ([key, value]) => [key, value && typeof value === "object" ? changedRows(value, old?.[key]) : value];
      return Object.fromEntries(Object.entries(shape).map(whole));
    });
  return { mms: changed("mms", "pid"), rings: changed("rings", "letter"), twin: changedRows(sent.twin, before.twin) };
}
