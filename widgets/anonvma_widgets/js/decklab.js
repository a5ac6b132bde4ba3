// A lab on a slide: a player as wide as the slide, drawn so large that the last row reads it.
//
// It is laid out small and enlarged as a whole, so that letters, lines and strokes keep their
// proportions. The plane takes the height that the tallest step leaves; where that is too little,
// the lab is enlarged less.

import { mount } from "./host.js";

export const ENLARGED = [2, 1.8, 1.6, 1.5, 1.4, 1.3, 1.2, 1];
const WIDTH = 1152;
const LOWEST_PX = 672; // of the slide: there the lab ends
const LEAST_PLANE = 96;
const MEASURES = { gutter: 58, margin: 12, unit_lane: 25, lane_gap: 3, vma_lane: 30, plane_more: 0, band_gap: 10, walk_plane: 88 };
const WALK_GUTTER = 76; // its rows have longer names
const DIALS = [
  { most: 1, measures: { radius: 46, ring: 13, ring_reserved: 5, dial_row: 138, column: 110, dial_columns: 1 } },
  { most: 2, measures: { radius: 33, ring: 8, ring_reserved: 3, dial_row: 107, column: 82, dial_columns: 1 } },
];
const COSTS = ["units", "vmas", "worst", "weight"]; // of the cost chart: four can be read
const STEPPING = { ArrowLeft: -1, ArrowRight: 1 };

export class DeckLab {
  /** `place` holds the lab's data; `last` shows its last step, for paper. */
  constructor(place, shared, last) {
    this.place = place;
    this.last = last;
    this.shown = JSON.parse(place.textContent);
    const { language } = shared.constants;
    const { history } = this.shown;
    const dials = DIALS.find(({ most }) => history.counted && history.bands.length <= most);
    if (!dials) history.views = history.views.filter((view) => view !== "dials");
    place.classList.toggle("deck-dials", history.views.includes("dials"));
    this.measures = { ...language.measures, ...MEASURES, ...dials?.measures, plane: LEAST_PLANE };
    if (history.views.includes("walk")) this.measures.gutter = WALK_GUTTER;
    const constants = { ...shared.constants, counts: COSTS, language: { ...language, measures: this.measures } };
    this.shared = { ...shared, constants };
    place.replaceChildren();
    place.addEventListener("keydown", giveKeysBack);
  }

  /** Show it; the promise is kept when it is drawn. */
  show() {
    this.showing ??= this.begin();
    return this.showing;
  }

  async begin() {
    this.box = this.place.appendChild(document.createElement("div"));
    this.box.className = "deck-enlarged";
    this.place.style.height = `${LOWEST_PX - this.place.offsetTop}px`;
    this.enlarge(ENLARGED[0]);
    const { view } = mount(this.box, this.shown, this.shared);
    this.view = view;
    view.page.transport.element.addEventListener("keydown", (event) => this.onButton(event));
    view.resize();
    await until(() => view.root.dataset.ready === "true");
    await settled();
    await this.fit();
    await settled();
    view.go(this.last ? view.end : view.frame.position, { still: true });
    await settled();
    this.place.dataset.ready = "true";
  }

  enlarge(by) {
    const room = this.room();
    this.box.style.width = `${WIDTH / by}px`;
    this.box.style.height = `${room / by}px`;
    this.box.style.transform = `scale(${by})`;
    this.by = by;
  }

  /** The height that the slide has for it. */
  room() {
    return this.place.offsetHeight;
  }

  /** Enlarge it as far as its tallest step allows, and give the plane what is left. */
  async fit() {
    for (const by of ENLARGED) {
      if (by !== this.by) {
        this.enlarge(by);
        await this.layout(LEAST_PLANE);
      }
      const left = this.room() / by - (await this.tallest());
      if (left < 0 && by !== ENLARGED.at(-1)) continue;
      if (left > 0) await this.layout(LEAST_PLANE + Math.floor(left));
      return;
    }
  }

  async layout(plane) {
    this.measures.plane = plane;
    this.view.resize();
    this.view.layout();
    await settled();
  }

  /** The height of the tallest step; the sentence gets the lines that the longest one needs. */
  async tallest() {
    const { view } = this;
    const { sentence } = view.page.speech;
    const inner = view.root.firstElementChild;
    let [lines, tallest] = [0, 0];
    sentence.style.minHeight = "";
    inner.style.height = "auto";
    for (let step = view.end; step >= 0; step -= 1) {
      await this.say(step);
      lines = Math.max(lines, sentence.offsetHeight);
      tallest = Math.max(tallest, inner.offsetHeight - sentence.offsetHeight);
    }
    inner.style.height = "";
    sentence.style.minHeight = `${lines}px`;
    return lines + tallest;
  }

  /** Show a step's words; and its figures where they are not always as high. */
  async say(step) {
    const { view } = this;
    const figures = view.frame.views.includes("walk") || view.compared.names.length > 1;
    if (figures) {
      view.go(step, { still: true });
      await new Promise(requestAnimationFrame);
    } else {
      view.position = step;
      view.showWords();
    }
  }

  /** The arrows step on the buttons too: whoever has clicked there is in the lab. */
  onButton(event) {
    if (event.key in STEPPING && event.target.matches("button")) this.view.step(STEPPING[event.key]);
  }
}

/** Escape in a lab gives the keys back to the deck. */
function giveKeysBack(event) {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  document.activeElement.blur();
}

async function until(done) {
  while (!done()) await new Promise(requestAnimationFrame);
}

/** Long enough for a figure to be embedded and drawn. */
async function settled() {
  await new Promise((resolve) => setTimeout(resolve, 60));
  await new Promise(requestAnimationFrame);
}
