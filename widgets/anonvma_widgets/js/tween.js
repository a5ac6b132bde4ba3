// Movement: where every piece of every vma is when a step is partly done.
//
// piece   a part of a vma as it is drawn: pages start..end whose first index is `first`
// parent  the vma of the state before that held the same indexes: indexes never change, so they
//         tell what became of what, and a movement never has to guess
// p       how far the step has come, 0 to 1; every phase of it is eased by itself

import { byKey, endOf, firstOf, kinOf } from "./kin.js";

/** Ease in and out, cubic. */
export function ease(p) {
  return p < 0.5 ? 4 * p * p * p : 1 - (-2 * p + 2) ** 3 / 2;
}

/** How far the phase from..to of a movement has come, eased. */
export function phase(p, from, to) {
  return ease(Math.min(1, Math.max(0, (p - from) / (to - from))));
}

/** The phases of a group: along the dots, the new vma, the staple. */
export const GROUP_PHASES = { dots: 150 / 350, vma: 300 / 350 };

/** How long a movement takes, in milliseconds. */
export function duration(movement, measures) {
  return measures[`${movement}_ms`] ?? measures.split_ms;
}

const WHOLE = [0, 1];

const resting = new WeakMap(); // vma -> its piece at rest

/**
 * A vma at rest, as one piece, always the same one. `part` is what it fills of the height of its
 * lane, `drop` how many pixels it hangs below its place, `shift` how many it stands to the right.
 */
export function atRest(vma) {
  if (!resting.has(vma)) {
    const place = { shift: 0, leftInset: 1, rightInset: 1, drop: 0, part: WHOLE };
    resting.set(vma, { ...vma, alpha: 1, hatchAlpha: 1, ...place, still: true });
  }
  return resting.get(vma);
}

/** The pieces of all vmas when the step from `before` to `after` has come to `p`. */
export function piecesAt(before, after, movement, p, measures) {
  const { same, torn, parents } = kinOf(before, after);
  const pieces = [];
  for (const vma of after) {
    if (same.has(vma)) pieces.push(atRest(vma));
    else if (parents.get(vma).length) pieces.push(...grown(vma, parents.get(vma), movement, p));
    else pieces.push(...wiped(vma, movement, p));
  }
  return [...gone(torn, p), ...shifted(pieces, driftOf(torn, p, measures))];
}

/** The pieces, some of them further to the right: `shifts` has the pixels by key. */
export function shifted(pieces, shifts) {
  if (!shifts.size) return pieces;
  const by = (piece) => shifts.get(piece.key);
  return pieces.map((piece) => (by(piece) ? { ...piece, shift: piece.shift + by(piece) } : piece));
}

/** A new vma: ink runs in from the side of its neighbour. */
function wiped(vma, movement, p) {
  const { dots, vma: until } = GROUP_PHASES;
  const done = vma.late && movement === "group" ? phase(p, dots, until) : ease(p);
  if (done === 0) return [];
  const pages = (vma.end - vma.start) * done;
  const piece = { ...atRest(vma), still: false };
  if (vma.side === "left") piece.end = vma.start + pages;
  else {
    piece.start = vma.end - pages;
    piece.first = vma.first + piece.start - vma.start;
  }
  return [piece];
}

/** A vma that has parents: each part slides from where it was, and ink fills what is new. */
function grown(vma, parents, movement, p) {
  const slid = movement === "group" ? phase(p, 0, GROUP_PHASES.dots) : ease(p);
  const lerp = (from, to) => from + (to - from) * slid;
  const parts = parents
    .map((old) => {
      const first = Math.max(firstOf(old), firstOf(vma));
      const end = Math.min(endOf(old), endOf(vma));
      return { old, first, end };
    })
    .sort((a, b) => a.first - b.first);
  return parts.map(({ old, first, end }, place) => {
    const there = vma.start + first - firstOf(vma);
    const was = old.start + first - firstOf(old);
    const from = place === 0 ? firstOf(vma) : first;
    const to = place + 1 < parts.length ? parts[place + 1].first : endOf(vma);
    const start = lerp(was, there) - (first - from) * slid;
    const piece = {
      ...atRest(vma),
      still: false,
      start,
      end: lerp(was, there) + (end - first) + (to - end) * slid,
      first: vma.letter ? first - (first - from) * slid : 0,
      leftInset: place ? 1 - slid : 1,
      rightInset: place + 1 < parts.length ? 1 - slid : 1,
    };
    if (old.protection !== vma.protection) piece.hatchAlpha = slid;
    return piece;
  });
}

/** How far the pieces of a vma that was split drift apart, by key: they return. */
function driftOf(torn, p, measures) {
  const apart = measures.apart * outAndBack(p);
  const shifts = new Map();
  for (const { old, heirs } of torn) {
    const children = heirs.filter((vma) => !movedFrom(old, vma));
    const touching = children.every((vma, place) => !place || children[place - 1].end === vma.start);
    if (children.length < 2 || !touching) continue;
    children.forEach((child, place) => {
      const share = (2 * place) / (children.length - 1) - 1;
      shifts.set(child.key, share * apart);
    });
  }
  return shifts;
}

