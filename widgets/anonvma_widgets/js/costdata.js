// The cost chart's data: from counts, step by step, to the sources' columns. All in pixels.
//
// costs    for each scheme, the lab's own first, columns of counts, a row a step: {vmas: [..], ..}
// panel    one count: title, plot, and beside the plot a name and a number for each scheme

import { columnsOf } from "./rows.js";
import { shortNumber } from "./scale.js";

export const COUNTS = [
  { key: "units", title: "units that the user sees" },
  { key: "vmas", title: "vmas" },
  { key: "spaces", title: "spaces" },
  { key: "handed_out", title: "indexes handed out" },
  { key: "mean", title: "candidates a walk, mean" },
  { key: "worst", title: "candidates a walk, worst" },
  { key: "weight", title: "bytes beyond the vmas" },
];

const PLOT_LEAST = 112; // pixels of a plot where several stand in a row
const COST_GAP = 28;
const TITLE_ROW = 22;
const FOOT_ROW = 26;
const NAME_ROW = 16; // from one name to the next
const SCALE_ROOM = 44; // left of the plot: the scale
const LEADER = 18; // from the plot to a name
const NAME_EM = 6.6; // the width of a letter of a name, rounded up
const FAR_APART = 200; // from this ratio between two schemes' peaks on, the scale is logarithmic
const RIVAL_STROKES = ["cost_solid", "cost_dashed", "cost_dotted"];

/** A count as it is written: whole numbers as they are, a mean to two places, none as "none". */
export function countText(value) {
  if (value === null || value === undefined) return "no page";
  return Number.isInteger(value) ? shortNumber(value) : String(Math.round(value * 100) / 100);
}

/** Where the panels lie in `width` pixels: as many in a row as there is room for. */
export function costLayout(width, names, counts = COUNTS) {
  const longest = Math.max(...names.map((name) => name.length)) + 7;
  const wanted = Math.min(Math.round(longest * NAME_EM) + LEADER, 180);
  const least = SCALE_ROOM + wanted + PLOT_LEAST;
  const across = Math.max(1, Math.min(4, Math.floor((width + COST_GAP) / (least + COST_GAP))));
  const panel = Math.floor((width - COST_GAP * (across - 1)) / across);
  const side = Math.min(wanted, Math.floor((panel - SCALE_ROOM) * 0.6));
  const plot = Math.max(64, names.length * NAME_ROW);
  const high = TITLE_ROW + plot + FOOT_ROW;
  const panels = counts.map((count, place) => {
    const left = (place % across) * (panel + COST_GAP);
    const top = Math.floor(place / across) * high;
    const start = left + SCALE_ROOM;
    return { ...count, left, top: top + TITLE_ROW, bottom: top + TITLE_ROW + plot, start, end: left + panel - side, right: left + panel };
  });
  return { panels, width, height: high * Math.ceil(counts.length / across) };
}

/** The step whose place is nearest to a pixel, or null beside all plots. */
export function stepAtPoint(layout, end, x, y) {
  const panel = layout.panels.find(
    (each) => each.start - 8 <= x && x <= each.end + 8 && each.top - TITLE_ROW <= y && y <= each.bottom + FOOT_ROW,
  );
  if (!panel) return null;
  const step = Math.round(((x - panel.start) / (panel.end - panel.start)) * Math.max(end, 1));
  return Math.max(0, Math.min(end, step));
}

/** Where a value lies between 0 and 1, and whether that is on a logarithmic scale. */
export function costScale(series) {
  const peaks = series.map((values) => Math.max(0, ...values.filter((value) => value !== null)));
  const high = Math.max(1, ...peaks);
  const least = Math.min(...peaks.filter((peak) => peak > 0), high);
  const log = high / least >= FAR_APART;
  const part = log ? (value) => Math.log1p(value) / Math.log1p(high) : (value) => value / high;
  return { high, log, part };
}

/** A line that goes on level until the step at which the count changes; it breaks where none is. */
export function steppedLine(values, x, y) {
  const lines = [];
  let line = null;
  values.forEach((value, step) => {
    if (value === null) {
      line = null;
      return;
    }
    if (!line) lines.push((line = { xs: [], ys: [] }));
    else {
      line.xs.push(x(step));
      line.ys.push(line.ys.at(-1));
    }
    line.xs.push(x(step));
    line.ys.push(y(value));
  });
  return lines.filter((each) => each.xs.length > 1);
}

/** Places for names, in the order in which they are wanted, `apart` pixels apart, in low..high. */
export function spreadOut(wanted, apart, low, high) {
  const order = wanted.map((_, place) => place).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const found = [];
  let least = low;
  order.forEach((place, rank) => {
    const most = high - apart * (order.length - 1 - rank);
    found[place] = Math.min(most, Math.max(least, wanted[place]));
    least = found[place] + apart;
  });
  return found;
}

