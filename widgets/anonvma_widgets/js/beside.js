// Schemes side by side: for each rival a heading, its strip, and its sentence where that differs.

import { Motion } from "./motion.js";
import { movingPicture, stillPicture } from "./picture.js";
import { duration } from "./tween.js";
import { lanes, stripData, stripFrame } from "./strip.js";
import { make, region } from "./dom.js";
import { pageScale } from "./scale.js";
import { readScenes } from "./rows.js";
import { besideHeading, besideText, borderData, borderWords, stripWords } from "./besidedata.js";

/** What Python sends of the schemes, taken in as it comes: {schemes, rivals, costs, headings}. */
export class BesideHistory {
  constructor() {
    this.schemes = [];
    this.rivals = [];
    this.costs = [];
    this.headings = [];
  }

  /** Take what is new from step `first` on. */
  take({ schemes, rivals, costs, headings }, first) {
    this.schemes = schemes;
    this.headings = [...this.headings.slice(0, first), ...headings];
    this.rivals = rivals.map((sent, place) => {
      const known = first ? this.rivals[place].slice(0, first) : [];
      return [...known, ...readScenes(sent, known.at(-1))];
    });
    this.costs = costs.map((columns, place) => {
      const known = first ? this.costs[place] : {};
      const joined = ([key, values]) => [key, [...(known[key] ?? []).slice(0, first), ...values]];
      return Object.fromEntries(Object.entries(columns).map(joined));
    });
  }

  get names() {
    return this.schemes.map(({ label }) => label);
  }

  /** The rivals at a step as text. */
  text(step) {
    return besideText(this.headings[step], this.rivals.map((scenes) => scenes[step]));
  }

  /** The counts of a scheme at a step. */
  counts(place, step) {
    return Object.fromEntries(Object.entries(this.costs[place]).map(([key, values]) => [key, values[step]]));
  }
}

export class BesideView {
  /** `still()` says whether the reader asked for no movement; `embed(place)` promises a strip's figures. */
  constructor(language, still, embed) {
    this.language = language;
    this.still = still;
    this.embed = embed;
    this.strips = [];
    this.element = region("Other schemes on the same calls", { class: "av-rivals" });
  }

  /** Show the rivals of a history; those that are there already stay. */
  take(history) {
    this.history = history;
    const names = history.names.slice(1).join();
    if (names === this.shown) return;
    this.shown = names;
    for (const strip of this.strips) strip.remove();
    this.strips = history.rivals.map(() => new RivalStrip(this.language, this.still));
    if (this.begun) this.begin();
    this.element.replaceChildren(...this.strips.map((strip) => strip.element));
    this.element.hidden = !this.strips.length;
    if (this.width) this.layout(this.frame, this.width, this.look);
  }

  /** The page is there, so that figures can be embedded in it. */
  begin() {
    this.begun = true;
    for (const strip of this.strips) strip.begin(this.embed);
  }

  layout(frame, width, look) {
    Object.assign(this, { frame, width, look });
    const scale = pageScale(frame.window, Math.max(320, Math.floor(width)), this.language.measures);
    for (const strip of this.strips) strip.layout(scale, look);
  }

  /**
   * Show a step of the process called `name`; `own` is the lab's own sentence. `from` is the step
   * that is left, where the movement between the two is to be shown.
   */
  show(step, { name, own, from = null }) {
    this.strips.forEach((strip, place) => {
      const scenes = this.history.rivals[place];
      const scene = scenes[step];
      const [scheme, lead] = [this.history.schemes[place + 1], this.history.schemes[0]];
      strip.tell(scheme, lead, this.history.counts(place + 1, step), scene, own, name);
      if (from === null) strip.show(scene, name);
      else strip.move(scenes[from], scene, step > from, name);
    });
  }

  remove() {
    for (const strip of this.strips) strip.remove();
  }
}

const NOBODY = { units: [], vmas: [], reserved: [], groups: [], ghosts: [] };

/** The process of that name; the step's own if there is none, then nothing. */
function processOf(scene, name) {
  return scene.mms.find((mm) => mm.name === name) ?? NOBODY;
}

