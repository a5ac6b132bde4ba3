// The index plane's data: diagonals, their dotted rest, jumps, the rug, and notes that fit.
// x is in pages, y in indexes plus the foot of the space's band; spaces without a band are left out.

import { columnsOf, mergedRows } from "./rows.js";
import { placed, textWidth } from "./fit.js";
import { ticks, shortNumber } from "./scale.js";
import { dimmed } from "./strip.js";

const PLANE_BOX = ["left", "right", "top", "bottom", "color", "alpha"];
const PLANE_TEXT = ["x", "y", "text", "color", "alpha", "dx", "dy", "align"];
const PLANE_SEGMENT = ["x0", "y0", "x1", "y1", "color", "alpha"];
const PLANE_LINE = ["xs", "ys", "color", "alpha"];
const MOST_NOTES = 60;
const AT_EDGE = 120; // pixels from the right edge: there a note may stand over its dots
const SHORTEST_NOTED = 5; // pixels of dots: shorter ones are seen, but not told apart

/** What does not change while stepping: bands, grid, index numbers. `rings` tells which exist. */
export function planeFrame(scale, bands, rings, look, measures) {
  const boxes = [];
  const grid = [];
  const numbers = [];
  const letters = [];
  for (const { letter } of rings) {
    const band = bands.band(letter);
    if (!band) continue;
    const top = band.foot + band.top;
    boxes.push({ left: scale.start, right: scale.end, bottom: band.foot, top, color: look.panel, alpha: 1 });
    letters.push(mark(scale.start, top, letter, look.ink, 10, 16, "left"));
    for (const index of ticks(0, band.top, bands.perIndex, 40)) {
      const y = band.foot + index;
      numbers.push(mark(scale.start, y, shortNumber(index), look.muted, -16, 1, "right"));
      if (index && index < band.top) {
        grid.push({ x0: scale.start, x1: scale.end, y0: y, y1: y, color: look.ground, alpha: 1 });
      }
    }
  }
  const gutter = scale.start - scale.pages(measures.gutter);
  const names = [mark(gutter, bands.high, "index", look.muted, 0, 26, "left")];
  return {
    bands: columnsOf(boxes, PLANE_BOX),
    index_grid: columnsOf(grid, PLANE_SEGMENT),
    index_numbers: columnsOf(numbers, PLANE_TEXT),
    space_letters: columnsOf(letters, PLANE_TEXT),
    plane_names: columnsOf(names, PLANE_TEXT),
  };
}

function mark(x, y, text, color, dx, dy, align) {
  return { x, y, text, color, alpha: 1, dx, dy, align };
}

/** The rug: every arc of every ring beside its band, as thick as on the dial; and the counter. */
export function rugData(rings, scale, bands, look) {
  const rug = [];
  const marks = [];
  const spent = [];
  const halves = { used: 4, reserved: 1.6, given: 0.5, unused: 0.5 };
  for (const ring of rings) {
    const band = bands.band(ring.letter);
    if (!band) continue;
    for (const arc of ring.arcs) {
      const half = scale.pages(halves[arc.kind]);
      const middle = scale.start - scale.pages(6);
      const trim = Math.min(bands.indexes(0.5), (arc.end - arc.first) / 4);
      rug.push({
        left: middle - half,
        right: middle + half,
        bottom: band.foot + arc.first + trim,
        top: band.foot + arc.end - trim,
        color: arc.kind === "used" || arc.kind === "reserved" ? look[ring.role] : look.given,
        alpha: 1,
      });
    }
    const y = band.foot + ring.next;
    if (ring.next === null) continue;
    if (!ring.closed) {
      marks.push({ x0: scale.start - scale.pages(14), x1: scale.start + scale.pages(2), y0: y, y1: y, color: look.ink, alpha: 1 });
    } else if (ring.next < ring.limit) {
      spent.push({ x0: scale.start, x1: scale.end, y0: y, y1: y, color: look.given, alpha: 1 });
    }
  }
  return {
    rug: columnsOf(mergedRows(rug, crowdedRug(bands)), PLANE_BOX),
    next_marks: columnsOf(marks, PLANE_SEGMENT),
    spent_marks: columnsOf(spent, PLANE_SEGMENT),
  };
}

