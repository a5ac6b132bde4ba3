// The stage: the figures with one scene on them, at rest or on the way from one to the next.

import { Motion } from "./motion.js";
import { bandScale, pageScale } from "./scale.js";
import { dialData, dialSize, ghostHands, ringsAt } from "./dials.js";
import { duration, ease } from "./tween.js";
import { movingPicture, stillPicture } from "./picture.js";
import { planeData, planeFrame, planeNotes, rugData } from "./plane.js";
import { lanes, stripData, stripFrame } from "./strip.js";

const UNDER_NUMBERS = 12; // pixels of the strip under the middle of the page numbers

export class Stage {
  /**
   * `still` says whether the reader asked for no movement; `tell` hears "moving", then "ghost"
   * while an outline of the state before is left, then "rest".
   */
  constructor(figures, language, still, tell) {
    this.figures = figures;
    this.language = language;
    this.measures = language.measures;
    this.still = still;
    this.tell = tell;
    this.scene = null;
    this.pid = 1;
    this.hover = null;
    this.ghostAlpha = 0;
    this.hands = new Map();
    this.motion = new Motion();
    this.timers = [];
  }

  /** Lay the figures out for a frame and a width in pixels; nothing of this depends on the step. */
  layout(frame, width, look) {
    this.bandList = frame.bands;
    this.look = look;
    this.scale = pageScale(frame.window, Math.max(320, Math.floor(width)), this.measures);
    this.bands = bandScale(frame.bands, this.measures);
    const { scale, bands } = this;
    const x = [scale.page(0), scale.page(scale.width)];
    const height = lanes(this.measures).numbers + UNDER_NUMBERS;
    const strip = { width: scale.width, height, x, y: [height, 0] };
    const dials = dialSize(frame.bands, this.measures);
    this.figures.frame("strip", strip);
    this.figures.frame("plane", {
      width: scale.width, height: Math.round(bands.height), x, y: [bands.low, bands.high],
    });
    this.figures.frame("dials", { ...dials, x: [0, dials.width], y: [dials.height, 0] });
    this.figures.draw(stripFrame(scale, look, this.measures));
    if (this.scene) this.rest();
  }

  /** The process of the scene that is shown: the chosen one, or the first there is. */
  mm(scene = this.scene) {
    return scene.mms.find((mm) => mm.pid === this.pid) ?? scene.mms[0] ?? EMPTY;
  }

  /** Show a scene without movement and without a ghost. */
  show(scene) {
    this.stop();
    this.scene = scene;
    this.rest();
  }

  /** Move from the scene that is shown to `scene`; `forward` false runs its step backwards. */
  move(scene, forward) {
    const from = this.scene;
    this.stop();
    this.scene = scene;
    const [before, after] = forward ? [from, scene] : [scene, from];
    const known = before.mms.some((mm) => mm.pid === this.mm(after).pid);
    this.ghostAlpha = forward ? 1 : 0;
    this.hands = forward ? ghostHands(before.rings, after.rings) : new Map();
    if (this.still() || !known) {
      this.rest();
      this.tell(forward ? "ghost" : "rest");
      return;
    }
    this.tell("moving");
    this.notes = planeNotes(
      stillPicture(this.mm(after), 0), after.rings, this.scale, this.bands, this.look, this.measures,
    );
    const draw = (p) => this.between(before, after, forward ? p : 1 - p);
    this.motion.start(duration(after.movement, this.measures), draw, () => {
      this.rest();
      this.tell(forward ? "ghost" : "rest");
      if (forward) this.fadeLater();
    });
  }

  /** The ghost stays for a moment after the movement, then fades. */
  fadeLater() {
    if (this.still()) return;
    const { ghost_ms: stay, fade_ms: fade } = this.measures;
    const frames = 10;
    for (let n = 1; n <= frames; n += 1) {
      const timer = setTimeout(() => {
        this.ghostAlpha = 1 - n / frames;
        if (n === frames) this.hands = new Map();
        this.ghosts();
        if (n === frames) this.tell("rest");
      }, stay + (fade * n) / frames);
      this.timers.push(timer);
    }
  }

  /** End whatever is running; the next thing drawn is complete. */
  stop() {
    this.motion.stop();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.ghostAlpha = 0;
    this.hands = new Map();
    this.tell("rest");
  }