class RivalStrip {
  constructor(language, still) {
    this.language = language;
    this.still = still;
    this.motion = new Motion();
    this.head = make("h4", { class: "av-rival-name" });
    this.counts = make("p", { class: "av-rival-counts" });
    this.borders = make("p", { class: "av-rival-borders" });
    this.sentence = make("p", { class: "av-rival-says" });
    this.place = make("div", { class: "av-rival-strip", role: "img" });
    this.element = make(
      "div", { class: "av-rival" }, make("div", { class: "av-rival-head" }, this.head, this.counts),
      this.place, this.borders, this.sentence,
    );
  }

  async begin(embed) {
    const figures = await embed(this.place);
    if (this.removed) figures.remove();
    else {
      this.figures = figures;
      this.element.bokehDocuments = figures.documents; // for whoever looks from outside: tests do
      this.frame();
      this.rest();
      this.element.dataset.ready = "true";
    }
  }

  layout(scale, look) {
    this.scale = scale;
    this.look = look;
    this.frame();
    this.rest();
  }

  frame() {
    if (!this.figures || !this.scale) return;
    const { scale, look } = this;
    const { measures } = this.language;
    const height = lanes(measures).vmaBottom + 10;
    const x = [scale.page(0), scale.page(scale.width)];
    this.figures.frame("strip", { width: scale.width, height, x, y: [height, 0] });
    const { page_numbers: _, ...drawn } = stripFrame(scale, look, measures);
    this.figures.draw(drawn);
  }

  tell(scheme, lead, counts, scene, own, name) {
    const mm = processOf(scene, name);
    this.head.replaceChildren(make("strong", {}, scheme.label), scheme.when ? `, ${scheme.when}` : "");
    this.counts.textContent = besideHeading(scheme, counts, scene.mms.length);
    this.borders.textContent = borderWords(scene.unlike.find(({ pid }) => pid === mm.pid), lead.label);
    this.borders.hidden = !this.borders.textContent;
    this.sentence.textContent = scene.sentence === own ? "" : scene.sentence;
    this.sentence.hidden = !this.sentence.textContent;
    this.element.classList.toggle("av-refused", scene.refused);
    this.place.setAttribute("aria-label", stripWords(scheme.label, mm));
  }

  show(scene, name) {
    this.motion.stop();
    this.scene = scene;
    this.name = name;
    this.rest();
  }

  /** Move from one scene to another; `forward` false runs the step backwards. */
  move(from, scene, forward, name) {
    this.show(scene, name);
    const [before, after] = forward ? [from, scene] : [scene, from];
    const pid = processOf(after, name).pid;
    if (this.still() || !this.figures || after.refused || !before.mms.some((mm) => mm.pid === pid)) return;
    const { measures } = this.language;
    const [one, two] = [processOf(before, name), processOf(after, name)];
    const draw = (p) => this.draw(movingPicture(one, two, after.movement, forward ? p : 1 - p, measures, 0), []);
    this.motion.start(duration(after.movement, measures), draw, () => this.rest());
  }

  rest() {
    if (!this.scene || !this.figures || !this.scale) return;
    const mm = processOf(this.scene, this.name);
    this.draw(stillPicture(mm, 0), this.scene.unlike.find(({ pid }) => pid === mm.pid));
  }

  draw(picture, unlike) {
    const { scale, look, language } = this;
    this.figures.draw({
      ...stripData(picture, scale, look, language, null),
      strip_borders: borderData(unlike, look, language.measures),
    });
  }

  remove() {
    this.motion.stop();
    this.removed = true;
    this.figures?.remove();
  }
}

/** The select from which a reader chooses what runs beside; `choose(names)` hears of it. */
export class BesideChooser {
  constructor(choose) {
    this.element = make("select", {
      class: "av-choose-beside", "aria-label": "Scheme beside the lab's own",
      change: () => choose(JSON.parse(this.element.value)),
    });
  }

  /** `choices` are all schemes that there are, `chosen` the names of those that run now. */
  show({ choices, chosen }) {
    const all = choices.map(({ name }) => name);
    const options = [
      ["none", []],
      ...choices.map(({ name, when }) => [`${name}, ${when}`, [name]]),
      ["all of them", all],
    ];
    if (!options.some(([, names]) => String(names) === String(chosen))) options.push([chosen.join(", "), chosen]);
    this.element.replaceChildren(
      ...options.map(([text, names]) =>
        make("option", { value: JSON.stringify(names), selected: String(names) === String(chosen) }, `Beside: ${text}`),
      ),
    );
  }
}
