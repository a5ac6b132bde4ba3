// The reverse walk as a view: pick a page, see whom the scheme asks for it, and how that ends.
//
//   const view = new WalkView(language, { ask, still })    before the figures are embedded
//   view.element, view.place                               what is on the page; where the figure goes
//   view.begin(figures)                                    the figures, once they are embedded
//   view.layout(frame, width, look); view.show(scene, {pid, page}); view.answer(message); view.remove()

import { indexAt, linesOf, pageAtPoint, readWalks, runAt, shownProcesses, walkData, walkLayout, walkSentence, walkText } from "./walkdata.js";
import { Motion } from "./motion.js";
import { ease } from "./tween.js";
import { make, region } from "./dom.js";
import { spot } from "./pointer.js";

const WALK_HINT = "Pick a page: click on one of the strip or the plane, or write its number here.";
const WALK_WAITING = "Python is asked for the walk of this page.";
const LATE_MS = 500;
const WALK_TOO_LARGE = "This state is too large to bring its walks along: they need a lab with Python behind it.";
const WALK_NAME = "Reverse walk. Left and right arrow keys choose the page. The same walk is below as text.";

export class WalkView {
  /**
   * `ask(pid, page, late)` asks Python for one walk, and calls `late(text)` where no answer comes;
   * it is null without Python. `still()` says whether the reader asked for no movement; `hovered(vma)` hears which vma the pointer is on, or null.
   */
  constructor(language, { ask = null, still = () => true, hovered = () => {} } = {}) {
    this.measures = language.measures;
    this.ask = ask;
    this.still = still;
    this.hovered = hovered;
    this.asked = null;
    this.given = null;
    this.known = new WeakMap(); // scene -> its walks, and those that Python was asked for
    this.waits = null;
    this.hover = null;
    this.motion = new Motion();
    this.build();
  }

  build() {
    this.field = make("input", {
      type: "number", min: 0, step: 1, class: "av-walk-page", "aria-label": "Page whose walk is shown",
      input: () => this.written(),
    });
    this.process = make("select", { "aria-label": "Process of that page", change: () => this.written() });
    this.says = make("p", { class: "av-walk-says", role: "status", "aria-live": "polite" });
    this.how = make("p", { class: "av-walk-how" });
    this.place = make("div", {
      class: "av-walk-figure", tabindex: 0, role: "group", "aria-label": WALK_NAME,
      keydown: (event) => this.key(event),
      click: (event) => this.click(event),
      pointermove: (event) => this.point(event),
      pointerleave: () => this.hovered(null),
    });
    this.text = make("pre", { tabindex: 0, "aria-label": "The walk as text" });
    this.twin = make("details", { class: "av-twin" }, make("summary", {}, "The walk as text"), this.text);
    const choice = make("div", { class: "av-walk-choice" }, make("span", {}, "Who maps page"), this.field, make("span", {}, "of"), this.process);
    this.element = region(
      "Reverse walk", { class: "av-walk" }, choice, this.says, this.how, this.place, this.twin,
    );
  }

  begin(figures) {
    this.figures = figures;
    this.element.bokehDocuments = figures.documents; // for whoever looks from outside: tests do
    this.draw();
    this.element.dataset.ready = "true";
  }

  layout(frame, width, look) {
    this.frame = frame;
    this.width = Math.max(320, Math.floor(width));
    this.look = look;
    this.lines = 1;
    this.draw();
  }

  /** Show a scene. A `page` that was not given before is the one to ask for, of process `pid`. */
  show(scene, { pid = 1, page = null } = {}) {
    const moving = this.scene && this.scene !== scene;
    this.scene = scene;
    if (page !== null && page !== this.given) this.asked = { pid, page };
    this.given = page;
    if (this.asked && !scene.mms.some((mm) => mm.pid === this.asked.pid)) {
      this.asked = scene.mms.length ? { ...this.asked, pid: scene.mms[0].pid } : this.asked;
    }
    this.draw(moving);
  }

  /** Choose another page of the scene that is shown. */
  pick(pid, page) {
    const high = this.frame ? this.frame.task_pages - 1 : page;
    this.asked = { pid, page: Math.min(high, Math.max(0, page)) };
    this.draw();
  }

