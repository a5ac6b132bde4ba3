// The dials' data: for each address space a ring, its arcs, its hand.
// x and y are pixels from the top left corner; an angle runs clockwise from the top.

import { columnsOf, mergedRows } from "./rows.js";
import { shortNumber } from "./scale.js";
import { textWidth } from "./fit.js";

const DIAL_TEXT = ["x", "y", "text", "color", "alpha", "dx", "dy", "align"];
const DIAL_SEGMENT = ["x0", "y0", "x1", "y1", "color", "alpha"];
const WEDGE = ["x", "y", "inner", "outer", "start", "end", "color", "alpha"];
const MOST_RINGS = 6;
const DIAL_COLUMNS = 2;
const TURN = 2 * Math.PI;

/** The youngest rings: as many as there is room for, two side by side. */
export function shownRings(bands) {
  return bands.slice(-MOST_RINGS);
}

/** The size of the figure: it does not change while stepping. */
export function dialSize(bands, measures) {
  const rows = Math.max(1, Math.ceil(shownRings(bands).length / (measures.dial_columns ?? DIAL_COLUMNS)));
  return { width: measures.column, height: rows * measures.dial_row };
}

/** Where the ring of a space stands. */
function centre(place, measures) {
  const columns = measures.dial_columns ?? DIAL_COLUMNS;
  return {
    x: measures.radius + 8 + (place % columns) * measures.dial,
    y: measures.radius + 22 + Math.floor(place / columns) * measures.dial_row,
  };
}

/**
 * The dials. A ring has `size` (1 at rest) and `alpha`, and may have `ghostHand`, an index at
 * which its hand stood before the step.
 */
export function dialData(rings, bands, look, measures, hover) {
  const parts = { rings: [], ring_arcs: [], ring_bars: [], ring_ticks: [], hands: [], hand_ghosts: [] };
  const texts = { ring_numbers: [], ring_letters: [], ring_captions: [] };
  shownRings(bands).forEach((band, place) => {
    const ring = rings.find((other) => band.letters.includes(other.letter));
    if (ring) drawRing(ring, centre(place, measures), look, measures, hover, parts, texts);
  });
  return {
    rings: columnsOf(parts.rings, WEDGE),
    ring_arcs: columnsOf(parts.ring_arcs, [...WEDGE, "space", "kind", "first", "last"]),
    ring_bars: columnsOf(parts.ring_bars, DIAL_SEGMENT),
    ring_ticks: columnsOf(parts.ring_ticks, DIAL_SEGMENT),
    hands: columnsOf(parts.hands, [...DIAL_SEGMENT, "space", "next"]),
    hand_ghosts: columnsOf(parts.hand_ghosts, DIAL_SEGMENT),
    ring_numbers: columnsOf(texts.ring_numbers, DIAL_TEXT),
    ring_letters: columnsOf(texts.ring_letters, DIAL_TEXT),
    ring_captions: columnsOf(texts.ring_captions, DIAL_TEXT),
  };
}

/** The angle of an index as Bokeh counts it: 0 to the right, against the clock. */
function angle(index, limit) {
  return Math.PI / 2 - (TURN * index) / limit;
}

function drawRing(ring, at, look, measures, hover, parts, texts) {
  const size = ring.size ?? 1;
  const alpha = ring.alpha ?? 1;
  const radius = measures.radius * size;
  const thick = measures.ring * size;
  const whole = { x: at.x, y: at.y, inner: radius - thick, outer: radius };
  parts.rings.push({ ...whole, start: 0, end: 0.000001 - TURN, color: look.panel, alpha });
  for (const arc of mergedRows(ring.arcs, crowdedArcs(ring, radius))) parts.ring_arcs.push(wedge(ring, arc, whole, look, measures, hover));
  for (const bar of ring.bars) {
    parts.ring_bars.push(spoke(at, bar / ring.limit, radius - thick + 2, radius - 2, look[ring.role], alpha));
  }
  for (const numbered of [0, 0.5]) {
    parts.ring_ticks.push(spoke(at, numbered, radius + 2, radius + 5, look.given, alpha));
  }
  if (!ring.closed) {
    const hand = spoke(at, ring.next / ring.limit, radius - thick - 6, radius + 5, look.ink, alpha);
    parts.hands.push({ ...hand, space: ring.letter, next: ring.next });
  }
  if (ring.ghostHand !== undefined) {
    const ghost = spoke(at, ring.ghostHand / ring.limit, radius - thick - 6, radius + 5, look.muted, ring.ghostAlpha ?? 1);
    parts.hand_ghosts.push(ghost);
  }
  if (size < 1) return;
  const text = (dx, dy, words, color) => ({
    x: at.x + dx, y: at.y + dy, text: words, color, alpha, dx: 0, dy: 0, align: "center",
  });
  texts.ring_numbers.push(text(0, -radius - 12, "0", look.muted));
  texts.ring_numbers.push(text(0, radius + 12, shortNumber(ring.limit / 2), look.muted));
  texts.ring_letters.push(text(0, -8, ring.letter, look.ink));
  texts.ring_captions.push(text(0, 11, shortCaption(ring, measures), look.muted));
}

