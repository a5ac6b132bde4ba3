// The reverse walk's data: from one run of walks to panels, one for each process, in pixels.
//
// run    {pid, start, end, letter, first, by, sentence, looks} as picture/walks.py makes it
// asked  {pid, page}: the page whose mappings are looked for
// at     the layout: where panels are and how large, from walkLayout

import { columnsOf, rowsOf } from "./rows.js";
import { fitting, placed, textWidth } from "./fit.js";
import { ticks, shortNumber } from "./scale.js";

const WALK_BOX = ["left", "right", "top", "bottom", "color", "alpha"];
const WALK_TEXT = ["x", "y", "text", "color", "alpha", "dx", "dy", "align"];
const WALK_SEGMENT = ["x0", "y0", "x1", "y1", "color", "alpha"];
const WALK_PATH = ["xs", "ys", "color", "alpha"];

const WALK_GAP = 28;
const NARROWEST_PANEL = 165; // a panel
const MOST_PANELS = 6;
const MOST_LOOKS = 3; // candidates of one process that are written out
const WIDE_PANEL = 290; // from here on the sum and the outcome stand on one line
const WALK_Y = { title: 10, top: 26, plane: 168, table: 18, strip: 20, numbers: 16, words: 42 };

/** The walks of a scene with rows for its tables; null where they were too many to send. */
export function readWalks(walks) {
  if (!walks) return null;
  const runs = rowsOf(walks.runs).map((run) => ({ ...run, looks: rowsOf(run.looks) }));
  return { how: walks.how, runs, present: rowsOf(walks.present) };
}

/** The run that holds a page, or undefined. */
export function runAt(walks, { pid, page }) {
  return walks.runs.find((run) => run.pid === pid && run.start <= page && page < run.end);
}

/** The index of the page at hand. */
export function indexAt(run, page) {
  return run.first + page - run.start;
}

/** A text of a run for one of its pages. */
export function runText(run, template, page) {
  return template.replaceAll("{page}", page).replaceAll("{index}", indexAt(run, page));
}

/** "24 + 3 − 0 = 27": how a candidate's page was found; or the page alone. `minus` is a sign. */
export function sumText(run, look, page, minus = "−") {
  const there = page + look.shift;
  if (run.by !== "index") return `page ${there}`;
  const signed = (number) => (number < 0 ? `(${minus}${-number})` : String(number));
  return `${look.start} + ${signed(indexAt(run, page))} ${minus} ${signed(look.first)} = ${there}`;
}

/** What the walk says in one sentence. */
export function walkSentence(run, { pid, page }) {
  return run ? runText(run, run.sentence, page) : `Page ${page} of process ${pid} is free: there is nothing to look for.`;
}

/** The walk in aligned text, as Python's walk_text writes it. */
export function walkText(run, asked, names) {
  const said = walkSentence(run, asked);
  if (!run?.looks.length) return said;
  const cells = run.looks.map((look) => [
    [look.pid, names.get(look.pid)].filter((part) => part !== undefined).join(" "),
    look.key || "-",
    sumText(run, look, asked.page, "-"),
    runText(run, look.reason, asked.page),
  ]);
  const rows = [["process", "vma", "page-table entry", "outcome"], ...cells];
  const widths = rows[0].map((_, place) => Math.max(...rows.map((row) => row[place].length)));
  const lines = rows.map((row) => row.map((cell, place) => cell.padEnd(widths[place])).join("  ").trimEnd());
  return [said, ...lines].join("\n");
}

/** Which processes get a panel: those with a candidate before the rest, then in order of pid. */
export function shownProcesses(mms, run, asked) {
  if (mms.length <= MOST_PANELS) return mms;
  const seen = new Set([asked.pid, ...(run?.looks ?? []).map((look) => look.pid)]);
  const ranked = [...mms].sort((a, b) => seen.has(b.pid) - seen.has(a.pid) || a.pid - b.pid);
  return ranked.slice(0, MOST_PANELS).sort((a, b) => a.pid - b.pid);
}

