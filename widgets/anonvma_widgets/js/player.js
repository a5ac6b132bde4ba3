// The player: a recorded history, a position in it, and everything on the page that shows it.
//
// position  the step that is shown, 0 to `end`
// end       how many steps are done; those after it were undone and can be redone
// version   of the history, as Python counts it: a gap means that a message was missed

import { BesideChooser, BesideHistory, BesideView } from "./beside.js";
import { CallForm } from "./callform.js";
import { CallList } from "./calllist.js";
import { Counts, ProcessChooser, Tools, Transport } from "./controls.js";
import { Guess } from "./guess.js";
import { ScriptPanel, SettingsPanel, folded, helpPanel } from "./panels.js";
import { Stage } from "./stage.js";
import { Views } from "./views.js";
import { bokehOf } from "./bokehjs.js";
import { currentTheme, paint, prefersStillness, watchTheme } from "./theme.js";
import { embedFigures } from "./figures.js";
import { keepKeys, listen } from "./keys.js";
import { listenToPointer } from "./pointer.js";
import { make } from "./dom.js";
import { readScenes } from "./rows.js";

const STEP_MS = 1600;
const ANSWER_MS = 5000;
const NO_ANSWER = "Python has not answered yet: its kernel is busy, or not running.";
const BESIDE = 820; // from here on the column stands beside the pages, below it under them
const WIDE = 1000;

export class PlayerView {
  /** `model` is anywidget's; `el` the element to fill; `signal` aborts when the view goes away. */
  constructor(model, el, signal) {
    this.model = model;
    this.constants = model.get("constants");
    this.live = model.get("live");
    this.measures = this.constants.language.measures;
    this.scenes = [];
    this.playing = null;
    this.rate = 1;
    this.pid = 1;
    this.error = null;
    this.build(el, signal);
    this.take(model.get("history"));
    this.connect(signal);
  }

  // What is on the page

  build(el, signal) {
    const act = {
      go: (by) => this.step(by),
      jump: (position) => this.go(Math.min(position, this.end)),
      scrub: (position) => this.go(position, { still: true }),
      play: () => this.togglePlay(),
      speed: (rate) => this.setRate(rate),
      send: (type) => this.send({ type }),
      choose: (pid) => this.choose(pid),
      copy: (button) => this.copy(button),
      ask: () => this.transport.ask(),
      predict: () => this.guess.toggle(),
      reveal: () => this.go(this.position + 1),
      edit: () => this.list.open(this.position),
      call: (text) => this.send({ type: "call", text, at: this.position }),
      paste: (text) => this.send({ type: "script", text, at: this.position }),
      pick: (page) => this.views.pick(this.pid, page),
    };
    if (this.live) {
      act.splice = (first, gone, text) => this.send({ type: "splice", first, gone, text });
      act.rewrite = (text) => this.send({ type: "rewrite", text });
      act.settings = (settings) => this.send({ type: "settings", settings });
    }
    this.transport = new Transport(act);
    this.tools = new Tools(act, this.live);
    this.list = new CallList(act);
    this.processes = new ProcessChooser(act);
    this.counts = new Counts();
    this.form = this.live ? new CallForm(act, this.model.get("history").signatures) : null;
    this.scenario = this.live ? this.scenarioChooser() : null;
    this.compared = new BesideHistory();
    this.rivals = new BesideView(this.constants.language, prefersStillness, (place) => this.embed({ strip: place }));
    this.beside = this.live ? new BesideChooser((names) => this.send({ type: "beside", names })) : null;
    this.sentence = make("p", { class: "av-sentence", role: "status", "aria-live": "polite" });
    this.twin = make("pre", { tabindex: 0 });
    const place = (name) => make("div", { class: `av-${name}` });
    this.places = { strip: place("strip"), plane: place("plane"), dials: place("dials") };
    this.figuresBox = make(
      "div",
      { class: "av-figures", tabindex: 0, role: "group", "aria-label": FIGURES_NAME },
      this.places.strip,
      this.rivals.element,
      this.places.plane,
    );
    this.main = make("div", { class: "av-main" }, this.processes.element, this.figuresBox);
    const dials = make("div", { class: "av-dialbox", "aria-hidden": "true" }, this.places.dials, legend());
    this.views = new Views(this, { plane: this.places.plane, dials });
    this.main.append(this.views.place);
    this.guess = new Guess(act);
    this.script = new ScriptPanel(act);
    this.settings = this.live ? new SettingsPanel(act, this.constants.choices) : null;
    const panels = [["Script", this.script.element], ["Settings", this.settings?.element], ["Keys and help", helpPanel(this.live)]];
    const there = panels.filter(([, panel]) => panel);
    const row = make("div", { class: "av-viewrow" }, this.guess.button, ...there.map(([name, panel]) => folded(name, panel)));
    const foot = make("div", { class: "av-foot" }, this.views.element, this.beside?.element ?? "", row);
    this.offer = make("div", { class: "av-offer", hidden: true });
    const side = make("div", { class: "av-side" }, dials, this.list.element, this.counts.element);
    const top = make("div", { class: "av-top" });
    if (this.form) top.append(this.form.element, make("div", { class: "av-beside" }, this.scenario));
    top.append(this.transport.element, make("div", { class: "av-beside" }, this.tools.element));
    const twin = make("details", { class: "av-twin" }, make("summary", {}, "The state as text"), this.twin);
    const body = make("div", { class: "av-body" }, this.main, side);
    const inner = make("div", { class: "av-inner" }, top, this.sentence, this.offer, this.guess.element, body, foot, ...there.map(([, panel]) => panel), twin);
    this.root = make("section", { class: "anonvma", "aria-label": "Lab of address spaces" }, inner);
    if (!this.live) this.root.classList.add("av-recorded");
    keepKeys(this.root);
    listen(this.figuresBox, act, this.live);
    const chosen = this.form && ((start, length) => this.form.take(start, length));
    listenToPointer(this.places, () => this.stage, { chosen, picked: act.pick, hovered: (vma) => this.views.setHover(vma) });
    this.theme = currentTheme();
    paint(this.root, this.theme, this.look());
    watchTheme((theme) => this.retheme(theme), signal);
    el.append(this.root);
    this.observe(signal);
  }