/** How far a movement that returns has gone out: 0 at both ends, 1 in the middle. */
export function outAndBack(p) {
  return Math.sin(Math.PI * ease(p));
}

/** A fork: under each piece of the parent comes out the child's, with the same indexes. */
export function forked(pieces, p, measures) {
  const out = outAndBack(p);
  const still = out === 0;
  const parents = pieces.map((piece) => ({ ...piece, part: [0, 1 - out / 2], still }));
  if (still) return parents;
  const child = (piece) => ({
    ...piece, key: `${piece.key} child`, labels: [], part: [1 - out / 2, 1], drop: (out * measures.lift) / 2, still, new: false,
  });
  return [...pieces.map(child), ...parents];
}

/** The pages that a step touched: a copy drops out of its vma and returns, a new page rises in it. */
export function touchedPages(touched, vmas, p, measures) {
  const out = outAndBack(p);
  if (out === 0) return [];
  const pieces = [];
  for (const { page, letter, index, copied } of touched) {
    const owner = vmas.find((vma) => vma.start <= page && page < vma.end);
    if (!owner) continue;
    const own = { key: `page ${page}`, start: page, end: page + 1, letter, first: index, labels: [], hatch: "blank" };
    const place = copied ? { drop: out * measures.lift } : { part: [1 - ease(p), 1] };
    pieces.push({ ...atRest(owner), ...own, ...place, still: false, outline: true });
  }
  return pieces;
}

function movedFrom(old, vma) {
  return Boolean(vma.letter) && old.start - old.first !== vma.start - vma.first;
}

/** What the step unmapped lets go: it shrinks to the cut, or to its middle if nothing is left. */
function gone(torn, p) {
  const left = 1 - ease(p);
  if (left === 0) return [];
  const pieces = [];
  for (const { old, heirs } of torn) {
    let from = firstOf(old);
    const spans = heirs.map((vma) => [firstOf(vma), endOf(vma)]).sort((a, b) => a[0] - b[0]);
    for (const [first, end] of [...spans, [endOf(old), endOf(old)]]) {
      if (from < first) {
        const ends = [spans.some(([, end]) => end === from), spans.some(([at]) => at === first)];
        pieces.push(...lettingGo(old, from, first, ends, left));
      }
      from = Math.max(from, end);
    }
  }
  return pieces;
}

/** The indexes from..to of a vma, of which a part is left: at the end or ends where heirs are. */
function lettingGo(old, from, to, [below, above], left) {
  const rest = (to - from) * left;
  const middle = (from + to) / 2;
  const spans = {
    "true false": [[from, from + rest]], "false true": [[to - rest, to]],
    "true true": [[from, from + rest / 2], [to - rest / 2, to]],
  }[`${below} ${above}`] ?? [[middle - rest / 2, middle + rest / 2]];
  return spans.map(([first, end]) => {
    const start = old.start + first - firstOf(old);
    const own = { key: `${old.key} gone`, labels: [], still: false, new: false };
    return { ...atRest(old), ...own, start, end: start + end - first, first: old.letter ? first : 0 };
  });
}

/** The units over pieces that move: a unit reaches from its first piece to its last. */
export function unitsAt(units, pieces, after) {
  const pieceOf = byKey(pieces);
  const moving = (piece) => !piece.still || piece.shift;
  const restless = (vma) => !pieceOf.has(vma.key) || pieceOf.get(vma.key).some(moving);
  const inside = vmasIn(units, after);
  return units.map((unit, place) => {
    if (!inside[place].some(restless)) return unit;
    const mine = inside[place].flatMap((vma) => pieceOf.get(vma.key) ?? []);
    if (!mine.length) return { ...unit, hidden: true };
    const left = mine.reduce((a, b) => (b.start < a.start ? b : a));
    const right = mine.reduce((a, b) => (b.end > a.end ? b : a));
    return { ...unit, start: left.start, end: right.end, leftShift: left.shift, rightShift: right.shift };
  });
}

/** For each unit the vmas in it; both are in the order of their pages. */
function vmasIn(units, vmas) {
  let place = 0;
  return units.map((unit) => {
    while (place < vmas.length && vmas[place].start < unit.start) place += 1;
    const from = place;
    while (place < vmas.length && vmas[place].end <= unit.end) place += 1;
    return vmas.slice(from, place);
  });
}

/**
 * The reservations while a step is partly done: the old ones, carried along by their owners.
 * One that something moves over shows no count until the movement is over.
 */
export function reservedAt(reserved, before, pieces) {
  const moving = pieces.filter((piece) => !piece.still);
  const [pieceOf, vmaOf] = [byKey(pieces), byKey(before)];
  return reserved.map((old) => {
    const crossed = moving.some((piece) => piece.start < old.free_end && old.free_start < piece.end);
    const row = crossed ? { ...old, uncounted: true } : old;
    const [owner] = vmaOf.get(row.owner) ?? [];
    const [piece] = pieceOf.get(row.owner) ?? [];
    if (!owner || !piece || piece.alpha < 1) return row;
    const by = piece.start - piece.first - (owner.start - owner.first);
    return by === 0 ? row : { ...row, page: row.page + by, free_start: row.free_start + by, free_end: row.free_end + by };
  });
}
