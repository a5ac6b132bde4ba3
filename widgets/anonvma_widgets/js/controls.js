// The controls: two rows of plain, named elements. They know no machine and no figure; what the
// reader does goes to `act`, and `show` puts the state of the player on them.

import { ICONS, freshId, icon, make } from "./dom.js";

const SPEEDS = [0.5, 1, 2, 4];

/** Back, play, forward, the scrubber and the count. */
export class Transport {
  constructor(act) {
    this.act = act;
    const button = (name, shape, action) =>
      make("button", { class: "av-icon", type: "button", "aria-label": name, title: name, click: action }, icon(...shape));
    this.back = button("Step back", ICONS.back, () => act.go(-1));
    this.play = button("Play", ICONS.play, () => act.play());
    this.forward = button("Step forward", ICONS.forward, () => act.go(1));
    this.slider = make("input", {
      type: "range", min: 0, max: 0, step: 1, class: "av-slider", "aria-label": "Step",
      input: () => act.scrub(Number(this.slider.value)),
    });
    this.ticks = make("div", { class: "av-ticks", "aria-hidden": "true" });
    this.count = make(
      "button", { type: "button", class: "av-plain av-count", title: "Go to a step by its number", click: () => this.ask() },
    );
    this.number = make("input", {
      type: "text", inputmode: "numeric", class: "av-go-to", "aria-label": "Go to step", hidden: true,
      keydown: (event) => this.typed(event), blur: () => this.asked(),
    });
    const track = make("div", { class: "av-track" }, this.ticks, this.slider);
    this.element = make("div", { class: "av-transport" }, this.back, this.play, this.forward, track, this.count, this.number);
  }

  /** Let the reader write the number of a step. */
  ask() {
    this.count.hidden = true;
    this.number.hidden = false;
    this.number.value = "";
    this.number.placeholder = `0 to ${this.slider.max}`;
    this.number.focus();
  }

  asked() {
    this.count.hidden = false;
    this.number.hidden = true;
  }

  typed(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const step = /^\s*\d+\s*$/.test(this.number.value) ? Number(this.number.value) : null;
    this.asked();
    this.count.focus();
    if (event.key === "Enter" && step !== null) this.act.jump(step);
  }

  show({ position, end, playing, call }) {
    enable(this.back, position > 0);
    enable(this.forward, position < end);
    enable(this.play, end > 0);
    const name = playing ? "Pause" : "Play";
    if (this.play.getAttribute("aria-label") !== name) {
      this.play.setAttribute("aria-label", name);
      this.play.title = name;
      this.play.replaceChildren(icon(...(playing ? ICONS.pause : ICONS.play)));
    }
    this.slider.max = String(end);
    this.slider.value = String(position);
    this.slider.disabled = end === 0;
    this.slider.style.setProperty("--done", end ? position / end : 0);
    this.slider.setAttribute("aria-valuetext", call ? `step ${position} of ${end}: ${call}` : `step 0 of ${end}`);
    const wanted = end <= 60 ? end + 1 : 0;
    if (this.ticks.childElementCount !== wanted) {
      this.ticks.replaceChildren(...Array.from({ length: wanted }, () => make("i")));
    }
    this.count.textContent = `${position} of ${end}`;
  }
}

/** Say that a button does nothing now, and leave the focus on it if it is there. */
export function enable(button, able) {
  button.setAttribute("aria-disabled", String(!able));
}

/** Put a text into an element; the same text again would lay the page out again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Undo, redo, reset, copy, speed. A player without a kernel has the speed alone. */
export class Tools {
  constructor(act, live) {
    const plain = (name, action) => {
      const able = () => button.getAttribute("aria-disabled") !== "true";
      const button = make("button", { class: "av-plain", type: "button", click: () => able() && action() }, name);
      return button;
    };
    this.undo = plain("Undo", () => act.send("undo"));
    this.redo = plain("Redo", () => act.send("redo"));
    this.reset = plain("Reset", () => act.send("reset"));
    this.speed = make("select", { class: "av-speed", "aria-label": "Speed", change: () => act.speed(Number(this.speed.value)) });
    for (const speed of SPEEDS) {
      this.speed.append(make("option", { value: speed, selected: speed === 1 }, `speed ${speed}×`));
    }
    const left = live ? [this.undo, this.redo, this.reset] : [];
    this.element = make("div", { class: "av-tools" }, ...left, this.speed);
  }

  show({ undo, redo }) {
    enable(this.undo, undo);
    enable(this.redo, redo);
  }
}

/** The chooser of the process that is shown; hidden while there is only one. */
export class ProcessChooser {
  constructor(act) {
    this.act = act;
    this.name = freshId();
    this.group = make("fieldset", { class: "av-processes" });
    this.element = this.group;
    this.shown = "";
  }

  /** The processes of a step, the one that is shown, and those that this step let go. */
  show({ mms, gone, pid }) {
    this.group.hidden = mms.length + gone.length < 2;
    const wanted = [mms, gone].map((each) => each.map((mm) => `${mm.pid} ${mm.name}`).join()).join(";");
    if (wanted !== this.shown) {
      this.shown = wanted;
      const ghosts = gone.map((mm) => make("span", { class: "av-gone" }, `pid ${mm.pid} ${mm.name}, gone`));
      this.group.replaceChildren(make("legend", {}, "process"), ...mms.map((mm) => this.choice(mm)), ...ghosts);
    }
    for (const radio of this.group.querySelectorAll("input")) radio.checked = Number(radio.value) === pid;
  }

  choice(mm) {
    const radio = make("input", { type: "radio", name: this.name, value: mm.pid, change: () => this.act.choose(mm.pid) });
    return make("label", {}, radio, make("span", {}, `pid ${mm.pid} ${mm.name}`));
  }
}

/** The four counts. */
export class Counts {
  constructor() {
    this.values = {};
    const cell = (name) => {
      this.values[name] = make("dd");
      return make("div", {}, make("dt", {}, name), this.values[name]);
    };
    const cells = ["units", "vmas", "spaces", "handed out"].map(cell);
    this.element = make("dl", { class: "av-counts" }, ...cells);
  }

  /** Without a counter nothing is handed out. */
  setCounted(counted) {
    this.values["handed out"].parentElement.hidden = !counted;
  }

  show({ mm, scene }) {
    const counts = {
      units: mm.units.length, vmas: mm.vmas.length, spaces: scene.rings.length, "handed out": scene.handed_out,
    };
    for (const [name, value] of Object.entries(counts)) write(this.values[name], String(value));
  }
}