/** Where everything lies. `lines` is how many candidates of a process are written out at most. */
export function walkLayout(frame, width, count, lines, measures) {
  const plot = width - measures.gutter - measures.margin;
  const columns = Math.max(1, Math.min(count, Math.floor((plot + WALK_GAP) / (NARROWEST_PANEL + WALK_GAP))));
  const panel = (plot - (columns - 1) * WALK_GAP) / columns;
  const line = panel < WIDE_PANEL ? 36 : 20;
  const plane = measures.walk_plane ?? WALK_Y.plane;
  const under = WALK_Y.top + plane + WALK_Y.table + WALK_Y.strip;
  const tall = under + WALK_Y.words + lines * line;
  const [start, end] = frame.window;
  const [low, high] = frame.indexes;
  return {
    start, end, low, high, width, columns, panel, line, tall, plane,
    gutter: measures.gutter,
    oneLine: panel >= WIDE_PANEL,
    height: Math.max(1, Math.ceil(count / columns)) * tall - 8,
    perPage: panel / (end - start),
    perIndex: plane / (high - low),
    left: (place) => measures.gutter + (place % columns) * (panel + WALK_GAP),
    top: (place) => Math.floor(place / columns) * tall,
  };
}

/** The number of lines that the layout needs: the most candidates that one process has. */
export function linesOf(walks) {
  let most = 1;
  for (const run of walks?.runs ?? []) {
    for (const mine of groupByPid(run.looks).values()) most = Math.max(most, mine.length);
  }
  return Math.min(most, MOST_LOOKS);
}

function groupByPid(looks) {
  const groups = new Map();
  for (const look of looks) groups.set(look.pid, [...(groups.get(look.pid) ?? []), look]);
  return groups;
}

/** The process and the page at a point of the figure, or null. */
export function pageAtPoint(mms, at, x, y) {
  for (const [place, mm] of mms.entries()) {
    const [left, top] = [at.left(place), at.top(place)];
    const inside = left <= x && x < left + at.panel && top <= y && y < top + at.tall - at.line;
    if (inside) return { pid: mm.pid, page: Math.min(at.end - 1, Math.floor(at.start + (x - left) / at.perPage)) };
  }
  return null;
}

/** All sources of the figure. `mms` are the processes that have a panel. */
export function walkData(walks, run, asked, mms, at, look, measures, hover) {
  const parts = {
    panels: [], grid: [], present: [], numbers: [], names: [], titles: [], dots: [], diagonals: [], line: [],
    uprights: [], hits: [], misses: [], crosses: [], rings: [], labels: [], sums: [], outcomes: [], hit_words: [],
  };
  const letters = run?.letter ? new Set([run.letter, ...run.looks.map((each) => each.letter)]) : null;
  const index = run?.letter && run.by !== "entry" ? indexAt(run, asked.page) : null;
  const looks = groupByPid(run?.looks ?? []);
  const view = { walks, run, asked, at, look, measures, hover, letters, index, parts };
  for (const [place, mm] of mms.entries()) {
    panelParts(view, mm, place, looks.get(mm.pid) ?? []);
    if (place % at.columns === 0) gutterParts(view, place, Math.min(at.columns, mms.length - place));
  }
  const columns = {
    panels: WALK_BOX, grid: WALK_SEGMENT, present: [...WALK_BOX, "pid", "start", "end"], numbers: WALK_TEXT, names: WALK_TEXT,
    titles: WALK_TEXT, dots: WALK_PATH, diagonals: [...WALK_PATH, "pid", "key"], line: WALK_SEGMENT,
    uprights: WALK_SEGMENT, hits: [...WALK_BOX, "pid", "page"], misses: [...WALK_BOX, "line", "pid", "page"],
    crosses: WALK_PATH, rings: ["x", "y", "color", "line", "pid", "page"], labels: WALK_TEXT, sums: WALK_TEXT,
    outcomes: WALK_TEXT, hit_words: WALK_TEXT,
  };
  return Object.fromEntries(
    Object.entries(columns).map(([name, names]) => [`walk_${name}`, columnsOf(parts[name], names)]),
  );
}

