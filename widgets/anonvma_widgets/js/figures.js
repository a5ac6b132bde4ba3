// The Bokeh figures: embedded once, then only their ranges and data change.
//
// BokehJS paints a figure again in the frame after a change, and once for every source that has
// changed if they are far apart. Here all changes of a moment are made first, and each figure that
// they touch is painted once, at once: a movement then has a painting in every frame.

import { countOf, painterOf } from "./painters.js";

/** Embed the figures in their elements. `specs` and `places` go by the name of the view. */
export async function embedFigures(bokeh, specs, places) {
  const documents = [];
  const views = {};
  for (const [name, spec] of Object.entries(specs)) {
    const [view] = [...(await bokeh.embed.embed_item(structuredClone(spec), places[name]))];
    documents.push(view.model.document);
    views[name] = view;
    leaveIdle(view);
    if (places[name].closest("[aria-hidden=true]")) leaveOut(places[name]);
  }
  return new Figures(views, documents);
}

const nothing = () => {};

/**
 * What a figure does besides painting, and nobody here needs. It asks the style sheets for colours
 * that it has not got, and writes the style sheet of every renderer's element while it paints:
 * either way the whole page is laid out again.
 */
function leaveIdle(view) {
  for (const visual of view.visuals) visual._get_css_value = () => "";
  for (const element of view.element_views) element.reposition = nothing;
  for (const renderer of view.renderer_views.values()) {
    renderer.position.replace(":host { display: none; }");
    renderer.update_position = nothing;
    if (renderer.glyph) leaveIdleGlyph(renderer);
  }
}

/** BokehJS lets the keyboard into every figure: out of one that readers of words do not meet. */
function leaveOut(part) {
  for (const element of part.querySelectorAll("*")) {
    if (element.getAttribute("tabindex") === "0") element.tabIndex = -1;
    if (element.shadowRoot) leaveOut(element.shadowRoot);
  }
}

/**
 * The same of a renderer of glyphs. Most paint straight from their source; a glyph that BokehJS
 * paints follows its source by itself, up to three times for a change: `takeIn` does it once. It
 * looks for what lies outside of the figure, and makes all colours again where that changes: the
 * canvas clips it.
 */
function leaveIdleGlyph(renderer) {
  const { glyph, model } = renderer;
  const [painter, paint] = [painterOf(glyph.model), renderer._paint.bind(renderer)];
  renderer.update_data = async () => {};
  renderer.cds_view.compute_indices = nothing;
  if (painter) {
    renderer._paint = (context) => {
      const { x_scale: x, y_scale: y } = renderer.coordinates;
      if (countOf(model.data_source.data)) painter(model.data_source.data, context, x.s_compute, y.s_compute);
    };
    return;
  }
  glyph.index_data = nothing;
  renderer.map_data = () => glyph.map_data();
  renderer._update_masked_indices = () => renderer.all_indices;
  renderer._paint = (context) => {
    if (renderer.all_indices.count) paint(context);
  };
  renderer.takeIn = () => takeIn(renderer);
}

/**
 * Let a renderer of BokehJS's follow its source. What it paints changes at once, after all that
 * is waited for: somebody may paint the figure in between.
 */
async function takeIn(renderer) {
  const { glyph, model } = renderer;
  const { data_source: source } = model;
  const { data } = source;
  const indices = renderer.all_indices.constructor.all_set(source.get_length() ?? 0);
  await glyph.set_data(source, indices);
  if (source.data !== data) return; // who changed it has begun to take it in
  renderer.all_indices = indices;
  glyph.set_visuals(source, indices);
  glyph.after_visuals();
  await glyph.after_lazy_visuals();
}

class Figures {
  constructor(views, documents) {
    this.views = views;
    this.documents = documents;
    this.sources = new Map();
    this.drawn = new Map();
    for (const view of Object.values(views)) {
      for (const model of view.model.renderers) {
        const { data_source: source } = model;
        this.sources.set(source.name, { source, view, renderer: view.renderer_views.get(model) });
      }
    }
  }

  /** Replace the columns of named sources, {units: {left: [..], ..}, ..}, where they changed. */
  draw(data) {
    const touched = new Map();
    for (const [name, columns] of Object.entries(data)) {
      const drawn = this.drawn.get(name);
      if (drawn && sameColumns(columns, drawn)) continue;
      const { source, view, renderer } = this.sources.get(name);
      this.drawn.set(name, columns);
      replace(source, columns);
      if (!touched.has(view)) touched.set(view, []);
      touched.get(view).push(renderer);
    }
    for (const [view, renderers] of touched) paintAnew(view, renderers);
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

/**
 * Replace a source's columns, and tell who watches them. BokehJS would compare all values once
 * more, and look for models among them.
 */
function replace(source, columns) {
  source.setv({ data: columns }, { silent: true });
  source.properties.data.change.emit();
}

/** Paint a figure when these renderers have taken in their data: that is before the next frame. */
async function paintAnew(view, renderers) {
  await Promise.all(renderers.map((renderer) => renderer.takeIn?.()));
  view.invalidate_painters(...renderers);
  view.repaint();
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