  scenarioChooser() {
    const select = make("select", {
      class: "av-scenario", "aria-label": "Scenario",
      change: () => this.send({ type: "scenario", name: select.value }),
    });
    return select;
  }

  observe(signal) {
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.root);
    observer.observe(this.main);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      this.pause();
      this.stage?.remove();
      this.views.remove();
      this.rivals.remove();
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
    if (!this.stage) this.begin();
    else if (this.main.clientWidth !== this.width) this.layout();
  }

  async begin() {
    if (this.beginning) return;
    this.beginning = true;
    try {
      const made = await this.embed(this.places);
      const tell = (state) => (this.root.dataset.state = state);
      this.stage = new Stage(made, this.constants.language, prefersStillness, tell);
      this.stage.pid = this.pid;
      this.stage.scene = this.scenes[this.position];
      this.rivals.begin();
      this.views.openFirst(this.frame.views);
      this.layout();
      this.root.dataset.ready = "true";
    } catch (error) {
      this.root.querySelector(".av-twin").open = true;
      this.figuresBox.replaceChildren(make("p", {}, `The figures cannot be drawn: ${error.message}.`));
    }
  }

  /** The figures of that name, in the elements given for them. */
  async embed(places) {
    const { bokeh, figures } = this.constants;
    const bokehJS = await bokehOf(bokeh, () => this.libraryText());
    const specs = Object.fromEntries(Object.keys(places).map((name) => [name, figures[name]]));
    const made = await embedFigures(bokehJS, specs, places);
    this.root.bokehDocuments = [...(this.root.bokehDocuments ?? []), ...made.documents]; // for tests
    return made;
  }

  /** How a view asks Python about a page of the step that is shown; null where nobody answers. */
  asker(type) {
    return this.live ? (pid, page) => this.model.send({ type, pid, page, at: this.position }) : null;
  }

  /** The text of BokehJS, from the widget that holds it for all players. */
  async libraryText() {
    const id = this.model.get("library").replace("IPY_MODEL_", "");
    const library = await this.model.widget_manager.get_model(id);
    return library.get("text");
  }

  layout() {
    this.width = this.main.clientWidth || this.width;
    if (!this.width) return;
    this.stage?.layout(this.frame, this.width, this.look());
    this.rivals.layout(this.frame, this.width, this.look());
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

  /** Ask Python for something. The figures' own loader waits for itself; all else is timed here. */
  send(message) {
    this.pause();
    clearTimeout(this.waiting);
    if (message.type !== "hello") {
      this.waiting = setTimeout(() => this.showError({ message: NO_ANSWER }), ANSWER_MS);
    }
    this.model.send(message);
  }

  heard(message) {
    if (["history", "go", "error"].includes(message.type)) clearTimeout(this.waiting);
    if (message.type === "history") this.take(message.history, message.go);
    else if (message.type === "go") this.went(message);
    else if (message.type === "error") this.refused(message);
    else this.views.answer(message);
  }

  /** Take a history, or the part of one that is new; then go to where Python says. */
  take(history, go = history.position) {
    const { first, scenes, schemes, rivals, costs, ...frame } = history;
    if (first && (frame.base !== this.frame?.version || first > this.scenes.length)) {
      this.send({ type: "hello", version: -1 });
      return;
    }
    const before = this.position;
    const sameFrame = this.frame && sameLayout(this.frame, frame);
    this.frame = { ...this.frame, ...frame };
    this.scenes.length = first;
    this.scenes.push(...readScenes(scenes, this.scenes.at(-1)));
    this.compared.take({ schemes, rivals, costs }, first);
    this.rivals.take(this.compared);
    this.beside?.show(this.frame.beside);
    this.error = null;
    this.form?.settle(this.frame.signatures);
    this.list.close();
    this.script.settle();
    if (frame.settings) this.settings?.settle(frame.settings);
    if (this.scenario) this.fillScenarios();
    if (!sameFrame) this.layout();
    if (!first && this.stage) this.stage.scene = this.scenes[Math.min(before, this.scenes.length - 1)];
    const next = first > 0 && go === before + 1;
    if (next && this.guess.on) this.goTo(before, frame.end, { still: true });
    else this.goTo(go, frame.end, { still: !next });
    if (next && this.guess.on) this.step(1);
  }

  fillScenarios() {
    const { scenario, scenarios } = this.frame;
    const names = scenarios.includes(scenario) ? scenarios : [scenario, ...scenarios];
    this.scenario.replaceChildren(
      ...names.map((name) => make("option", { value: name, selected: name === scenario }, `Scenario: ${name}`)),
    );
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
    if (by !== 1 || !this.guess.on || this.position >= this.end) {
      this.go(this.position + by);
      return;
    }
    this.pause();
    this.guess.ask(this.scenes[this.position], this.scenes[this.position + 1]);
  }

  present(old, still) {
    this.guess.close();
    const scene = this.scenes[this.position];
    if (this.position !== old) this.follow(scene, this.position > old);
    this.showWords();
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
    this.rivals.show(this.position, { name: mm?.name, own: scene.sentence, from });
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

  showWords() {
    const scene = this.scenes[this.position];
    const mm = scene.mms.find((each) => each.pid === this.pid) ?? scene.mms[0];
    const lines = this.scenes.slice(1, this.end + 1).map((each) => each.call);
    const { position, end } = this;
    const { undo, redo } = this.frame;
    const said = { position, end, undo, redo, lines, call: scene.call, playing: Boolean(this.playing) };
    this.transport.show(said);
    this.tools.show(said);
    this.list.show(said);
    this.script.show(said);
    this.processes.show({ mms: scene.mms, pid: mm?.pid });
    this.counts.show({ mm: mm ?? { units: [], vmas: [] }, scene });
    const done = lines.slice(0, position);
    const next = this.scenes[position + 1]?.call;
    this.form?.offer({ lines: done, next: position < end ? next : undefined, process: mm?.name ?? "init" });
    const heading = scene.call ? `step ${position} of ${end}: ${scene.call}` : `step 0 of ${end}`;
    this.twin.textContent = `${heading}\n${scene.twin}`;
    this.say(this.error ?? { message: scene.sentence });
    this.showOffer(this.error ?? {});
  }

  say({ message, code }) {
    const failed = this.error !== null;
    this.sentence.classList.toggle("av-error", failed);
    const tail = code ? ` (${code})` : "";
    const plain = tail && message.endsWith(tail) ? message.slice(0, -tail.length) : message;
    const wanted = plain + (plain === message ? "" : tail);
    if (this.sentence.textContent === wanted) return;
    this.sentence.replaceChildren(plain);
    if (plain !== message) this.sentence.append(" (", make("strong", {}, code), ")");
  }

  showError(error) {
    this.error = error;
    this.showWords();
  }

  /** Python refuses: the reason goes to where it was asked for, with what can be done instead. */
  refused(message) {
    if (message.for === "rewrite") this.script.showError(message);
    else if (message.for === "settings") this.settings.showError(message);
    else this.showError(message);
  }

  /** A button for what Python offers in the place of what it refused. */
  showOffer({ offer, kept } = {}) {
    this.offer.hidden = !offer;
    if (!offer) return;
    const name = kept ? `Change it, and keep the calls up to ${kept}` : "Change it, and keep no other call";
    this.offer.replaceChildren(make("button", { type: "button", class: "av-plain", click: () => this.send(offer) }, name));
  }

  async copy(button, script = this.scenes.slice(1, this.end + 1).map((scene) => scene.call).join("\n")) {
    const name = button.textContent;
    try {
      await navigator.clipboard.writeText(script);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Copying is not allowed here";
    }
    setTimeout(() => (button.textContent = name), 1500);
  }
}

const FIGURES_NAME =
  "Address strip and index plane. Arrow keys step, space plays, Home and End jump. The same state is below as text.";

function legend() {
  const entry = (kind, name) => make("span", {}, make("i", { class: `av-key av-${kind}` }), name);
  return make("div", { class: "av-legend" }, entry("used", "in use"), entry("held", "reserved"), entry("given", "given up"));
}

function sameLayout(a, b) {
  return JSON.stringify([a.window, a.bands, a.indexes]) === JSON.stringify([b.window, b.bands, b.indexes]);
}
