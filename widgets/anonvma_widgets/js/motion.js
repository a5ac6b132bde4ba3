// A movement under way: frame by frame from 0 to 1, and over when the time is up or it is stopped.

export class Motion {
  constructor() {
    this.frame = null;
  }

  get running() {
    return this.frame !== null;
  }

  /** Call `draw(p)` now and in every frame for so long, 0 <= p < 1, and `done()` in the one after. */
  start(milliseconds, draw, done) {
    this.stop();
    const begin = performance.now();
    const tick = (now) => {
      const p = Math.max(0, now - begin) / milliseconds;
      this.frame = null;
      if (p >= 1) {
        done();
        return;
      }
      draw(p);
      this.frame = requestAnimationFrame(tick);
    };
    tick(begin);
  }

  /** Neither `draw` nor `done` is called again. */
  stop() {
    if (this.running) cancelAnimationFrame(this.frame);
    this.frame = null;
  }
}