function walkWords(x, y, text, color, align = "left") {
  return { x, y, text, color, alpha: 1, dx: 0, dy: 0, align };
}

/** Left of the first panel of a row: what is what, the index numbers, the line and its index. */
function gutterParts({ at, run, index, look, measures, parts }, place, columns) {
  const [left, top] = [at.left(place), at.top(place)];
  const floor = top + WALK_Y.top + at.plane;
  const y = (number) => floor - (number - at.low) * at.perIndex;
  const strip = floor + WALK_Y.table;
  parts.names.push(walkWords(0, strip + WALK_Y.strip / 2, "page table", look.muted));
  parts.names.push(walkWords(0, strip + WALK_Y.strip + WALK_Y.numbers, "page", look.muted));
  parts.names.push(walkWords(0, strip + WALK_Y.strip + WALK_Y.words, run?.by === "index" ? "address" : "entry", look.muted));
  const line = index === null ? null : y(index + 0.5);
  if (line === null || line > top + WALK_Y.top + 24) parts.names.push(walkWords(0, top + WALK_Y.top + 8, "index", look.muted));
  for (const number of ticks(at.low, at.high, at.perIndex, 36)) {
    if (line !== null && Math.abs(y(number) - line) < 13) continue;
    parts.numbers.push(walkWords(left - 8, y(number), shortNumber(number), look.muted, "right"));
  }
  if (line === null) return;
  const name = `${run.letter}${index}`;
  const text = fitting([`index ${name}`, name], measures.gutter - 6, measures) || name;
  parts.titles.push(walkWords(0, line, text, look.ink));
  const from = Math.min(left - 2, textWidth(text, measures, 13) + 4);
  const to = at.left(place + columns - 1) + at.panel;
  parts.line.push({ x0: from, x1: to, y0: line, y1: line, color: look.ink, alpha: 1 });
}

/** One process: its plane, its page table, and how each of its candidates ended. */
function panelParts(view, mm, place, looks) {
  const { at, asked, look, measures, parts, walks } = view;
  const [left, top] = [at.left(place), at.top(place)];
  const right = left + at.panel;
  const roof = top + WALK_Y.top;
  const floor = roof + at.plane;
  const strip = floor + WALK_Y.table;
  const panel = {
    left, right, roof, floor, strip, foot: strip + WALK_Y.strip,
    x: (page) => left + (page - at.start) * at.perPage,
    y: (index) => floor - (index - at.low) * at.perIndex,
    segments: [], // what labels must not touch
    boxes: [],
    labels: [],
  };
  const box = { left, right, color: look.panel, alpha: 1 };
  parts.panels.push({ ...box, top: roof, bottom: floor }, { ...box, top: strip, bottom: panel.foot });
  for (const index of ticks(at.low, at.high, at.perIndex, 36)) {
    if (index > at.low && index < at.high) {
      const y = panel.y(index);
      parts.grid.push({ x0: left, x1: right, y0: y, y1: y, color: look.ground, alpha: 1 });
    }
  }
  for (const { pid, start, end } of walks?.present ?? []) {
    if (pid !== mm.pid) continue;
    const edges = { left: Math.max(left, panel.x(start)), right: Math.min(right, panel.x(end)) };
    parts.present.push({ ...edges, top: strip, bottom: panel.foot, color: look.given, alpha: 0.45, pid, start, end });
  }
  const widest = textWidth(shortNumber(at.end), measures) + 16;
  for (const page of ticks(at.start, at.end, at.perPage, Math.max(36, widest))) {
    const spot = panel.x(page) > right - 8 ? [right, "right"] : [panel.x(page), "center"];
    parts.numbers.push(walkWords(spot[0], panel.foot + WALK_Y.numbers, shortNumber(page), look.muted, spot[1]));
  }
  const title = `pid ${mm.pid}`;
  const more = mm.pid === asked.pid ? [`${mm.name}, asked: page ${asked.page}`, `asked: page ${asked.page}`] : [];
  const room = at.panel - textWidth(title, measures, 13) - 10;
  parts.titles.push(walkWords(left, top + WALK_Y.title, title, look.ink));
  const name = fitting([...more, mm.name], room, measures);
  parts.names.push(walkWords(left + textWidth(title, measures, 13) + 2, top + WALK_Y.title, name, look.muted));
  vmaParts(view, mm, panel);
  for (const each of looks) lookParts(view, each, mm, panel);
  if (view.index !== null) {
    const y = panel.y(view.index + 0.5);
    panel.segments.push({ x0: left, x1: right, y0: y, y1: y });
  }
  for (const { text, x, y, align } of placed(panel.labels, panel.segments, panel.boxes, measures)) {
    parts.labels.push(walkWords(x, y, text, look.ink, align));
  }
  outcomeParts(view, looks, panel);
}

