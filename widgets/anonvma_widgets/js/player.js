// The player: a recorded history, a position in it, and everything on the page that shows it.
//
// position  the step that is shown, 0 to `end`
// end       how many steps are done; those after it were undone and can be redone
// version   of the history, as Python counts it: a gap means that a message was missed

import { Asking } from "./asking.js";
import { BesideHistory } from "./beside.js";
import { PlayerPage } from "./playerpage.js";
import { Stage } from "./stage.js";
import { Views } from "./views.js";
import { bokehOf } from "./bokehjs.js";
import { currentTheme, paint, prefersStillness, watchTheme } from "./theme.js";
import { embedFigures } from "./figures.js";
import { keepKeys, listen } from "./keys.js";
import { listenToPointer } from "./pointer.js";
import { make } from "./dom.js";
import { readScenes } from "./rows.js";
import { copyText } from "./speech.js";

const STEP_MS = 1600;
export const STEPPED = "anonvma-stepped"; // the event of the player's element when another step is shown
const BESIDE = 820; // from here on the column stands beside the pages, below it under them
const WIDE = 1000;
const NARROW = 600; // below it the column has one part a row

export class PlayerView {
  /** `model` is anywidget's; `el` the element to fill; `signal` aborts when the view goes away. */
  constructor(model, el, signal) {
    this.model = model;
    this.asking = new Asking(model, (message) => this.showError({ message }));
    this.constants = model.get("constants");
    this.live = model.get("live");
    this.measures = this.constants.language.measures;
    this.scenes = [];
    this.playing = null;
    this.rate = 1;
    this.pid = 1;
    this.error = null;
    this.compared = new BesideHistory();
    this.build(el, signal);
    this.take(model.get("history"));
    this.connect(signal);
  }

  // What is on the page

  build(el, signal) {
    const page = new PlayerPage(this.actions(), this);
    this.page = page;
    this.views = new Views(this, { plane: page.places.plane, dials: page.dials });
    page.assemble(this.views);
    this.root = page.root;
    keepKeys(this.root);
    this.listen(page.figures);
    const chosen = page.form && ((start, length) => page.form.take(start, length));
    const picked = (number) => this.views.pick(this.pid, number);
    listenToPointer(page.places, () => this.stage, { chosen, picked, hovered: (vma) => this.views.setHover(vma) });
    this.theme = currentTheme();
    paint(this.root, this.theme, this.look());
    watchTheme((theme) => this.retheme(theme), signal);
    el.append(this.root);
    this.observe(signal);
  }

  /** What a reader can do with the controls and keys; without Python, the first half. */
  actions() {
    const act = {
      go: (by) => this.step(by),
      jump: (position) => this.go(Math.min(position, this.end)),
      scrub: (position) => this.go(position, { still: true }),
      play: () => this.togglePlay(),
      speed: (rate) => this.setRate(rate),
      choose: (pid) => this.choose(pid),
      copy: (button, text = this.lines().join("\n")) => copyText(button, text),
      ask: () => this.page.transport.ask(),
      predict: () => this.page.guess.toggle(),
      reveal: () => this.go(this.position + 1),
    };
    if (!this.live) return act;
    return {
      ...act,
      send: (type) => this.send({ type }),
      offer: (message) => this.send(message),
      edit: () => this.page.list.open(this.position),
      call: (text) => this.send({ type: "call", text, at: this.position }),
      paste: (text) => this.send({ type: "script", text, at: this.position }),
      splice: (first, gone, text) => this.send({ type: "splice", first, gone, text }),
      rewrite: (text) => this.send({ type: "rewrite", text }),
      settings: (settings) => this.send({ type: "settings", settings, at: this.position }),
      scenario: (name) => this.send({ type: "scenario", name }),
      beside: (names) => this.send({ type: "beside", names, at: this.position }),
    };
  }

  /** Let an element have the keys of the figures. */
  listen(element) {
    listen(element, this.page.act, this.live);
  }

