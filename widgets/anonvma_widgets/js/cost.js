// The cost chart as a view: what the bookkeeping of each scheme comes to, step by step.

import { COUNTS, costData, costLayout, costRows, stepAtPoint } from "./costdata.js";
import { make, region } from "./dom.js";
import { spot } from "./pointer.js";

const COST_NAME = "Cost chart: counts of each scheme by step. Arrow keys and a click go to a step. The same numbers are below as a table.";

export class CostView {
  /**
   * `jump(step)` goes to a step; `read()` gives what is to be shown: {names, costs, end}. `keys`
   * names the counts that the chart has; the table has all.
   */
  constructor(jump, read, keys) {
    this.counts = keys ? COUNTS.filter(({ key }) => keys.includes(key)) : COUNTS;
    this.jump = jump;
    this.read = read;
    this.place = make("div", {
      class: "av-cost-figure", tabindex: 0, role: "group", "aria-label": COST_NAME, click: (event) => this.click(event),
    });
    this.says = make("p", { class: "av-cost-says" });
    this.table = make("table");
    this.twin = make(
      "details", { class: "av-twin", toggle: () => this.fill() },
      make("summary", {}, "The costs as a table"),
      make("div", { class: "av-cost-table", tabindex: 0, role: "region", "aria-label": "Costs by step" }, this.table),
    );
    this.element = region("Cost chart", { class: "av-cost" }, this.says, this.place, this.twin);
  }

  begin(figures) {
    this.figures = figures;
    this.draw();
  }

  layout(frame, width, look) {
    this.width = Math.max(320, Math.floor(width));
    this.look = look;
    this.draw();
  }

  /** Show the counts up to the last step that is done, with the scene's step marked. */
  show(scene) {
    const { end } = (this.shown = { ...this.read(), position: scene.number });
    const position = scene.number;
    this.says.textContent = `Numbers at step ${position} of ${end}, over all processes; steps from left to right.`;
    this.draw();
    this.fill();
  }

  draw() {
    if (!this.figures || !this.shown || !this.width) return;
    this.at = costLayout(this.width, this.shown.names, this.counts);
    const { width, height } = this.at;
    this.figures.frame("cost", { width, height, x: [0, width], y: [height, 0] });
    this.figures.draw(costData(this.shown, this.at, this.look));
  }

  click(event) {
    if (!this.at) return;
    const { x, y } = spot(event, this.place);
    const step = stepAtPoint(this.at, this.shown.end, x, y);
    if (step !== null) this.jump(step);
  }

  /** The table is made when it is looked at. */
  fill() {
    if (!this.twin.open || !this.shown) return;
    const { names, position } = this.shown;
    const heads = ["step", ...COUNTS.map(({ title }) => title)];
    const body = costRows(this.shown).map((row, step) =>
      make(
        "tr", { "aria-current": step === position ? "step" : null },
        ...row.map((text, place) => make(place ? "td" : "th", place ? {} : { scope: "row" }, text)),
      ),
    );
    this.table.replaceChildren(
      make("caption", {}, names.length > 1 ? `In each cell: ${names.join(" / ")}` : names[0]),
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...body),
    );
  }

  remove() {
    this.figures?.remove();
  }
}
