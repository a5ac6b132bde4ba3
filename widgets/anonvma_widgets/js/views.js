// The views that a reader opens and closes, and the row of buttons that does it.
//
// plane, dials   figures of the stage: there from the beginning, shown or hidden
// the others     objects of their own, made when they are opened for the first time:
//                element, layout(frame, width, look), show(scene, {pid, page}), remove(); and where
//                they need it  place, begin(figures)   a Bokeh figure of that name, embedded there
//                              setHover(vma), pick(pid, page), answer(message of that type)

import { CostView } from "./cost.js";
import { WalkView } from "./walk.js";
import { make } from "./dom.js";
import { prefersStillness } from "./theme.js";

/** One line a view: `player` is the PlayerView that opens it. */
const MAKERS = {
  walk: (player) =>
    new WalkView(player.constants.language, {
      ask: player.asker("walk"), still: prefersStillness, hovered: (vma) => player.stage?.setHover(vma),
    }),
  cost: (player) => {
    const view = new CostView((step) => player.go(step), () => player.costs(), player.constants.counts);
    player.listen(view.place);
    return view;
  },
};

const STAGED = ["plane", "dials"];

export class Views {
  /** `boxes` are the elements of the staged views, by name. */
  constructor(player, boxes) {
    this.player = player;
    this.boxes = boxes;
    this.open = new Map(STAGED.map((name) => [name, null])); // by name; null for a staged one
    this.made = new Map();
    this.place = make("div", { class: "av-views" });
    this.buttons = new Map([...STAGED, ...Object.keys(MAKERS)].map((name) => [name, this.button(name)]));
    this.element = make(
      "div", { class: "av-viewrow", role: "group", "aria-label": "Views" },
      make("span", { class: "av-footname", "aria-hidden": "true" }, "Views"), ...this.buttons.values(),
    );
  }

  /** Open and close what Python said, when the figures are there. */
  openFirst(names) {
    for (const name of this.buttons.keys()) this.toggle(name, names.includes(name));
  }

  /** Without a counter there are no dials to open. */
  setCounted(counted) {
    this.buttons.get("dials").hidden = !counted;
    this.boxes.dials.classList.toggle("av-none", !counted);
  }

  button(name) {
    return make(
      "button", { type: "button", class: "av-toggle", "aria-pressed": "false", click: () => this.toggle(name) }, name,
    );
  }

  toggle(name, open = !this.open.has(name)) {
    this.buttons.get(name).setAttribute("aria-pressed", String(open));
    if (open === this.open.has(name)) return;
    if (open) this.open.set(name, this.viewOf(name));
    else this.open.delete(name);
    const view = this.made.get(name);
    (this.boxes[name] ?? view.element).hidden = !open;
    if (open && view) this.bringUp(name, view);
  }

  /** The view of that name, made now if it was not; null for a staged one. */
  viewOf(name) {
    if (!MAKERS[name]) return null;
    if (!this.made.has(name)) {
      const view = MAKERS[name](this.player);
      view.element.classList.add(`av-${name}`);
      this.made.set(name, view);
      this.place.append(view.element);
      if (view.place) this.player.embed({ [name]: view.place }).then((figures) => view.begin(figures));
    }
    return this.made.get(name);
  }

  /** Let a view that was just opened show what the others show, and the page that Python gave. */
  bringUp(name, view) {
    const { frame, width, pid, scenes, position } = this.player;
    if (width) view.layout(frame, width, this.player.look());
    const given = name === "walk" && frame.page !== null && !this.shown;
    this.shown ||= name === "walk";
    view.show(scenes[position], given ? { pid: 1, page: frame.page } : { pid });
  }

  /** The views of their own that are open, by name. */
  *own() {
    for (const [name, view] of this.open) if (view) yield [name, view];
  }

  layout(frame, width, look) {
    for (const [, view] of this.own()) view.layout(frame, width, look);
  }

  show(scene, at) {
    for (const [, view] of this.own()) view.show(scene, at);
  }

  setHover(vma) {
    for (const [, view] of this.own()) view.setHover?.(vma);
  }

  /** A page was picked on the strip or the plane. */
  pick(pid, page) {
    for (const [, view] of this.own()) view.pick?.(pid, page);
  }

  /** Hand a message of Python's to the view that it is for. */
  answer(message) {
    this.made.get(message.type)?.answer?.(message);
  }

  remove() {
    for (const view of this.made.values()) view.remove();
  }
}