/** The process's vmas of the spaces at hand, as on the plane: diagonals and their dotted rest. */
function vmaParts({ at, letters, look, measures, hover, parts }, mm, panel) {
  const mine = (letter) => letter && (!letters || letters.has(letter));
  for (const vma of mm.vmas) {
    if (!mine(vma.letter)) continue;
    const last = vma.first + vma.end - vma.start;
    const alpha = hover && hover.key !== vma.key ? measures.dim : 1;
    const xs = [panel.x(vma.start), panel.x(vma.end)];
    const ys = [panel.y(vma.first), panel.y(last)];
    parts.diagonals.push({ xs, ys, color: look[vma.role], alpha, pid: mm.pid, key: vma.key });
    panel.segments.push(...thick(xs, ys, 4));
    panel.labels.push(vmaLabelOf(vma, xs, ys, panel));
  }
  for (const row of mm.reserved) {
    if (!mine(row.letter)) continue;
    const cut = clipped(row, at);
    if (!cut) continue;
    const [from, to] = cut;
    const xs = [panel.x(row.page + from), panel.x(row.page + to)];
    const ys = [panel.y(row.first + from), panel.y(row.first + to)];
    const away = Math.hypot(xs[1] - xs[0], ys[1] - ys[0]);
    if (away < 8) continue;
    const inset = 6 / away;
    const [a, b] = row.side === "above" ? [inset, 1] : [0, 1 - inset];
    const part = ([low, high], share) => low + (high - low) * share;
    const line = { xs: [part(xs, a), part(xs, b)], ys: [part(ys, a), part(ys, b)] };
    parts.dots.push({ ...line, color: look[row.role], alpha: 1 });
    panel.segments.push(...thick(line.xs, line.ys, 3));
  }
}

/** Both edges of a line that is drawn so thick. */
function thick(xs, ys, half) {
  return [-half, half].map((by) => ({ x0: xs[0], x1: xs[1], y0: ys[0] + by, y1: ys[1] + by }));
}

/** The index of a vma: left of its foot, else over or under its middle, else behind its end. */
function vmaLabelOf(vma, xs, ys, panel) {
  const [x, y] = [(xs[0] + xs[1]) / 2, (ys[0] + ys[1]) / 2];
  const spots = [
    { x: xs[0] - 5, y: ys[0] - 7, align: "right" },
    { x: x - 5, y: y - 11, align: "right" },
    { x: x + 6, y: y + 12, align: "left" },
    { x: xs[1] + 6, y: ys[1] + 4, align: "left" },
  ];
  const bounds = { left: panel.left, right: panel.right, top: panel.roof, bottom: panel.floor };
  return { texts: vma.labels.slice(0, -1), spots, bounds, font: "mono" };
}

