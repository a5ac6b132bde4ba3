// The three Bokeh figures: embedded once, then only their ranges and data change.

/** Embed the figures in their elements. `specs` and `places` go by the name of the view. */
export async function embedFigures(bokeh, specs, places) {
  const documents = [];
  const models = {};
  for (const [name, spec] of Object.entries(specs)) {
    const views = await bokeh.embed.embed_item(structuredClone(spec), places[name]);
    const [view] = [...views];
    documents.push(view.model.document);
    models[name] = view.model;
  }
  return new Figures(models, documents);
}

class Figures {
  constructor(models, documents) {
    this.models = models;
    this.documents = documents;
    this.sources = new Map();
    this.drawn = new Map();
  }

  /** Replace the columns of named sources, {units: {left: [..], ..}, ..}, where they changed. */
  draw(data) {
    for (const [name, columns] of Object.entries(data)) {
      const text = JSON.stringify(columns);
      if (text === this.drawn.get(name)) continue;
      this.drawn.set(name, text);
      this.source(name).data = columns;
    }
  }

  source(name) {
    if (!this.sources.has(name)) {
      const found = this.documents.map((doc) => doc.get_model_by_name(name)).find(Boolean);
      this.sources.set(name, found);
    }
    return this.sources.get(name);
  }

  /** Set the size of a figure in pixels, and what its axes show. */
  frame(name, { width, height, x, y }) {
    const model = this.models[name];
    if (model.width !== width || model.height !== height) model.setv({ width, height });
    model.x_range.setv({ start: x[0], end: x[1] });
    model.y_range.setv({ start: y[0], end: y[1] });
  }

  remove() {
    for (const doc of this.documents) doc.clear();
  }
}
