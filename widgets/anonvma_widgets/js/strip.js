// The address strip's data: from pieces, units and reservations to the sources' columns.
// x is in pages, y in pixels from the top.

import { columnsOf, mergedRows } from "./rows.js";
import { fitting, textWidth } from "./fit.js";
import { ticks, shortNumber } from "./scale.js";

const BOX = ["left", "right", "top", "bottom", "color", "alpha"];
const TEXT = ["x", "y", "text", "color", "alpha", "dx", "dy", "align"];
const SEGMENT = ["x0", "y0", "x1", "y1", "color", "alpha"];
const LINE = ["xs", "ys", "color", "alpha"];

/** The y of both lanes and of the page numbers. */
export function lanes(measures) {
  const unitTop = 4;
  const unitBottom = unitTop + measures.unit_lane;
  const vmaTop = unitBottom + measures.lane_gap;
  const vmaBottom = vmaTop + measures.vma_lane;
  return { unitTop, unitBottom, vmaTop, vmaBottom, middle: (vmaTop + vmaBottom) / 2, numbers: vmaBottom + 20 };
}

/** What does not change while stepping: lanes, their names, the page numbers. */
export function stripFrame(scale, look, measures) {
  const at = lanes(measures);
  const lane = (top, bottom) => ({
    left: scale.start, right: scale.end, top, bottom, color: look.panel, alpha: 1,
  });
  const gutter = scale.start - scale.pages(measures.gutter);
  const name = (text, y, color) => ({
    x: gutter, y, text, color, alpha: 1, dx: 0, dy: 0, align: "left",
  });
  const widest = textWidth(shortNumber(scale.end), measures);
  const numbers = ticks(scale.start, scale.end, scale.perPage, Math.max(60, widest + 16));
  return {
    lanes: columnsOf([lane(at.unitTop, at.unitBottom), lane(at.vmaTop, at.vmaBottom)], BOX),
    strip_names: columnsOf(
      [
        name("units", (at.unitTop + at.unitBottom) / 2, look.ink),
        name("vmas", at.middle, look.ink),
        name("page", at.numbers, look.muted),
      ],
      TEXT,
    ),
    page_numbers: columnsOf(
      numbers.map((page) => ({
        x: page, y: at.numbers, text: shortNumber(page), color: look.muted, alpha: 1, dx: 0, dy: 0, align: "center",
      })),
      TEXT,
    ),
  };
}

/** The bounds of a piece in pages, after its shift and its insets, which are pixels. */
function bounds(piece, scale) {
  const least = scale.pages(2);
  const left = piece.start + scale.pages(piece.shift + piece.leftInset);
  const right = piece.end + scale.pages(piece.shift - piece.rightInset);
  return right - left >= least ? { left, right } : { left, right: left + least };
}

const CROWDED = 2.5; // pixels: narrower bars that touch are drawn as one, and without a hatch

/** What two bars beside each other are drawn as, if both are too narrow to be told apart. */
function crowded(scale) {
  const narrow = scale.pages(CROWDED);
  return (a, b) => {
    const tight = (a.joined || a.right - a.left <= narrow) && b.right - b.left <= narrow && b.left - a.right < scale.pages(0.5);
    const alike = a.color === b.color && a.alpha === b.alpha && !a.outlined && !b.outlined && !a.label && !b.label;
    return tight && alike ? { ...a, right: Math.max(a.right, b.right), end: b.end, hatch: "blank", joined: true } : null;
  };
}

/** How strongly a vma is drawn while the pointer is on another. */
export function dimmed(key, hover, measures) {
  return hover && hover.key !== key ? measures.dim : 1;
}

/** The two lanes of one process. `picture` is {pieces, units, reserved, staples, ghosts}. */
export function stripData(picture, scale, look, language, hover) {
  const { measures } = language;
  const at = lanes(measures);
  const view = { scale, look, measures, at, hover, hatch: language.hatch };
  return {
    ...unitData(picture.units, view),
    ...vmaData(picture.pieces, view),
    ...reservedData(picture.reserved, view),
    ...stapleData(picture.staples, view),
    ...ghostData(picture.ghosts, view),
  };
}

function unitData(units, { scale, look, measures, at, hover, hatch }) {
  const shapes = units
    .filter((unit) => !unit.hidden)
    .map((unit) => {
      const half = scale.pages(1.5);
      const left = unit.start + scale.pages(unit.leftShift ?? 0) + half;
      const right = Math.max(left + scale.pages(1), unit.end + scale.pages(unit.rightShift ?? 0) - half);
      const covers = hover && unit.start <= hover.start && hover.end <= unit.end;
      return {
        start: unit.start,
        end: unit.end,
        left,
        right,
        top: at.unitTop + 0.5,
        bottom: at.unitBottom - 0.5,
        color: look[unit.role],
        line: look.given,
        hatch: unit.hatch,
        alpha: hover && !covers ? measures.dim : 1,
        label: fitting(unit.labels, (right - left) * scale.perPage, measures),
      };
    });
  const labels = shapes
    .filter((shape) => shape.label)
    .map((shape) => ({
      x: (shape.left + shape.right) / 2,
      y: (at.unitTop + at.unitBottom) / 2,
      text: shape.label,
      color: look.ink,
      alpha: shape.alpha,
      dx: 0,
      dy: 1,
      align: "center",
    }));
  return {
    units: columnsOf(mergedRows(shapes, crowded(scale)), [...BOX, "line", "hatch", "start", "end", "label"]),
    unit_hatches: hatchColumns(shapes, look.given, 1, hatch, scale),
    unit_labels: columnsOf(labels, TEXT),
  };
}