/** Arcs of the rug that touch, too short to be told apart, are drawn as one. */
function crowdedRug(bands) {
  const short = bands.indexes(1.5);
  return (a, b) => {
    const tight = (a.joined || a.top - a.bottom < short) && b.top - b.bottom < short && Math.abs(b.bottom - a.top) < short;
    return tight && a.color === b.color && a.left === b.left ? { ...a, top: b.top, joined: true } : null;
  };
}

/** Diagonals on one line, too short to be told apart, are drawn as one. */
function crowdedDiagonals(scale, bands) {
  const short = 1.5 / Math.hypot(scale.perPage, bands.perIndex);
  return (a, b) => {
    const tight = (a.joined || a.pages < short) && b.pages < short && b.first >= a.end && b.first - a.end < short;
    const alike = a.slope === b.slope && a.color === b.color && a.alpha === b.alpha;
    if (!tight || !alike) return null;
    return { ...a, xs: [a.xs[0], b.xs[1]], ys: [a.ys[0], b.ys[1]], end: b.end, joined: true };
  };
}

/** The diagonals of one process. `picture` is {pieces, reserved, jumps, ghosts}. */
export function planeData(picture, scale, bands, look, measures, hover) {
  const diagonals = [];
  const fresh = [];
  for (const piece of picture.pieces) {
    const band = bands.band(piece.letter);
    if (!band) continue;
    const line = diagonal(piece, band, scale, bands);
    const alpha = piece.alpha * dimmed(piece.key, hover, measures);
    diagonals.push({
      ...line, color: look[piece.role], alpha, key: piece.key, space: piece.letter, first: piece.first,
      end: piece.first + piece.end - piece.start, pages: piece.end - piece.start, slope: piece.start - piece.first,
    });
    if (piece.outline || (piece.new && piece.still && !piece.moving)) {
      fresh.push({ ...lengthened(line, 2, scale, bands), color: look.ink, alpha, key: piece.key });
    }
  }
  return {
    diagonals: columnsOf(mergedRows(diagonals, crowdedDiagonals(scale, bands)), [...PLANE_LINE, "key", "space", "first", "end"]),
    new_diagonals: columnsOf(fresh, [...PLANE_LINE, "key"]),
    ...planeReserved(picture.reserved, scale, bands, look, measures, hover),
    ...jumpData(picture.jumps, bands, look),
    ...planeGhosts(picture.ghosts, scale, bands, look),
  };
}

/** The line of a piece; one that is too short to be seen is drawn 4 pixels long. */
function diagonal(piece, band, scale, bands) {
  const by = scale.pages(piece.shift);
  const foot = band.foot - bands.indexes(piece.drop);
  const line = {
    xs: [piece.start + by, piece.end + by],
    ys: [foot + piece.first + by, foot + piece.first + piece.end - piece.start + by],
  };
  const pixels = (piece.end - piece.start) * Math.hypot(scale.perPage, bands.perIndex);
  return pixels < 4 && piece.still ? lengthened(line, (4 - pixels) / 2, scale, bands) : line;
}

/** A line made longer at both ends by so many pixels, along its own slope of one index a page. */
function lengthened(line, pixels, scale, bands) {
  const by = pixels / Math.hypot(scale.perPage, bands.perIndex);
  return {
    xs: [line.xs[0] - by, line.xs[1] + by],
    ys: [line.ys[0] - by, line.ys[1] + by],
  };
}

function planeReserved(reserved, scale, bands, look, measures, hover) {
  const dots = [];
  const bars = [];
  for (const row of reserved) {
    const band = bands.band(row.letter);
    if (!band) continue;
    const color = look[row.role];
    const alpha = dimmed(row.owner, hover, measures);
    const { line, end } = reservedLine(row, band, scale, bands);
    if (line) dots.push({ ...line, color, alpha, key: row.owner });
    if (row.exclusive && end) {
      const half = bands.indexes(7);
      bars.push({ x0: end.x, x1: end.x, y0: end.y - half, y1: end.y + half, color, alpha });
    }
  }
  return {
    plane_dots: columnsOf(dots, [...PLANE_LINE, "key"]),
    plane_bars: columnsOf(bars, PLANE_SEGMENT),
  };
}