  picture() {
    return stillPicture(this.mm(), this.ghostAlpha);
  }

  rings(rings = this.scene.rings) {
    return rings.map((ring) =>
      this.hands.has(ring.letter)
        ? { ...ring, ghostHand: this.hands.get(ring.letter), ghostAlpha: this.ghostAlpha }
        : ring,
    );
  }

  /** Draw the scene at rest, with its labels and notes. */
  rest() {
    const { scale, bands, look, measures } = this;
    const picture = this.picture();
    const { rings } = this.scene;
    this.figures.draw({
      ...planeFrame(scale, bands, rings, look, measures),
      ...stripData(picture, scale, look, this.language, this.hover),
      ...planeData(picture, scale, bands, look, measures, this.hover),
      ...planeNotes(picture, rings, scale, bands, look, measures),
      ...rugData(rings, scale, bands, look),
      ...dialData(this.rings(), this.bandList, look, measures, this.hover),
    });
  }

  /** Draw the ghosts alone, while they fade. */
  ghosts() {
    const { scale, bands, look, measures } = this;
    const picture = this.picture();
    const { strip_ghosts } = stripData(picture, scale, look, this.language, null);
    const { plane_ghosts } = planeData(picture, scale, bands, look, measures, null);
    const { hand_ghosts } = dialData(this.rings(), this.bandList, look, measures, null);
    this.figures.draw({ strip_ghosts, plane_ghosts, hand_ghosts });
  }

  /** Draw the step from `before` to `after` when it has come to `p`. */
  between(before, after, p) {
    const { scale, bands, look, measures } = this;
    const args = [this.mm(before), this.mm(after), after.movement, p, measures, this.ghostAlpha];
    const picture = movingPicture(...args);
    const rings = ringsAt(before.rings, after.rings, ease(p), p > 0.5);
    const stays = new Set(picture.pieces.filter((piece) => piece.still).map((piece) => piece.key));
    this.figures.draw({
      ...planeFrame(scale, bands, after.rings, look, measures),
      ...stripData(picture, scale, look, this.language, null),
      ...planeData(picture, scale, bands, look, measures, null),
      plane_labels: onlyOf(this.notes.plane_labels, stays),
      plane_notes: onlyOf(this.notes.plane_notes, new Set()),
      ...rugData(rings, scale, bands, look),
      ...dialData(rings, this.bandList, look, measures, null),
    });
  }

  /** Dim everything but one vma, or nothing; only what dims is drawn anew. */
  setHover(vma) {
    const key = vma?.key;
    if (key === this.hover?.key || this.motion.running || !this.scene) return;
    this.hover = vma ? { ...vma, endIndex: vma.first + vma.end - vma.start } : null;
    this.rest();
  }

  /** The vma of the strip at a pixel, or undefined. */
  vmaOnStrip(x) {
    const page = this.scale.page(x);
    return this.mm().vmas.find((vma) => vma.start <= page && page < vma.end);
  }

  /** The vma of the plane whose diagonal passes within 8 pixels of a point. */
  vmaOnPlane(x, y) {
    const { scale, bands } = this;
    return this.mm().vmas.find((vma) => {
      const band = bands.band(vma.letter);
      const page = Math.min(vma.end, Math.max(vma.start, scale.page(x)));
      if (!band) return false;
      const line = bands.pixel(band.foot + vma.first + page - vma.start);
      return Math.hypot(scale.pixel(page) - x, (line - y) * 0.8) < 8;
    });
  }

  /** Mark pages on the strip as chosen; null takes the mark away. */
  choose(range) {
    const rows = range ? [range] : [];
    this.figures.draw({
      chosen_pages: {
        left: rows.map(([start]) => start),
        right: rows.map(([, end]) => end),
        top: rows.map(() => 0),
        bottom: rows.map(() => lanes(this.measures).vmaBottom + 4),
        color: rows.map(() => this.look.ink),
        alpha: rows.map(() => 0.16),
      },
    });
  }

  remove() {
    this.stop();
    this.figures.remove();
  }
}

const EMPTY = {
  pid: 0, parent: null, name: "init", units: [], vmas: [], reserved: [], groups: [], ghosts: [],
};

function onlyOf(columns, keys) {
  const keep = columns.key.map((key) => keys.has(key));
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, values.filter((_, place) => keep[place])]),
  );
}