  observe(signal) {
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.root);
    observer.observe(this.page.main);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      this.pause();
      this.stage?.remove();
      this.views.remove();
      this.page.rivals.remove();
    });
  }

  look() {
    return this.constants.language.themes[this.theme];
  }

  retheme(theme) {
    this.theme = theme;
    paint(this.root, theme, this.look());
    this.layout();
  }

  /** Follow the width of the page; a page that is hidden has none, and is left alone. */
  resize() {
    const width = this.root.clientWidth;
    if (!width) return;
    this.root.classList.toggle("av-wrapped", width < BESIDE);
    this.root.classList.toggle("av-tight", width < WIDE);
    this.root.classList.toggle("av-narrow", width < NARROW);
    this.page.list.revealCurrent();
    if (!this.stage) this.begin();
    else if (this.page.main.clientWidth !== this.width) this.layout();
  }

  async begin() {
    if (this.beginning) return;
    this.beginning = true;
    try {
      const made = await this.embed(this.page.places);
      const tell = (state) => (this.root.dataset.state = state);
      this.stage = new Stage(made, this.constants.language, prefersStillness, tell);
      this.stage.pid = this.pid;
      this.stage.scene = this.scenes[this.position];
      this.page.rivals.begin();
      this.views.openFirst(this.frame.views);
      this.layout();
      this.root.dataset.ready = "true";
    } catch (error) {
      this.root.querySelector(".av-twin").open = true;
      this.page.figures.replaceChildren(make("p", {}, `The figures cannot be drawn: ${error.message}.`));
    }
  }

  /** The figures of those names, in the elements given for them. */
  async embed(places) {
    const library = await this.library();
    const bokehJS = await bokehOf(library.get("version"), () => library.get("text"));
    const figures = library.get("figures");
    const specs = Object.fromEntries(Object.keys(places).map((name) => [name, figures[name]]));
    const made = await embedFigures(bokehJS, specs, places);
    this.root.bokehDocuments = [...(this.root.bokehDocuments ?? []), ...made.documents]; // for tests
    return made;
  }

  /**
   * How a view asks Python about a page of the step that is shown, and hears that no answer comes;
   * null where nobody answers.
   */
  asker(type) {
    return this.live ? (pid, page, late) => this.asking.send({ type, pid, page, at: this.position }, late) : null;
  }

  /** The widget that holds BokehJS and the figures for all players. */
  library() {
    const id = this.model.get("library").replace("IPY_MODEL_", "");
    return this.model.widget_manager.get_model(id);
  }

  layout() {
    this.width = this.page.main.clientWidth || this.width;
    if (!this.width) return;
    this.stage?.layout(this.frame, this.width, this.look());
    this.page.rivals.layout(this.frame, this.width, this.look());
    this.views.layout(this.frame, this.width, this.look());
  }

  // The history

  connect(signal) {
    const listener = (message) => this.heard(message);
    const whole = () => this.take(this.model.get("history"));
    this.model.on("msg:custom", listener);
    this.model.on("change:history", whole);
    signal.addEventListener("abort", () => {
      this.model.off("msg:custom", listener);
      this.model.off("change:history", whole);
    });
    if (this.live) this.send({ type: "hello", version: this.frame.version });
  }

  /** Ask Python for something that the reader waits for. */
  send(message) {
    this.pause();
    this.asking.send(message);
  }

  heard(message) {
    this.asking.heard(message);
    if (message.type === "history") this.take(message.history, message.go);
    else if (message.type === "go") this.went(message);
    else if (message.type === "error") this.refused(message);
    else if (message.type === "wait") this.waits(message);
    else this.views.answer(message);
  }

  /** Python is being got ready, and will answer. */
  waits({ text }) {
    this.page.speech.say({ message: text });
  }

  /** Take a history, or the part of one that is new; then go to where Python says. */
  take(history, go = history.position) {
    const { first, scenes, schemes, rivals, costs, headings, ...frame } = history;
    if (first && (frame.base !== this.frame?.version || first > this.scenes.length)) {
      this.send({ type: "hello", version: -1 });
      return;
    }
    const before = this.position;
    const same = (...names) => this.frame && names.every((name) => isSame(frame[name], this.frame[name]));
    const [sameFigures, sameWalks] = [same("window", "bands"), same("indexes")];
    this.frame = { ...this.frame, ...frame };
    this.scenes.length = first;
    this.scenes.push(...readScenes(scenes, this.scenes.at(-1)));
    this.compared.take({ schemes, rivals, costs, headings }, first);
    this.page.settle(this.frame, this.compared, frame.settings);
    this.views.setCounted(this.frame.counted);
    this.error = null;
    if (!sameFigures) this.layout();
    else if (!sameWalks && this.width) this.views.layout(this.frame, this.width, this.look());
    if (!first && this.stage) this.stage.scene = this.scenes[Math.min(before, this.scenes.length - 1)];
    const next = first > 0 && go === before + 1;
    if (next && this.page.guess.on) this.goTo(before, frame.end, { still: true });
    else this.goTo(go, frame.end, { still: !next });
    if (next && this.page.guess.on) this.step(1);
  }

  /** Python stands at another step, or at another end. */
  went({ position, end, undo, redo }) {
    Object.assign(this.frame, { undo, redo });
    this.goTo(position, end);
  }

  // Moving in it

  goTo(position, end, { still = false } = {}) {
    const old = this.position;
    this.end = end;
    this.error = null;
    this.position = Math.min(position, end);
    this.present(old, still);
  }

  /** Show another step: with its movement if it is the next or the one before. */
  go(position, { still = false, playing = false } = {}) {
    if (!playing) this.pause();
    const wanted = Math.max(0, Math.min(this.end, position));
    if (wanted === this.position && !this.error) return;
    const old = this.position;
    this.position = wanted;
    this.error = null;
    this.present(old, still);
  }

  /** Step, after a question about it where the reader wants to be asked. */
  step(by) {
    if (by !== 1 || !this.page.guess.on || this.position >= this.end) {
      this.go(this.position + by);
      return;
    }
    this.pause();
    this.page.guess.ask(this.scenes[this.position], this.scenes[this.position + 1]);
  }

  present(old, still) {
    this.page.guess.close();
    const scene = this.scenes[this.position];
    if (this.position !== old) this.follow(scene, this.position > old);
    this.showWords();
    if (this.position !== old) this.root.dispatchEvent(new CustomEvent(STEPPED, { bubbles: true }));
    const moving = !still && Math.abs(this.position - old) === 1;
    this.showRivals(moving ? old : null);
    if (!this.stage) return;
    this.stage.pid = this.pid;
    this.stage.choose(null);
    if (moving) this.stage.move(scene, this.position > old);
    else this.stage.show(scene);
    this.views.show(scene, { pid: this.pid });
  }

  /** Show the same step of the same process under the other schemes, coming from step `from`. */
  showRivals(from = null) {
    const scene = this.scenes[this.position];
    const mm = scene.mms.find((each) => each.pid === this.pid) ?? scene.mms[0];
    this.page.rivals.show(this.position, { name: mm?.name, own: scene.sentence, from });
  }

  /** What each scheme's bookkeeping costs, up to the last step that is done. */
  costs() {
    return { names: this.compared.names, costs: this.compared.costs, end: this.end };
  }

  /** Show the process that the step worked on, so that its movement is seen. */
  follow(scene, forward) {
    const moved = forward ? scene : (this.scenes[this.position + 1] ?? scene);
    const pids = scene.mms.map((mm) => mm.pid);
    if (pids.includes(moved.pid)) this.pid = moved.pid;
    else if (!pids.includes(this.pid) && pids.length) this.pid = pids[0];
  }

  choose(pid) {
    this.pid = pid;
    if (this.stage) {
      this.stage.pid = pid;
      this.stage.show(this.scenes[this.position]);
      this.views.show(this.scenes[this.position], { pid });
    }
    this.showRivals();
    this.showWords();
  }

  togglePlay() {
    if (this.playing) {
      this.pause();
      this.showWords();
      return;
    }
    if (this.position >= this.end) this.go(0, { still: true });
    this.playing = setInterval(() => this.playOn(), STEP_MS / this.rate);
    this.playOn();
  }

  playOn() {
    if (this.position >= this.end) this.pause();
    else this.go(this.position + 1, { playing: true });
    if (this.position >= this.end) this.pause();
    this.showWords();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = null;
  }

  setRate(rate) {
    this.rate = rate;
    if (this.playing) {
      clearInterval(this.playing);
      this.playing = setInterval(() => this.playOn(), STEP_MS / rate);
    }
  }

  // Words

  /** The calls of all steps that are done. */
  lines() {
    return this.scenes.slice(1, this.end + 1).map((scene) => scene.call);
  }

  showWords() {
    const { position, end, pid, frame, compared, error } = this;
    const said = { position, end, pid, error, undo: frame.undo, redo: frame.redo, playing: Boolean(this.playing) };
    const [before, scene, next] = [this.scenes[position - 1], this.scenes[position], this.scenes[position + 1]];
    const rivals = compared.text(position);
    this.page.show({ ...said, before, scene, next: position < end ? next : undefined, lines: this.lines(), rivals });
  }

  showError(error) {
    this.error = error;
    this.showWords();
  }

  /** Python refuses: the reason goes to where it was asked for, with what can be done instead. */
  refused(message) {
    const panel = { rewrite: this.page.script, settings: this.page.settings }[message.for];
    if (panel) panel.showError(message);
    else this.showError(message);
  }
}

function isSame(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
