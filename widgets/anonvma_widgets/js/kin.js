// What became of what: the vmas of two states that share indexes. Indexes never change, so nothing
// has to be guessed.
//
// first..end  the indexes of a vma; for a file, which has none, its pages
// heirs       the vmas after a step that have indexes of one before it; parents are the reverse

/** The first index of a vma; of a file its first page. */
export function firstOf(vma) {
  return vma.letter ? vma.first : vma.start;
}

/** The index after the last one of a vma. */
export function endOf(vma) {
  return firstOf(vma) + vma.end - vma.start;
}

/** Tables of things, each by its key; where several have the same key, in their order. */
export function byKey(things, key = (thing) => thing.key) {
  const found = new Map();
  for (const thing of things) {
    const name = key(thing);
    if (found.has(name)) found.get(name).push(thing);
    else found.set(name, [thing]);
  }
  return found;
}

/** What a picture shows of a vma, without its reservation. */
function geometry(vma) {
  return `${vma.letter} ${vma.first} ${vma.start} ${vma.end} ${vma.protection}`;
}

/** A function that finds the vmas with indexes of a given one, in the order of `vmas`. */
function sharers(vmas) {
  const spaces = new Map();
  for (const [letter, rows] of byKey(vmas.map((vma, place) => ({ vma, place })), (row) => row.vma.letter)) {
    rows.sort((a, b) => firstOf(a.vma) - firstOf(b.vma));
    let reach = -Infinity;
    for (const row of rows) row.reach = reach = Math.max(reach, endOf(row.vma));
    spaces.set(letter, rows);
  }
  return (wanted) => {
    const rows = spaces.get(wanted.letter) ?? [];
    const found = [];
    for (let at = below(rows, endOf(wanted)) - 1; at >= 0 && rows[at].reach > firstOf(wanted); at -= 1) {
      if (endOf(rows[at].vma) > firstOf(wanted)) found.push(rows[at]);
    }
    return found.sort((a, b) => a.place - b.place).map((row) => row.vma);
  };
}

/** How many rows, sorted by their first index, begin below `index`. */
function below(rows, index) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firstOf(rows[middle].vma) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

const known = new WeakMap(); // vmas before -> their kin among those that they were compared with last

/**
 * {same, torn, parents}: the vmas after the step that were there before it as they are; those
 * before that did not go whole into one, as {old, heirs}; and the parents of every other vma.
 * Both states are compared once, however many frames a movement has.
 */
export function kinOf(before, after) {
  const last = known.get(before);
  if (last?.after === after) return last;
  const kept = new Set(before.map(geometry));
  const [heirsOf, parentsOf] = [sharers(after), sharers(before)];
  const same = new Set(after.filter((vma) => kept.has(geometry(vma))));
  const parents = new Map(after.filter((vma) => !same.has(vma)).map((vma) => [vma, parentsOf(vma)]));
  const torn = before.map((old) => ({ old, heirs: heirsOf(old) })).filter(({ old, heirs }) => !wentWhole(old, heirs));
  const kin = { after, same, torn, parents };
  known.set(before, kin);
  return kin;
}

function wentWhole(old, heirs) {
  return heirs.length === 1 && firstOf(heirs[0]) <= firstOf(old) && endOf(old) <= endOf(heirs[0]);
}
