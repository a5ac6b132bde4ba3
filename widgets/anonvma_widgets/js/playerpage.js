// What is on the page of a player: the controls, the words, and the places of the figures.
//
//   const page = new PlayerPage(act, player)     its parts; what the reader does goes to `act`
//   page.assemble(views)                         put together as page.root
//   page.settle(frame, compared, settings)       a history has come
//   page.show({scene, position, end, ..})        a step is shown

import { BesideChooser, BesideView } from "./beside.js";
import { CallForm } from "./callform.js";
import { CallList } from "./calllist.js";
import { Counts, ProcessChooser, Tools, Transport } from "./controls.js";
import { Guess } from "./guess.js";
import { ScriptPanel, SettingsPanel, folded, helpPanel } from "./panels.js";
import { Speech } from "./speech.js";
import { make, region } from "./dom.js";
import { prefersStillness } from "./theme.js";

const FIGURES_NAME =
  "Address strip and index plane. Arrow keys step, space plays, Home and End jump. The same state is below as text.";

export class PlayerPage {
  /** `player` has the constants and the model; what needs Python is there where it is live. */
  constructor(act, player) {
    const { live, constants, model } = player;
    this.act = act;
    this.live = live;
    this.transport = new Transport(act);
    this.tools = new Tools(act, live);
    this.list = new CallList(act);
    this.processes = new ProcessChooser(act);
    this.counts = new Counts();
    this.guess = new Guess(act);
    this.script = new ScriptPanel(act);
    this.speech = new Speech(act);
    this.form = live ? new CallForm(act, model.get("history").signatures) : null;
    this.scenario = live ? scenarioChooser(act) : null;
    this.settings = live ? new SettingsPanel(act, constants.choices) : null;
    this.beside = live ? new BesideChooser(act.beside) : null;
    this.rivals = new BesideView(constants.language, prefersStillness, (place) => player.embed({ strip: place }));
    const place = (name) => make("div", { class: `av-${name}` });
    this.places = { strip: place("strip"), plane: place("plane"), dials: place("dials") };
    this.dials = make("div", { class: "av-dialbox", "aria-hidden": "true" }, this.places.dials, legend());
    this.text = make("pre", { tabindex: 0 });
    this.twin = make("details", { class: "av-twin", toggle: () => this.writeTwin() }, make("summary", {}, "The state as text"), this.text);
    this.figures = make(
      "div", { class: "av-figures", tabindex: 0, role: "group", "aria-label": FIGURES_NAME },
      this.places.strip, this.rivals.element, this.places.plane,
    );
  }

  /** Put the parts together, with the buttons and places of the views. */
  assemble(views) {
    const beside = (part) => make("div", { class: "av-beside" }, part);
    const top = make("div", { class: "av-top" });
    if (this.form) top.append(this.form.element, beside(this.scenario));
    top.append(this.transport.element, beside(this.tools.element));
    this.main = make("div", { class: "av-main" }, this.processes.element, this.figures, views.place);
    const side = make("div", { class: "av-side" }, this.dials, this.list.element, this.counts.element);
    const panels = [
      ["Script", this.script.element, () => this.script.write()],
      ["Settings", this.settings?.element],
      ["Keys and help", helpPanel(this.live)],
    ];
    const there = panels.filter(([, panel]) => panel);
    const row = make("div", { class: "av-viewrow" }, this.guess.button, ...there.map((each) => folded(...each)));
    const inner = make(
      "div", { class: "av-inner" },
      top, this.speech.sentence, this.speech.offer, this.guess.element,
      make("div", { class: "av-body" }, this.main, side),
      make("div", { class: "av-foot" }, views.element, this.beside?.element ?? "", row),
      ...there.map(([, panel]) => panel),
      this.twin,
    );
    this.root = region("Lab of address spaces", { class: "anonvma" }, inner);
    if (!this.live) this.root.classList.add("av-recorded");
  }

  /** A history has come: what was being written is over. `settings` come with a whole one. */
  settle(frame, compared, settings) {
    this.rivals.take(compared);
    this.form?.settle(frame.signatures);
    this.list.close();
    this.script.settle();
    this.counts.setCounted(frame.counted);
    if (!settings) return;
    this.beside?.show(frame.beside);
    this.settings?.settle(settings);
    if (this.scenario) fillScenarios(this.scenario, frame);
  }

  /**
   * Show a step: its `scene`, that of the step `before` and the `next` that is done, if there are
   * such; the `lines` of all calls, the `rivals` in text, the `pid` that is shown, an `error` or null.
   */
  show(said) {
    const { scene, before, next, position, end, lines, error } = said;
    const { call, mms } = scene;
    const mm = mms.find((each) => each.pid === said.pid) ?? mms[0];
    this.list.show(said); // first: it asks for its layout, which the others change
    this.transport.show({ ...said, call });
    this.tools.show(said);
    this.script.show(said);
    const gone = (before?.mms ?? []).filter(({ pid }) => !mms.some((other) => other.pid === pid));
    this.processes.show({ mms, gone, pid: mm?.pid });
    this.counts.show({ mm: mm ?? { units: [], vmas: [] }, scene });
    this.form?.offer({ lines: lines.slice(0, position), next: next?.call, process: mm?.name ?? "init" });
    this.said = said;
    this.writeTwin();
    this.speech.show(scene.sentence, error);
  }

  /** The step in text, where it is unfolded: it is put together for that alone. */
  writeTwin() {
    if (!this.twin.open) return;
    const { scene, position, end, rivals } = this.said;
    const heading = scene.call ? `step ${position} of ${end}: ${scene.call}` : `step 0 of ${end}`;
    this.text.textContent = `${heading}\n${[scene.twin, rivals].filter(Boolean).join("\n\n")}`;
  }
}

function legend() {
  const entry = (kind, name) => make("span", {}, make("i", { class: `av-key av-${kind}` }), name);
  return make("div", { class: "av-legend" }, entry("used", "in use"), entry("held", "reserved"), entry("given", "given up"));
}

function scenarioChooser(act) {
  const change = () => act.scenario(select.value);
  const select = make("select", { class: "av-scenario", "aria-label": "Scenario", change });
  return select;
}

function fillScenarios(select, { scenario, scenarios }) {
  const names = scenarios.includes(scenario) ? scenarios : [scenario, ...scenarios];
  const option = (name) => make("option", { value: name, selected: name === scenario }, `Scenario: ${name}`);
  select.replaceChildren(...names.map(option));
}