/** The form of a name with its count that fits: both, or the name cut to what tells it apart. */
function labelText(name, count, room) {
  const forms = [`${name} ${count}`, `${name.slice(0, 8)}… ${count}`, count];
  return forms.find((form) => form.length * NAME_EM <= room) ?? "";
}

/** The chart of steps 0 to `end` with its marker at `position`. */
export function costData({ names, costs, position, end }, layout, look) {
  const made = {};
  const put = (source, row) => (made[source] ??= []).push({ alpha: 1, ...row });
  for (const panel of layout.panels) drawPanel(panel, { names, costs, position, end }, look, put);
  const BOX = ["left", "right", "top", "bottom", "color", "alpha"];
  const SEGMENT = ["x0", "y0", "x1", "y1", "color", "alpha"];
  const LINES = ["xs", "ys", "color", "alpha"];
  const TEXT = ["x", "y", "text", "color", "alpha", "dx", "dy", "align"];
  const columns = {
    cost_panels: BOX, cost_grid: SEGMENT, cost_leaders: SEGMENT, cost_solid: LINES, cost_dashed: LINES,
    cost_dotted: LINES, cost_own: LINES, cost_now: SEGMENT, cost_points: BOX, cost_titles: TEXT,
    cost_labels: TEXT, cost_numbers: TEXT,
  };
  return Object.fromEntries(
    Object.entries(columns).map(([source, wanted]) => [source, columnsOf(made[source] ?? [], wanted)]),
  );
}

function drawPanel(panel, { names, costs, position, end }, look, put) {
  const { key, title, left, start, end: stop, right, top, bottom } = panel;
  const series = costs.map((columns) => columns[key].slice(0, end + 1));
  const scale = costScale(series);
  const x = (step) => start + ((stop - start) * step) / Math.max(end, 1);
  const y = (value) => bottom - 3 - (bottom - top - 6) * scale.part(value);
  const word = (source, text, at, align, color) =>
    put(source, { x: at[0], y: at[1], text, color, dx: 0, dy: 0, align });
  put("cost_panels", { left: start - 4, right: stop + 4, top, bottom, color: look.panel });
  word("cost_titles", title + (scale.log ? ", log scale" : ""), [left, top - 11], "left", look.ink);
  word("cost_numbers", countText(scale.high), [start - 10, top + 6], "right", look.muted);
  word("cost_numbers", "0", [start - 10, bottom - 4], "right", look.muted);
  word("cost_numbers", "0", [start, bottom + 11], "center", look.muted);
  if (end) word("cost_numbers", String(end), [stop, bottom + 11], "center", look.muted);
  put("cost_grid", { x0: start - 4, x1: stop + 4, y0: bottom - 3, y1: bottom - 3, color: look.hair });
  const now = x(position);
  series.forEach((values, place) => {
    const color = place ? look.muted : look.ink;
    const source = place ? RIVAL_STROKES[(place - 1) % RIVAL_STROKES.length] : "cost_own";
    for (const line of steppedLine(values, x, y)) put(source, { ...line, color });
    const value = values[position];
    if (value !== null) {
      const half = place ? 2.5 : 3.5;
      put("cost_points", { left: now - half, right: now + half, top: y(value) - half, bottom: y(value) + half, color });
    }
  });
  if (series.every((values) => values.every((value) => value === null))) {
    word("cost_labels", "no page is present", [(start + stop) / 2, (top + bottom) / 2], "center", look.muted);
    return;
  }
  put("cost_now", { x0: now, x1: now, y0: top, y1: bottom, color: look.ink });
  const ends = series.map((values) => (values[end] === null ? bottom : y(values[end])));
  const places = spreadOut(ends, NAME_ROW, top + 6, bottom - 6);
  places.forEach((at, place) => {
    const color = place ? look.muted : look.ink;
    const text = labelText(names[place], countText(series[place][position]), right - stop - LEADER);
    word("cost_labels", text, [stop + LEADER, at], "left", place ? look.muted : look.ink);
    put("cost_leaders", { x0: stop + 5, x1: stop + 15, y0: ends[place], y1: at, color });
  });
}

/** The rows of the table: for each step its number, and for each count the schemes' numbers. */
export function costRows({ costs, end }) {
  return Array.from({ length: end + 1 }, (_, step) => [
    String(step),
    ...COUNTS.map(({ key }) => costs.map((columns) => countText(columns[key][step])).join(" / ")),
  ]);
}