  written() {
    const page = Number.parseInt(this.field.value, 10);
    if (Number.isInteger(page)) this.pick(Number(this.process.value), page);
  }

  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { pid, page } = this.asked ?? { pid: this.scene.mms[0]?.pid ?? 1, page: this.frame.window[0] - by };
    this.pick(pid, page + by);
  }

  /** The process and the page under the pointer, or null. */
  under(event) {
    if (!this.at) return null;
    const { x, y } = spot(event, this.place);
    return pageAtPoint(this.shown, this.at, x, y);
  }

  click(event) {
    const found = this.under(event);
    if (found) this.pick(found.pid, found.page);
  }

  point(event) {
    const found = this.under(event);
    const mm = found && this.shown.find(({ pid }) => pid === found.pid);
    this.hovered(mm?.vmas.find((vma) => vma.start <= found.page && found.page < vma.end) ?? null);
  }

  setHover(vma) {
    if (vma?.key === this.hover?.key) return;
    this.hover = vma ?? null;
    this.draw();
  }

  /** A walk that Python was asked for: {pid, page, walks}. It is kept as long as its scene is. */
  answer({ pid, page, walks }) {
    const { waits } = this;
    if (waits?.pid !== pid || waits.page !== page) return;
    clearTimeout(waits.late);
    this.waits = null;
    this.known.get(waits.scene).set(`${pid} ${page}`, readWalks(walks));
    this.draw();
  }

  /** The walks to look into for the page that is asked; null where they are not here, or not yet. */
  walks() {
    const { scene, asked } = this;
    if (!this.known.has(scene)) this.known.set(scene, new Map([["own", readWalks(scene.walks)]]));
    const known = this.known.get(scene);
    return known.get("own") ?? (asked && known.get(`${asked.pid} ${asked.page}`)) ?? null;
  }

  /** Ask Python for the walk of the page; what is shown stays for the moment that it takes. */
  request() {
    const { scene, asked: { pid, page }, waits } = this;
    if (waits?.scene === scene && waits.pid === pid && waits.page === page) return;
    clearTimeout(waits?.late);
    const late = setTimeout(() => (this.says.textContent = WALK_WAITING), LATE_MS);
    this.waits = { scene, pid, page, late };
    this.ask(pid, page, (text) => (this.says.textContent = text));
  }

  draw(moving = false) {
    if (!this.scene || !this.frame) return;
    this.motion.stop();
    const { scene, asked } = this;
    const walks = this.walks();
    this.fields();
    if (asked && !walks && this.ask) {
      this.request();
      if (this.drawn) return;
    }
    const run = walks && asked ? runAt(walks, asked) : undefined;
    this.words(walks, run);
    if (!this.figures) return;
    this.lines = Math.max(this.lines, linesOf(walks));
    this.shown = shownProcesses(scene.mms, run, asked ?? { pid: 0 });
    this.at = walkLayout(this.frame, this.width, Math.max(1, this.shown.length), this.lines, this.measures);
    const { at } = this;
    this.place.hidden = !asked;
    this.figures.frame("walk", { width: at.width, height: at.height, x: [0, at.width], y: [at.height, 0] });
    const data = walkData(walks, run, asked ?? { pid: 0, page: -1 }, this.shown, at, this.look, this.measures, this.hover);
    if (moving && this.drawn && !this.still()) this.travel(this.drawn, data);
    else this.figures.draw(data);
    this.drawn = data;
  }

  /** The page and the process that are asked for, and those that there are. */
  fields() {
    const { scene, asked } = this;
    const names = new Map(scene.mms.map((mm) => [mm.pid, mm.name]));
    this.field.max = String(this.frame.task_pages - 1);
    const wanted = [...names].map(([pid, name]) => `pid ${pid} ${name}`);
    if (this.process.dataset.shown !== wanted.join()) {
      this.process.dataset.shown = wanted.join();
      this.process.replaceChildren(...[...names.keys()].map((pid, place) => make("option", { value: pid }, wanted[place])));
    }
    if (asked) {
      if (Number.parseInt(this.field.value, 10) !== asked.page) this.field.value = String(asked.page);
      this.process.value = String(asked.pid);
    }
  }

  words(walks, run) {
    const { scene, asked } = this;
    const names = new Map(scene.mms.map((mm) => [mm.pid, mm.name]));
    let said = WALK_HINT;
    if (asked && walks) said = walkSentence(run, asked);
    else if (asked) said = this.ask ? "" : WALK_TOO_LARGE;
    const hidden = scene.mms.length - (this.shown?.length ?? scene.mms.length);
    if (this.says.textContent !== said) this.says.textContent = said;
    const more = hidden > 0 ? ` ${hidden} more ${hidden === 1 ? "process is" : "processes are"} in the text alone.` : "";
    this.how.textContent = asked && walks ? `The scheme ${walks.how}.${more}` : "";
    this.how.hidden = !this.how.textContent;
    this.twin.hidden = !asked || !walks;
    this.text.textContent = asked && walks ? walkText(run, asked, names) : "";
    this.element.dataset.index = run?.letter ? `${run.letter}${indexAt(run, asked.page)}` : "";
  }

  /** Line, rings, uprights and boxes go from where they were to where they are. */
  travel(from, to) {
    const draw = (p) => this.figures.draw(walkBetween(from, to, ease(p)));
    this.motion.start(this.measures.split_ms, draw, () => this.figures.draw(to));
  }

  remove() {
    this.motion.stop();
    clearTimeout(this.waits?.late);
    this.figures?.remove();
  }
}

const TRAVELLING = ["walk_line", "walk_rings", "walk_uprights", "walk_hits", "walk_misses", "walk_diagonals", "walk_dots", "walk_crosses"];

/** The picture on the way: of two that have the same shapes, every number between the two. */
export function walkBetween(from, to, p) {
  const mixed = { ...to };
  for (const name of TRAVELLING) {
    const same = sameKeys(from[name], to[name]);
    if (same) mixed[name] = mixColumns(from[name], to[name], p);
  }
  return mixed;
}

const KEYS_OF_ROWS = ["pid", "key"];

function sameKeys(a, b) {
  const length = Object.values(a)[0].length;
  if (length !== Object.values(b)[0].length) return false;
  return KEYS_OF_ROWS.every((name) => !(name in a) || a[name].every((value, place) => value === b[name][place]));
}

function mixColumns(a, b, p) {
  const mix = (from, to) => {
    if (typeof from === "number" && typeof to === "number") return from + (to - from) * p;
    if (Array.isArray(from) && Array.isArray(to)) return from.map((value, place) => mix(value, to[place]));
    return to;
  };
  return Object.fromEntries(Object.keys(b).map((name) => [name, mix(a[name], b[name])]));
}