/** The dotted line, 5 pixels off the vma and cut at the edge of the window; and its free end. */
export function reservedLine(row, band, scale, bands) {
  const along = Math.hypot(scale.perPage, bands.perIndex);
  const inset = 6 / along;
  const count = row.end - row.first;
  const above = row.side === "above";
  let from = above ? inset : inset / 3;
  let to = above ? count - inset / 3 : count - inset;
  from = Math.max(from, scale.start - row.page);
  to = Math.min(to, scale.end - row.page);
  if (row.page > scale.end || row.page + count < scale.start || to < 0) return { line: null, end: null };
  if (to - from < 0.5 / along) [from, to] = [(from + to) / 2, (from + to) / 2 + 0.5 / along];
  const x = (offset) => row.page + offset;
  const y = (offset) => band.foot + row.first + offset;
  const tip = above ? count : 0;
  const visible = x(tip) >= scale.start && x(tip) <= scale.end;
  return {
    line: { xs: [x(from), x(to)], ys: [y(from), y(to)] },
    end: visible ? { x: x(tip), y: y(tip) } : null,
  };
}

function jumpData(jumps, bands, look) {
  const rows = [];
  for (const jump of jumps) {
    const left = bands.band(jump.left_letter);
    const right = bands.band(jump.right_letter);
    if (!left || !right) continue;
    rows.push({
      x0: jump.page,
      x1: jump.page,
      y0: left.foot + jump.left_index,
      y1: right.foot + jump.right_index,
      color: look.ink,
      alpha: 1,
    });
  }
  return { group_jumps: columnsOf(rows, PLANE_SEGMENT) };
}

/** An outline round where a diagonal was: 6.5 pixels above and below it. */
function planeGhosts(ghosts, scale, bands, look) {
  const rows = [];
  for (const ghost of ghosts) {
    const band = bands.band(ghost.letter);
    if (!band) continue;
    const out = bands.indexes(6.5);
    const y = band.foot + ghost.first;
    const rise = ghost.end - ghost.start;
    rows.push({
      xs: [ghost.start, ghost.end, ghost.end, ghost.start, ghost.start],
      ys: [y + out, y + rise + out, y + rise - out, y - out, y + out],
      color: look.muted,
      alpha: ghost.alpha,
    });
  }
  return { plane_ghosts: columnsOf(rows, PLANE_LINE) };
}

/** The labels and notes of a picture at rest, each where it touches nothing. */
export function planeNotes(picture, rings, scale, bands, look, measures) {
  const pixels = pixelScene(picture, rings, scale, bands, measures);
  const found = placed(pixels.labels, pixels.segments, pixels.boxes, measures);
  const texts = found.map(({ label, text, x, y, align }) => ({
    x: scale.page(x),
    y: bands.high - y / bands.perIndex,
    text,
    align,
    dx: 0,
    dy: 0,
    alpha: 1,
    color: label.font === "mono" ? look.ink : look.muted,
    key: label.key,
    font: label.font,
  }));
  const names = [...PLANE_TEXT, "key"];
  return {
    plane_labels: columnsOf(texts.filter((row) => row.font === "mono"), names),
    plane_notes: columnsOf(texts.filter((row) => row.font !== "mono"), names),
  };
}