function vmaData(pieces, { scale, look, measures, at, hover, hatch }) {
  const shapes = pieces.map((piece) => {
    const { left, right } = bounds(piece, scale);
    const color = look[piece.role];
    const textColor = look[`on_${piece.role}`];
    const plain = piece.hatch === "blank";
    const alpha = piece.alpha * dimmed(piece.key, hover, measures);
    return {
      key: piece.key,
      start: piece.start,
      end: piece.end,
      space: piece.letter,
      first: piece.first,
      protection: piece.protection,
      left,
      right,
      top: at.vmaTop + piece.part[0] * measures.vma_lane + piece.drop,
      bottom: at.vmaTop + piece.part[1] * measures.vma_lane + piece.drop,
      color,
      alpha,
      text_color: textColor,
      hatch: piece.hatch,
      hatch_alpha: piece.hatchAlpha,
      background: plain ? null : color,
      label: fitting(piece.labels, (right - left) * scale.perPage, measures),
      outlined: piece.outline || (piece.new && piece.still && !piece.moving),
    };
  });
  const labels = shapes
    .filter((shape) => shape.label)
    .map((shape) => ({
      ...shape,
      x: (shape.left + shape.right) / 2,
      y: (shape.top + shape.bottom) / 2,
      text: shape.label,
      color: shape.text_color,
      dx: 0,
      dy: 1,
      align: "center",
    }));
  const edge = scale.pages(1);
  const outlined = shapes
    .filter((shape) => shape.outlined)
    .map((shape) => ({
      ...shape,
      left: shape.left + edge / 2,
      right: shape.right - edge / 2,
      top: shape.top + 0.5,
      bottom: shape.bottom - 0.5,
      color: look.ink,
    }));
  const facts = ["key", "start", "end", "space", "first", "protection", "label"];
  return {
    vmas: columnsOf(mergedRows(shapes, crowded(scale)), [...BOX, "hatch", ...facts]),
    vma_hatches: hatchColumns(shapes, null, hatch.alpha, hatch, scale),
    vma_labels: columnsOf(labels, [...TEXT, "background"]),
    new_vmas: columnsOf(outlined, [...BOX, "key"]),
  };
}

/** Rows for what is hatched alone: in the colour of the label, or in the one that is given. */
function hatchColumns(shapes, color, alpha, hatch, scale) {
  const narrow = scale.pages(CROWDED);
  const rows = shapes
    .filter((shape) => shape.hatch !== "blank" && shape.right - shape.left > narrow)
    .map((shape) => ({
      ...shape,
      hatch_scale: shape.hatch === "dot" ? hatch.dot_scale : hatch.scale,
      color: color ?? shape.text_color,
      alpha: alpha * (shape.hatch_alpha ?? 1) * shape.alpha,
    }));
  return columnsOf(rows, [...BOX, "hatch", "hatch_scale"]);
}

function reservedData(reserved, { scale, look, measures, at, hover }) {
  const dots = [];
  const bars = [];
  const counts = [];
  for (const row of reserved) {
    const color = look[row.role];
    const alpha = dimmed(row.owner, hover, measures);
    const start = Math.max(row.free_start, scale.start);
    const end = Math.min(row.free_end, scale.end);
    const barred = row.exclusive ? 3 : 0;
    const left = start + scale.pages(6 + (row.side === "below" ? barred : 0));
    const right = end - scale.pages(5 + (row.side === "above" ? barred : 0));
    if (end > start && right - left >= -scale.pages(2)) {
      const middle = (start + end) / 2;
      const xs = right > left ? [left, right] : [middle, middle + scale.pages(0.1)];
      dots.push({ xs, ys: [at.middle, at.middle], color, alpha, key: row.owner });
    }
    if (row.exclusive && end > start) {
      const x = row.side === "above" ? end - scale.pages(2) : start + scale.pages(2);
      bars.push({ x0: x, x1: x, y0: at.middle - 7, y1: at.middle + 7, color, alpha });
    }
    const text = fitting([`+${row.end - row.first}`], (end - start) * scale.perPage + 3, measures);
    if (text && !row.uncounted) {
      counts.push({
        x: (start + end) / 2, y: at.middle - 10, text, color: look.muted, alpha, dx: 0, dy: 0, align: "center",
      });
    }
  }
  return {
    strip_dots: columnsOf(dots, [...LINE, "key"]),
    strip_bars: columnsOf(bars, SEGMENT),
    strip_counts: columnsOf(counts, TEXT),
  };
}

/** A staple under the seam: 12 pixels to either side, less where the vmas are narrower. */
function stapleData(staples, { scale, look, at }) {
  const rows = staples.map(({ page, room, drop = 0, alpha = 1 }) => {
    const reach = scale.pages(Math.min(12, room * scale.perPage));
    const [arms, foot] = [at.vmaBottom + 2 + drop, at.vmaBottom + 7 + drop];
    return {
      xs: [page - reach, page - reach, page + reach, page + reach],
      ys: [arms, foot, foot, arms],
      color: look.ink,
      alpha,
      page,
    };
  });
  return { staples: columnsOf(rows, [...LINE, "page"]) };
}

function ghostData(ghosts, { scale, look, at }) {
  const out = scale.pages(1);
  const rows = ghosts.map((ghost) => {
    const [left, right] = [ghost.start - out, ghost.end + out];
    const [top, bottom] = [at.vmaTop - 2, at.vmaBottom + 2];
    return {
      xs: [left, right, right, left, left],
      ys: [top, top, bottom, bottom, top],
      color: look.muted,
      alpha: ghost.alpha,
    };
  });
  return { strip_ghosts: columnsOf(rows, LINE) };
}
