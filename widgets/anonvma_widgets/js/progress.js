// What became of the questions, kept in the browser: pure functions, and where it is kept.
// chapters: {title: {key: {name, kind, place, first, right, variants}}}

const PROGRESS_KEY = "anonvma-book.progress";
const PROGRESS_EVENT = "anonvma-progress";

/** A chapter with the question in it, before it is answered. */
export function withQuestion(chapter, key, { name, kind, place }) {
  return { ...chapter, [key]: { ...chapter[key], name, kind, place } };
}

/** A chapter after a verdict on the question; a drill counts each of its variants once. */
export function withVerdict(chapter, key, { right, seed }) {
  const had = chapter[key] ?? {};
  const now = { ...had, first: had.first ?? right, right: Boolean(had.right || right) };
  if (seed !== undefined) now.variants = { [seed]: right, ...had.variants };
  return { ...chapter, [key]: now };
}

/** A chapter whose answers are forgotten; its questions stay. */
export function withoutAnswers(chapter) {
  const bare = ([key, { name, kind, place }]) => [key, { name, kind, place }];
  return Object.fromEntries(Object.entries(chapter).map(bare));
}

/** In words what became of one question; "" if it was not answered. */
export function markOf(entry) {
  if (!entry || entry.first === undefined) return "";
  if (entry.variants) {
    const verdicts = Object.values(entry.variants);
    return `${verdicts.filter(Boolean).length} of ${verdicts.length} right at the first try`;
  }
  if (entry.kind === "exercise") return entry.right ? "solved" : "tried";
  if (!entry.right) return "answered, not yet right";
  return entry.first ? "right at the first try" : "right, not at the first try";
}

/** The questions of a chapter in their order, and the totals. */
export function summaryOf(chapter) {
  const rows = Object.entries(chapter)
    .map(([key, entry]) => ({ key, ...entry, mark: markOf(entry) }))
    .sort((a, b) => a.place - b.place || a.key.localeCompare(b.key));
  const right = rows.filter((row) => row.right).length;
  const first = rows.filter((row) => row.right && row.first && row.kind !== "exercise").length;
  return { rows, right, first, total: rows.length };
}

/** All chapters as they are kept; nothing where they cannot be read. */
function readChapters() {
  try {
    return soundChapters(JSON.parse(localStorage.getItem(PROGRESS_KEY)));
  } catch {
    return {};
  }
}

/** What is sound of chapters that were kept: another page of the same host may have written them. */
export function soundChapters(kept) {
  const chapter = ([title, questions]) => [title, Object.fromEntries(entriesOf(questions).flatMap(soundEntry))];
  return Object.fromEntries(entriesOf(kept).map(chapter));
}

function soundEntry([key, entry]) {
  const { name, kind, place, first, right, variants } = Object.fromEntries(entriesOf(entry));
  if (typeof name !== "string" || typeof kind !== "string") return [];
  const drilled = entriesOf(variants).length ? { variants: { ...variants } } : {};
  const answered = first === undefined ? {} : { first: Boolean(first), right: Boolean(right), ...drilled };
  return [[key, { name, kind, place: Number(place) || 0, ...answered }]];
}

function entriesOf(table) {
  return table !== null && typeof table === "object" ? Object.entries(table) : [];
}

export function readChapter(title) {
  return readChapters()[title] ?? {};
}

/** Keep a chapter, and tell everybody in the page. A browser that keeps nothing is no error. */
export function keepChapter(title, chapter) {
  try {
    localStorage.setItem(PROGRESS_KEY, JSON.stringify({ ...readChapters(), [title]: chapter }));
  } catch {
    return;
  }
  document.dispatchEvent(new CustomEvent(PROGRESS_EVENT));
}

/** Call `then` whenever progress changes, here or in another tab, until the signal aborts. */
export function watchProgress(then, signal) {
  document.addEventListener(PROGRESS_EVENT, then, { signal });
  const elsewhere = ({ key }) => key === PROGRESS_KEY && then();
  window.addEventListener("storage", elsewhere, { signal });
}

/** The chapter around an element, by its first heading; and the place in it: of its cell, if any. */
export function placeOf(element) {
  const root = element.closest(".jp-Notebook") ?? document.body;
  const heading = root.querySelector("h1");
  const title = (heading?.textContent ?? "").replace("¶", "").trim() || "untitled";
  const cell = element.closest(".jp-Cell");
  const place = [...root.querySelectorAll(cell ? ".jp-Cell" : ".aq")].indexOf(cell ?? element);
  return { title, place };
}
