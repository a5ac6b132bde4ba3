// A lane of vmas as a drawing: cells, fills, hatches, labels, staples, marks where two rows differ.

import { make } from "./dom.js";
import { fitting } from "./fit.js";
import { pageTicks } from "./drawn.js";

const LANE_TOP = 4;
const LANE_HEIGHT = 32;
const LANE_NUMBERS = 58;
export const LANE_TALL = 64;
const ROW_NAME = 44;

const HATCH_LINES = {
  none: ["M0 0L8 8", "M8 0L0 8"],
  r: ["M-2 2L2 -2", "M0 8L8 0", "M6 10L10 6"],
  w: ["M-2 6L2 10", "M0 0L8 8", "M6 -2L10 2"],
  x: ["M4 0V8"],
  rx: ["M3.5 4h1"],
  wx: ["M0 4H8"],
  rwx: ["M4 0V8", "M0 4H8"],
  file: ["M1 4H5"],
};

/** An SVG element with attributes and children. */
export function shape(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The custom property of a piece's colour, and the one of what is written on it. */
function roleOf(index) {
  const letter = /^[A-Z]+/.exec(index)?.[0].at(-1);
  if (!letter) return "unit";
  return "ABCD"[(letter.charCodeAt(0) - 65) % 4];
}

function hatchOf(piece) {
  return piece.index === "file" ? "file" : piece.protection;
}

/** The patterns that the pieces need, under ids of their own. */
function patterns(pieces, prefix) {
  const wanted = new Map();
  for (const piece of pieces) {
    const [hatch, role] = [hatchOf(piece), roleOf(piece.index)];
    if (hatch in HATCH_LINES) wanted.set(`${prefix}-${hatch}-${role}`, { hatch, role });
  }
  return [...wanted].map(([id, { hatch, role }]) => {
    const paths = HATCH_LINES[hatch].map((d) =>
      shape("path", { d, style: `stroke: var(--on_${role})`, "stroke-width": hatch === "rx" ? 1.6 : 1.3 }),
    );
    const size = { width: 8, height: 8, patternUnits: "userSpaceOnUse" };
    return shape("pattern", { id, ...size }, ...paths);
  });
}

/** The words on a piece, the longest first. */
function pieceLabels(piece) {
  const index = piece.index === "?" ? "index?" : piece.index;
  const short = `${piece.protection} ${index}`;
  return [`${piece.start}..${piece.end} ${short}`, short, index, piece.index];
}

function piecePicture(piece, perPage, prefix, measures) {
  const x = piece.start * perPage + 1;
  const width = (piece.end - piece.start) * perPage - 2;
  const box = { x, y: LANE_TOP, width, height: LANE_HEIGHT, rx: 2 };
  const role = roleOf(piece.index);
  const parts = [shape("rect", { ...box, style: `fill: var(--${role})` })];
  const hatch = hatchOf(piece);
  if (hatch in HATCH_LINES) {
    parts.push(shape("rect", { ...box, fill: `url(#${prefix}-${hatch}-${role})`, opacity: 0.55 }));
  }
  const label = fitting(pieceLabels(piece), width, measures);
  const middle = { x: x + width / 2, y: LANE_TOP + LANE_HEIGHT / 2 };
  if (label && hatch in HATCH_LINES) {
    const wide = label.length * measures.small * measures.mono_em + 6;
    const back = { x: middle.x - wide / 2, y: middle.y - 8, width: wide, height: 16 };
    parts.push(shape("rect", { ...back, style: `fill: var(--${role})` }));
  }
  if (label) {
    parts.push(shape("text", { ...middle, class: "aq-label", style: `fill: var(--on_${role})` }, label));
  }
  return shape("g", { "data-vma": `${piece.start}..${piece.end}` }, ...parts);
}

/** A staple under the seam on the right of a piece. */
function staple(piece, next, perPage) {
  const seam = piece.end * perPage;
  const room = Math.min(piece.end - piece.start, next.end - next.start) * perPage;
  const reach = Math.min(12, room - 2);
  const top = LANE_TOP + LANE_HEIGHT + 2;
  return shape("path", { d: `M${seam - reach} ${top}v5h${2 * reach}v-5`, class: "aq-staple" });
}

/**
 * A lane of pieces, `width` pixels wide: {pages, pieces, width, prefix, measures}, and perhaps
 * `selected` {start, end}. Pieces with same = false get a dashed outline.
 */
export function lanePicture({ pages, pieces, width, prefix, measures, selected = null }) {
  const perPage = width / pages;
  const cells = Array.from({ length: pages - 1 }, (_, page) => {
    const x = Math.round((page + 1) * perPage) + 0.5;
    return shape("path", { d: `M${x} ${LANE_TOP}v${LANE_HEIGHT}`, class: "aq-cell" });
  });
  const numbers = pageTicks(pages).map((page) =>
    shape("text", { x: page * perPage, y: LANE_NUMBERS, class: "aq-page" }, String(page)),
  );
  const staples = pieces.flatMap((piece, place) => {
    const next = pieces[place + 1];
    return piece.group && next ? [staple(piece, next, perPage)] : [];
  });
  const marks = pieces
    .filter((piece) => piece.same === false)
    .map((piece) => {
      const [x, wide] = [piece.start * perPage + 1, (piece.end - piece.start) * perPage - 2];
      const box = { x, y: LANE_TOP, width: wide, height: LANE_HEIGHT, rx: 2 };
      return shape("rect", { ...box, class: "aq-differs" });
    });
  const around = selected
    ? [
        shape("rect", {
          x: selected.start * perPage - 1.5, y: LANE_TOP - 3, class: "aq-selected",
          width: (selected.end - selected.start) * perPage + 3, height: LANE_HEIGHT + 6, rx: 3,
        }),
      ]
    : [];
  const size = { width: width + 24, height: LANE_TALL, viewBox: `-12 0 ${width + 24} ${LANE_TALL}` };
  return shape(
    "svg",
    { ...size, class: "aq-lane", "aria-hidden": "true" },
    shape("defs", {}, ...patterns(pieces, prefix)),
    shape("rect", { x: 0, y: LANE_TOP, width, height: LANE_HEIGHT, class: "aq-ground" }),
    shape("rect", { x: -3, y: LANE_TOP - 3, width: width + 6, height: LANE_HEIGHT + 6, rx: 3, class: "aq-ring" }),
    ...cells,
    ...pieces.map((piece) => piecePicture(piece, perPage, prefix, measures)),
    ...marks,
    ...staples,
    ...around,
    ...numbers,
  );
}

/** Two lanes under each other with their names, as wide as there is room for them. */
export function comparedLanes(drawing, { prefix, measures }) {
  const box = make("div", { class: "aq-compared" });
  const row = (name, pieces, width) => {
    const lane = lanePicture({ pages: drawing.pages, pieces, width, prefix: `${prefix}-${name}`, measures });
    return make("div", { class: "aq-row" }, make("span", { class: "aq-rowname" }, name), lane);
  };
  new ResizeObserver(() => {
    const width = Math.max(240, Math.min(640, box.clientWidth - ROW_NAME - 24));
    box.replaceChildren(row("yours", drawing.yours, width), row("truth", drawing.truth, width));
  }).observe(box);
  return box;
}
