// The labs and questions of a page. A lab is drawn when the reader comes near it; its step stands
// in the address, so that a link leads to it.
//
//   #lab-2          the second lab of the page
//   #lab-2=5        its step 5
//   #lab-2=5&script=a%20%3D%20mmap(4)    the same after calls of the reader's own, which are run
//                                        when the reader says so, never before

import { STEPPED } from "./player.js";
import { copyText } from "./speech.js";
import { make } from "./dom.js";
import { mount } from "./host.js";

const NEAR_PAGE = "1200px";
const ADDRESS_MS = 250; // browsers count how often an address is changed
const BRINGS = "This link brings calls of its own:";
const WITHOUT = "There is no Python on this page to run them: the notebook can.";

/** What an address says of a lab: {name, step, script}; null if it is not about one. */
export function labInAddress(hash) {
  const found = /^#(lab-\d+)(?:=(\d+))?(?:&script=(.*))?$/.exec(hash);
  if (!found) return null;
  const [, name, step, script] = found;
  const number = step === undefined ? null : Number(step);
  try {
    return { name, step: number, script: script === undefined ? null : decodeURIComponent(script) };
  } catch {
    return { name, step: number, script: null }; // it was cut off within a character
  }
}

/** The address of a step: `lines` are all calls, `first` those that the page came with. */
export function addressOfLab(name, step, lines, first) {
  const own = lines.some((line, place) => line !== first[place]);
  const script = own ? `&script=${encodeURIComponent(lines.join("\n"))}` : "";
  return `#${name}=${step}${script}`;
}

class PlacedLab {
  constructor(element, shared, python) {
    this.element = element;
    this.shared = shared;
    this.python = python;
    this.wanted = null;
    element.querySelector(".lab-link").addEventListener("click", ({ target }) => this.copy(target));
  }

  show() {
    if (this.view) return;
    const shown = shownIn(this.element);
    this.recipe = shown.recipe;
    this.live = Boolean(shown.live && shown.recipe && this.python);
    const ask = this.live ? (message, heard) => this.ask(message, heard) : null;
    this.view = mount(this.element.querySelector(".mount"), shown, this.shared, { ask }).view;
    this.first = this.view.scenes.slice(1).map((scene) => scene.call);
    this.view.root.addEventListener(STEPPED, () => this.stepped());
  }

  /** Pass a message to Python; a lab that is new there begins as it is here. */
  ask(message, heard) {
    const { frame, position } = this.view;
    const lines = () => this.view.lines().join("\n");
    const recipe = () => ({ ...this.recipe, settings: frame.settings, script: lines(), at: position });
    this.python.ask({ lab: this.element.id, recipe }, message, (reply) => {
      heard(reply);
      this.replied(reply);
    });
  }

  /** After the calls of a link have been run: go to the step that it names, or say what is wrong. */
  replied(reply) {
    if (!this.wanted || !["history", "error"].includes(reply.type)) return;
    const { step } = this.wanted;
    this.wanted = null;
    if (reply.type === "error") this.view.showError(reply);
    else if (step !== null) this.view.go(step, { still: true });
  }

  get address() {
    return addressOfLab(this.element.id, this.view.position, this.view.lines(), this.first);
  }

  stepped() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      try {
        history.replaceState(history.state, "", this.address);
      } catch {
        // the address stays as it is; the button has the link
      }
    }, ADDRESS_MS);
  }

  copy(button) {
    this.show();
    copyText(button, location.href.split("#")[0] + this.address);
  }

  /** Come to what an address says. */
  open({ step, script }) {
    this.show();
    if (step !== null && script === null) this.view.go(step, { still: true });
    clearTimeout(this.timer); // the address says so already
    if (script !== null) this.offer(script, step);
    this.element.scrollIntoView();
  }

  offer(script, step) {
    this.element.querySelector(".lab-offer")?.remove();
    const box = make("div", { class: "lab-offer" }, make("p", {}, BRINGS), make("pre", { tabindex: 0 }, script));
    const run = () => {
      this.wanted = { step };
      this.view.page.act.rewrite(script);
      box.remove();
    };
    if (this.live) box.append(make("button", { type: "button", click: run }, "Run them"));
    else box.append(make("p", {}, WITHOUT));
    box.append(make("button", { type: "button", click: ({ target }) => copyText(target, script) }, "Copy them"));
    this.element.querySelector(".lab-bar").after(box);
  }

  /** A page that is printed has the text of what was not drawn. */
  print() {
    if (!this.view) printText(this.element);
  }
}

/** `python` answers (pythonpage.js), or is null. */
export class PageLabs {
  constructor(shared, python) {
    this.labs = new Map();
    for (const place of document.querySelectorAll(".shown")) {
      if (place.dataset.kind === "lab") this.labs.set(place, new PlacedLab(place, shared, python));
      else showInPlace(place, shared, python);
    }
  }

  run() {
    const watch = (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        this.labs.get(target).show();
      }
    };
    const near = new IntersectionObserver(watch, { rootMargin: `${NEAR_PAGE} 0px` });
    this.labs.forEach((_, place) => near.observe(place));
    window.addEventListener("beforeprint", () => this.labs.forEach((lab) => lab.print()));
    window.addEventListener("hashchange", () => this.follow());
    this.follow();
  }

  follow() {
    const asked = labInAddress(location.hash);
    const place = asked && document.getElementById(asked.name);
    if (this.labs.has(place)) this.labs.get(place).open(asked);
  }
}

/** A question or the progress; one that is answered in a cell has nothing to ask for. */
function showInPlace(place, shared, python) {
  const shown = shownIn(place);
  const asks = python && shown.kind === "question" && shown.spec.fields.length > 0;
  const ask = asks ? (message, heard) => python.ask(questionTarget(place.id, shown), message, heard) : null;
  mount(place.querySelector(".mount"), shown, shared, { ask });
}

function questionTarget(question, { cells, spec }) {
  const sources = JSON.parse(document.getElementById("sources").textContent);
  return { question, sources: cells.map((cell) => sources[cell]), key: spec.key };
}

function shownIn(place) {
  return JSON.parse(place.querySelector("script").textContent);
}

function printText(place) {
  const text = place.querySelector("noscript")?.textContent;
  const mountPlace = place.querySelector(".mount");
  if (!text || mountPlace.childElementCount) return;
  const inside = new DOMParser().parseFromString(text, "text/html").body.textContent;
  mountPlace.append(make("pre", { class: "printed" }, inside));
}
