// How the shapes of a figure get onto its canvas: straight from the columns of their source.
//
// BokehJS makes arrays, styles and text boxes of a whole source before it paints it, and a step
// changes most sources. Here that is left out; what is seen is the same, to the pixel (which
// tests/browser/test_painting.py compares).
//
// painter   (columns, context, x, y): draws every row; x and y give the pixel of a number on an axis
// spec      a property of a glyph: {field} names a column, {value} is the same in all rows

/** The painter of a glyph; undefined for hatches and markers, which BokehJS paints. */
export function painterOf(model) {
  const hatched = model.type === "Quad" && fixedIn(model.hatch_pattern) !== null;
  return hatched ? undefined : PAINTERS[model.type]?.(model);
}

const PAINTERS = {
  Quad: boxPainter, MultiLine: linePainter, Segment: segmentPainter, AnnularWedge: wedgePainter, Text: textPainter,
};

/** Single precision, as BokehJS has pixels. */
const single = Math.fround;

function fixedIn(spec) {
  return spec !== null && typeof spec === "object" && "value" in spec ? spec.value : spec;
}

/** A property by row. */
function rowsWith(spec, columns) {
  const column = columns[spec?.field];
  const fixed = fixedIn(spec);
  return column ? (row) => column[row] : () => fixed;
}

/** How many rows there are in a source. */
export function countOf(columns) {
  return Object.values(columns)[0]?.length ?? 0;
}

/** A colour #rrggbb of some opacity for a canvas; null where nothing is seen. */
function cssColor(color, alpha) {
  if (!color || !alpha) return null;
  if (alpha === 1) return color;
  const byte = Math.max(0, Math.min(255, Math.round(alpha * 255)));
  return `${color}${byte.toString(16).padStart(2, "0")}`;
}

/** A function that fills the path of a row. */
function fillWith(columns, context, color, alpha) {
  const [colors, alphas] = [rowsWith(color, columns), rowsWith(alpha, columns)];
  return (row) => {
    const css = cssColor(colors(row), alphas(row));
    if (css === null) return;
    context.fillStyle = css;
    context.fill();
  };
}

/** A function that draws the path of a row as a line; width and dashes are those of the glyph. */
function strokeWith(columns, context, model) {
  const [colors, alphas] = [rowsWith(model.line_color, columns), rowsWith(model.line_alpha, columns)];
  context.lineWidth = fixedIn(model.line_width);
  context.lineJoin = fixedIn(model.line_join);
  context.lineCap = fixedIn(model.line_cap);
  const dash = fixedIn(model.line_dash);
  context.setLineDash(Array.isArray(dash) ? dash : []);
  return (row) => {
    const css = cssColor(colors(row), alphas(row));
    if (css === null) return;
    context.strokeStyle = css;
    context.stroke();
  };
}

function boxPainter(model) {
  return (columns, context, x, y) => {
    const sides = [model.left, model.right, model.top, model.bottom];
    const [left, right, top, bottom] = sides.map((spec) => rowsWith(spec, columns));
    const fill = fillWith(columns, context, model.fill_color, model.fill_alpha);
    const stroke = strokeWith(columns, context, model);
    for (let row = 0; row < countOf(columns); row += 1) {
      context.beginPath();
      const ends = [single(x(left(row))), single(y(top(row))), single(x(right(row))), single(y(bottom(row)))];
      roundedBox(context, ...ends, model.border_radius);
      fill(row);
      stroke(row);
    }
  };
}

/** The path of a box with round corners, less round where it is small. */
function roundedBox(context, left, top, right, bottom, most) {
  if (!most) {
    context.rect(left, top, right - left, bottom - top);
    return;
  }
  const scale = Math.min((right - left) / (2 * most), (bottom - top) / (2 * most));
  const radius = scale < 1 ? most * scale : most;
  context.moveTo(left + radius, top);
  context.lineTo(right - radius, top);
  context.arcTo(right, top, right, top + radius, radius);
  context.lineTo(right, bottom - radius);
  context.arcTo(right, bottom, right - radius, bottom, radius);
  context.lineTo(left + radius, bottom);
  context.arcTo(left, bottom, left, bottom - radius, radius);
  context.lineTo(left, top + radius);
  context.arcTo(left, top, left + radius, top, radius);
  context.closePath();
}