/** The part of a reservation that lies in the panel, counted from its first index; or null. */
export function clipped(row, at) {
  const from = Math.max(0, at.start - row.page, at.low - row.first);
  const to = Math.min(row.end - row.first, at.end - row.page, at.high - row.first);
  return to > from ? [from, to] : null;
}

/** One candidate: ring, upright, and the box in the page table. Outside its vma nothing is read. */
function lookParts({ asked, at, look, index, parts }, each, mm, panel) {
  const page = asked.page + each.shift;
  if (each.reason.endsWith("outside this vma") || page < at.start || page >= at.end) return;
  const x = panel.x(page + 0.5);
  const half = Math.max(at.perPage / 2, 5);
  const vma = mm.vmas.find((other) => other.key === each.key && other.start === each.start);
  const own = vma ? panel.y(vma.first + page + 0.5 - vma.start) : panel.roof;
  const y = index === null ? own : panel.y(index + 0.5);
  const box = { left: x - half, right: x + half, top: panel.strip - 2, bottom: panel.foot + 2, alpha: 1, pid: each.pid, page };
  parts.uprights.push({ x0: x, x1: x, y0: y, y1: box.top, color: look.ink, alpha: 1 });
  if (each.hit) parts.hits.push({ ...box, color: look.ink });
  else {
    parts.misses.push({ ...box, color: look.ground, line: look.ink });
    const [cx, cy, arm] = [x, (box.top + box.bottom) / 2, 3];
    for (const sign of [1, -1]) {
      parts.crosses.push({ xs: [cx - arm, cx + arm], ys: [cy - sign * arm, cy + sign * arm], color: look.ink, alpha: 1 });
    }
  }
  panel.segments.push({ x0: x, x1: x, y0: y, y1: panel.floor });
  if (index !== null && each.key) {
    panel.boxes.push({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 });
    parts.rings.push({ x, y, color: look.ground, line: look.ink, pid: each.pid, page });
  }
}

/** Below a panel: for each candidate how its page was found and how it ended, hits first. */
function outcomeParts({ run, asked, at, look, measures, parts }, looks, panel) {
  const ordered = [...looks].sort((a, b) => b.hit - a.hit);
  const shown = ordered.length > MOST_LOOKS ? ordered.slice(0, MOST_LOOKS - 1) : ordered;
  let y = panel.foot + WALK_Y.words;
  for (const each of shown) {
    const full = runText(run, each.reason, asked.page);
    const room = at.oneLine ? at.panel - textWidth(sumText(run, each, asked.page), measures) - 8 : at.panel + 6;
    const text = textWidth(full, measures, measures.small, "sans") <= room ? full : full.split(":")[0];
    const sum = fitting([sumText(run, each, asked.page), `page ${asked.page + each.shift}`], at.panel, measures);
    parts.sums.push(walkWords(panel.left, y, sum, look.ink));
    const spot = at.oneLine ? [panel.right, y, "right"] : [panel.left, y + 16, "left"];
    const into = each.hit ? parts.hit_words : parts.outcomes;
    into.push(walkWords(spot[0], spot[1], text, look.ink, spot[2]));
    y += at.line;
  }
  const rest = ordered.slice(shown.length);
  const hits = rest.filter((each) => each.hit).length;
  const counts = [[hits, "hit"], [rest.length - hits, "miss"]].filter(([count]) => count);
  const said = counts.map(([count, name]) => `${count} more ${count === 1 ? name : name === "miss" ? "misses" : "hits"}`);
  if (said.length) parts.outcomes.push(walkWords(panel.left, y, said.join(", "), look.ink));
  if (!looks.length && run?.letter) parts.outcomes.push(walkWords(panel.left, y, "no candidate", look.muted));
}