/** A caption has the width inside the ring, less 7 pixels. */
function shortCaption(ring, measures) {
  const fits = textWidth(ring.caption, measures) <= 2 * (measures.radius - measures.ring) - 7;
  return fits ? ring.caption : shortNumber(ring.next);
}

/** Arcs that touch, too short to be told apart, are drawn as one. */
function crowdedArcs(ring, radius) {
  const short = ring.limit / (TURN * radius);
  return (a, b) => {
    const tight = a.kind === b.kind && a.was === b.was && a.end === b.first && b.end - b.first < short;
    return tight && (a.joined || a.end - a.first < short) ? { ...a, end: b.end, joined: true } : null;
  };
}

function wedge(ring, arc, whole, look, measures, hover) {
  const middle = (whole.inner + whole.outer) / 2;
  const size = ring.size ?? 1;
  const full = thickness(arc.kind, measures);
  const thick = full + ((arc.was ? thickness(arc.was, measures) : full) - full) * (1 - (arc.done ?? 1));
  const span = (TURN * (arc.end - arc.first)) / ring.limit;
  const trim = span > 4 / whole.outer ? 0.9 / whole.outer : 0;
  const spent = arc.kind === "given" || arc.kind === "unused";
  const held = hover && hover.letter === ring.letter && arc.first >= hover.first && arc.end <= hover.endIndex;
  return {
    x: whole.x,
    y: whole.y,
    inner: middle - (thick * size) / 2,
    outer: middle + (thick * size) / 2,
    start: angle(arc.first, ring.limit) - trim,
    end: angle(arc.first, ring.limit) - Math.max(span, 0.6 / whole.outer) + trim,
    color: spent ? look.given : look[ring.role],
    alpha: (ring.alpha ?? 1) * (hover && !held ? measures.dim : 1),
    space: ring.letter,
    kind: arc.kind,
    first: arc.first,
    last: arc.end,
  };
}

function thickness(kind, measures) {
  return { used: measures.ring, reserved: measures.ring_reserved }[kind] ?? measures.ring_given;
}

/** A segment along a radius, at that part of the turn. */
function spoke(at, turn, from, to, color, alpha) {
  const [x, y] = [Math.sin(TURN * turn), -Math.cos(TURN * turn)];
  return { x0: at.x + x * from, y0: at.y + y * from, x1: at.x + x * to, y1: at.y + y * to, color, alpha };
}

/**
 * The rings while a step from `before` to `after` is partly done. What the counter hands out
 * appears behind its hand; a ring that closes runs on to the limit; a new one grows.
 */
export function ringsAt(before, after, p, late) {
  return after.map((ring) => {
    const old = before.find((other) => other.letter === ring.letter);
    if (!old) return growing(ring, p);
    const from = old.closed ? ring.limit : old.next;
    const reach = ring.closed ? ring.limit : ring.next;
    const [known, kept] = [new Set(old.arcs), new Set(ring.arcs)]; // what did not change is the same in both
    const others = old.arcs.filter((arc) => !kept.has(arc));
    const thinned = ring.arcs.flatMap((arc) => (known.has(arc) ? [arc] : thinning(arc, others, p)));
    if (from === reach) return { ...ring, arcs: thinned };
    const until = from + (reach - from) * p;
    const arcs = thinned
      .filter((arc) => arc.first < until)
      .map((arc) => ({ ...arc, end: Math.min(arc.end, until) }));
    const closing = ring.closed && !old.closed;
    return {
      ...ring,
      arcs,
      bars: ring.bars.filter((bar) => bar <= until),
      next: ring.closed ? ring.next : until,
      caption: late ? ring.caption : old.caption,
      ...(closing ? { ghostHand: old.next } : {}),
    };
  });
}

/** An arc, cut where parts of it were something else before: `done` of their way is gone. */
function thinning(arc, before, p) {
  const others = before.filter((old) => old.kind !== arc.kind && old.first < arc.end && arc.first < old.end);
  if (p === 1 || !others.length) return [arc];
  const parts = [];
  let from = arc.first;
  for (const old of others.sort((a, b) => a.first - b.first)) {
    const [first, end] = [Math.max(from, old.first), Math.min(arc.end, old.end)];
    if (from < first) parts.push({ ...arc, first: from, end: first });
    if (first < end) parts.push({ ...arc, first, end, was: old.kind, done: p });
    from = Math.max(from, end);
  }
  return from < arc.end ? [...parts, { ...arc, first: from }] : parts;
}

function growing(ring, p) {
  return { ...ring, size: 0.5 + p / 2, alpha: 0.4 + 0.6 * p };
}

/** Where hands stood that the step took away: what stays of the old ring as a ghost. */
export function ghostHands(before, after) {
  return new Map(
    after
      .filter((ring) => ring.closed)
      .map((ring) => [ring.letter, before.find((old) => old.letter === ring.letter)])
      .filter(([, old]) => old && !old.closed)
      .map(([letter, old]) => [letter, old.next]),
  );
}