/** What labels must not touch, and the labels with their possible spots, all in pixels. */
function pixelScene(picture, rings, scale, bands, measures) {
  const segments = [];
  const boxes = [];
  const labels = [];
  const notes = [];
  const boundsOf = (band) => ({
    left: scale.pixel(scale.start) + 4,
    right: scale.width - 2,
    top: bands.pixel(band.foot + band.top),
    bottom: bands.pixel(band.foot),
  });
  const point = (x, y) => ({ x: scale.pixel(x), y: bands.pixel(y) });
  const segment = (a, b) => ({ x0: a.x, y0: a.y, x1: b.x, y1: b.y });
  for (const ring of rings) {
    const band = bands.band(ring.letter);
    if (!band) continue;
    const corner = point(scale.start, band.foot + band.top);
    boxes.push({ left: corner.x, right: corner.x + 30, top: corner.y, bottom: corner.y + 28 });
    if (ring.closed && ring.next < ring.limit) {
      const line = point(scale.start, band.foot + ring.next);
      segments.push(segment(line, point(scale.end, band.foot + ring.next)));
      const spot = { x: line.x + 10, y: line.y - 18, align: "left" };
      const below = { ...spot, y: line.y + 14 };
      notes.push({ key: ring.letter, texts: [ring.note], spots: [spot, below], bounds: boundsOf(band), font: "sans" });
    }
  }
  for (const piece of picture.pieces) {
    const band = bands.band(piece.letter);
    if (!band) continue;
    const a = point(piece.start, band.foot + piece.first);
    const b = point(piece.end, band.foot + piece.first + piece.end - piece.start);
    segments.push(segment({ x: a.x, y: a.y - 4 }, { x: b.x, y: b.y - 4 })); // its two edges: a label is too high
    segments.push(segment({ x: a.x, y: a.y + 4 }, { x: b.x, y: b.y + 4 })); // to lie between them
    labels.push(vmaLabel(piece, a, b, boundsOf(band), measures));
  }
  for (const jump of picture.jumps) {
    const left = bands.band(jump.left_letter);
    const right = bands.band(jump.right_letter);
    if (!left || !right) continue;
    const a = point(jump.page, left.foot + jump.left_index);
    const b = point(jump.page, right.foot + jump.right_index);
    segments.push(segment(a, b));
    const y = (a.y + b.y) / 2;
    const spots = [{ x: a.x + 8, y, align: "left" }, { x: a.x - 8, y, align: "right" }];
    notes.push({ key: jump.right, texts: ["group"], spots, bounds: boundsOf(left), font: "sans" });
  }
  for (const row of picture.reserved) {
    const band = bands.band(row.letter);
    const { line } = band ? reservedLine(row, band, scale, bands) : { line: null };
    if (!line) continue;
    const a = point(line.xs[0], line.ys[0]);
    const b = point(line.xs[1], line.ys[1]);
    segments.push(segment({ x: a.x, y: a.y - 3 }, { x: b.x, y: b.y - 3 }));
    segments.push(segment({ x: a.x, y: a.y + 3 }, { x: b.x, y: b.y + 3 }));
    if (b.x - a.x >= SHORTEST_NOTED) notes.push(reservedNote(row, a, b, boundsOf(band)));
  }
  notes.sort((a, b) => (b.weight ?? Infinity) - (a.weight ?? Infinity));
  return { segments, boxes, labels: [...labels, ...notes.slice(0, MOST_NOTES)] };
}

function vmaLabel(piece, a, b, bounds, measures) {
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const half = textWidth(piece.labels[0] ?? "", measures) / 2;
  const spots = [
    { x: x - 3, y: y - 13, align: "right" },
    { x: x + half, y: y - 14, align: "right" },
    { x: x + 5, y: y + 14, align: "left" },
    { x: b.x + 8, y: b.y, align: "left" },
    { x: a.x - 8, y: a.y, align: "right" },
    { x: b.x - 3, y: b.y - 13, align: "right" },
    { x: a.x + 5, y: a.y + 14, align: "left" },
  ];
  return { key: piece.key, texts: piece.labels.slice(0, -1), spots, bounds, font: "mono" };
}

function reservedNote(row, a, b, bounds) {
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const [tip, away] = row.side === "above" ? [b, "left"] : [a, "right"];
  const sign = row.side === "above" ? 1 : -1;
  const past = { x: tip.x + sign * 12, y: tip.y, align: away };
  const under = { x: x + 7, y: y + 13, align: "left" };
  const over = { x: x - 5, y: y - 13, align: "right" };
  const edge = { x: bounds.right, y: y - 18, align: "right" };
  const hole = row.notes[0].endsWith("hole");
  return {
    key: row.owner,
    texts: row.notes,
    spots: [...(hole ? [under, over] : [past, under, over]), ...(bounds.right - b.x < AT_EDGE ? [edge] : [])],
    bounds,
    font: "sans",
    weight: row.end - row.first,
  };
}
