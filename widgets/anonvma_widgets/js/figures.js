// The Bokeh figures: embedded once, then only their ranges and data change.
//
// BokehJS paints a figure again in the frame after a change, and once for every source that has
// changed if they are far apart. Here all changes of a moment are made first, and each figure that
// they touch is painted once, at once: a movement then has a painting in every frame.

/** Embed the figures in their elements. `specs` and `places` go by the name of the view. */
export async function embedFigures(bokeh, specs, places) {
  const documents = [];
  const views = {};
  for (const [name, spec] of Object.entries(specs)) {
    const [view] = [...(await bokeh.embed.embed_item(structuredClone(spec), places[name]))];
    documents.push(view.model.document);
    views[name] = view;
    for (const renderer of view.renderer_views.values()) leaveIdle(renderer);
  }
  return new Figures(views, documents);
}

const IDLE_GLYPHS = ["decimated_glyph", "selection_glyph", "nonselection_glyph", "muted_glyph"];

/**
 * What a renderer does besides painting, and nobody here needs. Its glyphs for selections need not
 * follow the data. Its element need not follow the glyphs: BokehJS writes that one's style sheet
 * while it paints, and every text after it then lays out the whole page again.
 */
function leaveIdle(renderer) {
  const nothing = () => {};
  const idle = {
    set_data: async () => {}, after_lazy_visuals: async () => {},
    set_visuals: nothing, after_visuals: nothing, map_data: nothing,
  };
  for (const name of IDLE_GLYPHS) if (renderer[name]) Object.assign(renderer[name], idle);
  renderer.position.replace(":host { display: none; }");
  renderer.update_position = nothing;
}

class Figures {
  constructor(views, documents) {
    this.views = views;
    this.documents = documents;
    this.sources = new Map();
    this.drawn = new Map();
    for (const view of Object.values(views)) {
      for (const { data_source: source } of view.model.renderers) this.sources.set(source.name, { source, view });
    }
  }

  /** Replace the columns of named sources, {units: {left: [..], ..}, ..}, where they changed. */
  draw(data) {
    const touched = new Set();
    for (const [name, columns] of Object.entries(data)) {
      const drawn = this.drawn.get(name);
      if (drawn && sameColumns(columns, drawn)) continue;
      const { source, view } = this.sources.get(name);
      if (!touched.has(view)) view.pause();
      touched.add(view);
      this.drawn.set(name, columns);
      source.data = columns;
    }
    for (const view of touched) paintSoon(view);
  }

  /** Set the size of a figure in pixels, and what its axes show. */
  frame(name, { width, height, x, y }) {
    const { model } = this.views[name];
    if (model.width !== width || model.height !== height) model.setv({ width, height });
    model.x_range.setv({ start: x[0], end: x[1] });
    model.y_range.setv({ start: y[0], end: y[1] });
  }

  remove() {
    for (const doc of this.documents) doc.clear();
  }
}

/** Paint a figure that was paused when it has taken in its data: that is before the next frame. */
async function paintSoon(view) {
  await Promise.race([view.ready, nextFrame()]);
  view.unpause(true);
  view.repaint();
}

function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Whether two tables of columns hold the same values. */
export function sameColumns(a, b) {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && sameValues(a[name], b[name]));
}

function sameValues(a, b) {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  for (let place = 0; place < a.length; place += 1) {
    if (a[place] !== b[place] && !sameValues(a[place], b[place])) return false;
  }
  return true;
}