function linePainter(model) {
  return (columns, context, x, y) => {
    const [xs, ys] = [rowsWith(model.xs, columns), rowsWith(model.ys, columns)];
    const stroke = strokeWith(columns, context, model);
    for (let row = 0; row < countOf(columns); row += 1) {
      const [across, up] = [xs(row), ys(row)];
      context.beginPath();
      context.moveTo(single(x(across[0])), single(y(up[0])));
      for (let point = 1; point < across.length; point += 1) context.lineTo(single(x(across[point])), single(y(up[point])));
      stroke(row);
    }
  };
}

function segmentPainter(model) {
  return (columns, context, x, y) => {
    const ends = [model.x0, model.y0, model.x1, model.y1];
    const [x0, y0, x1, y1] = ends.map((spec) => rowsWith(spec, columns));
    const stroke = strokeWith(columns, context, model);
    for (let row = 0; row < countOf(columns); row += 1) {
      context.beginPath();
      context.moveTo(single(x(x0(row))), single(y(y0(row))));
      context.lineTo(single(x(x1(row))), single(y(y1(row))));
      stroke(row);
    }
  };
}

/** Parts of rings, clockwise. Angles of the source run against the clock, those of a canvas with it. */
function wedgePainter(model) {
  return (columns, context, x, y) => {
    const specs = [model.x, model.y, model.inner_radius, model.outer_radius, model.start_angle, model.end_angle];
    const [xs, ys, inners, outers, starts, ends] = specs.map((spec) => rowsWith(spec, columns));
    const fill = fillWith(columns, context, model.fill_color, model.fill_alpha);
    for (let row = 0; row < countOf(columns); row += 1) {
      const centre = xs(row);
      const radius = (wide) => single(Math.abs(x(centre + wide) - x(centre)));
      const [inner, outer] = [radius(inners(row)), radius(outers(row))];
      const [start, end] = [single(-starts(row)), single(-ends(row))];
      const [left, top, turn] = [single(x(centre)), single(y(ys(row))), end - start];
      context.translate(left, top);
      context.rotate(start);
      context.beginPath();
      context.moveTo(outer, 0);
      context.arc(0, 0, outer, 0, turn, false);
      context.rotate(turn);
      context.lineTo(inner, 0);
      context.arc(0, 0, inner, 0, -turn, true);
      context.closePath();
      context.rotate(-turn - start);
      context.translate(-left, -top);
      fill(row);
    }
  };
}

const ANCHORS = { left: 0, center: 0.5, right: 1 };
const MOST_TEXTS = 4096; // that are kept with their measures
const NUMBERLIKE = /^[0-9,.+\-\u2212e]*$/;

/** Texts in the middle of their height; a background, where there is one, is a box around them. */
function textPainter(model) {
  const font = ["text_font_style", "text_font_size", "text_font"].map((name) => fixedIn(model[name])).join(" ");
  const padding = fixedIn(model.padding);
  const known = new Map();
  return (columns, context, x, y) => {
    const specs = [model.x, model.y, model.text, model.x_offset, model.y_offset, model.text_align];
    const [xs, ys, words, dx, dy, align] = specs.map((spec) => rowsWith(spec, columns));
    const [colors, alphas] = [rowsWith(model.text_color, columns), rowsWith(model.text_alpha, columns)];
    const fill = fillWith(columns, context, model.background_fill_color, model.background_fill_alpha);
    Object.assign(context, { font, textAlign: "left", textBaseline: "alphabetic" });
    if (known.size > MOST_TEXTS) known.clear();
    for (let row = 0; row < countOf(columns); row += 1) {
      const text = words(row);
      if (!known.has(text)) known.set(text, measured(text, context));
      const { width, height, ascent } = known.get(text);
      const [wide, tall] = [single(width + 2 * padding), single(height + 2 * padding)];
      const left = single(x(xs(row))) + dx(row) - ANCHORS[align(row)] * wide;
      const top = single(y(ys(row))) + dy(row) - tall / 2;
      context.beginPath();
      context.rect(left, top, wide, tall);
      fill(row);
      const css = cssColor(colors(row), alphas(row));
      if (css === null) continue;
      context.fillStyle = css;
      context.fillText(text, left + padding, top + padding + ascent);
    }
  };
}

/** How large a text is in the font of a canvas; numbers have no room under their line. */
function measured(text, context) {
  const { width } = context.measureText(text);
  if (NUMBERLIKE.test(text)) {
    const cap = context.measureText("M").actualBoundingBoxAscent;
    return { width, height: cap, ascent: cap };
  }
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText("ÅŚg|");
  return { width, height: ascent + descent, ascent };
}
