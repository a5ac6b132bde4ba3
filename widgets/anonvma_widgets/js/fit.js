// Labels that fit: the longest form for which there is room, never clipped, never overlapping.
// A box is {left, right, top, bottom} in pixels, y downwards; a segment is {x0, y0, x1, y1}.

const APART = 6;
const SQUARE = 32;

/** The width in pixels of a text in the code font (or the text font) of that size. */
export function textWidth(text, measures, size = measures.small, font = "mono") {
  return text.length * size * (font === "mono" ? measures.mono_em : measures.sans_em);
}

/** The first of the labels, longest first, that fits in `width` pixels; "" if none does. */
export function fitting(labels, width, measures) {
  if (width < textWidth("0", measures)) return ""; // most of many are too narrow for a single sign
  return labels.find((label) => textWidth(label, measures) + 4 <= width) ?? "";
}

/** Whether two boxes have a point in common. */
export function overlaps(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Whether a segment has a point in the box: the part of it inside is cut out, side by side. */
export function crosses(segment, box) {
  if (isFarOff(segment, box)) return false;
  let from = 0;
  let to = 1;
  const dx = segment.x1 - segment.x0;
  const dy = segment.y1 - segment.y0;
  const sides = [
    [-dx, segment.x0 - box.left],
    [dx, box.right - segment.x0],
    [-dy, segment.y0 - box.top],
    [dy, box.bottom - segment.y0],
  ];
  for (const [slope, room] of sides) {
    if (slope === 0) {
      if (room < 0) return false;
    } else if (slope < 0) from = Math.max(from, room / slope);
    else to = Math.min(to, room / slope);
  }
  return from <= to;
}

/** Whether all of a segment lies to one side of a box: most do, and that is soon known. */
function isFarOff({ x0, y0, x1, y1 }, { left, right, top, bottom }) {
  return (x0 < left && x1 < left) || (x0 > right && x1 > right) || (y0 < top && y1 < top) || (y0 > bottom && y1 > bottom);
}

/** The box of a text whose anchor is (x, y), its middle, aligned "left", "right" or "center". */
export function textBox(spot, width, height) {
  const left = spot.x - (spot.align === "left" ? 0 : spot.align === "right" ? width : width / 2);
  return { left, right: left + width, top: spot.y - height / 2, bottom: spot.y + height / 2 };
}

/** What is taken, in squares of 32 pixels: a box is compared with what is near it alone. */
class Taken {
  constructor(segments, boxes) {
    this.squares = new Map();
    for (const segment of segments) this.addSegment(segment);
    for (const box of boxes) this.addBox(box);
  }

  addSegment(segment) {
    const box = {
      left: Math.min(segment.x0, segment.x1), right: Math.max(segment.x0, segment.x1),
      top: Math.min(segment.y0, segment.y1), bottom: Math.max(segment.y0, segment.y1),
    };
    const near = this.near(box);
    for (const square of near) if (near.length === 1 || crosses(segment, square.box)) square.segments.push(segment);
  }

  addBox(box) {
    for (const square of this.near(box)) square.boxes.push(box);
  }

  /** The squares that a box touches. */
  near({ left, right, top, bottom }) {
    const [first, last] = [Math.floor(left / SQUARE), Math.floor(right / SQUARE)];
    const [upper, lower] = [Math.floor(top / SQUARE), Math.floor(bottom / SQUARE)];
    const found = [];
    for (let column = first; column <= last; column += 1) {
      for (let row = upper; row <= lower; row += 1) found.push(this.square(column, row));
    }
    return found;
  }

  square(column, row) {
    const name = column * 4096 + row;
    if (!this.squares.has(name)) this.squares.set(name, square(column * SQUARE, row * SQUARE));
    return this.squares.get(name);
  }

  /** Whether a text's box touches a segment, or comes near another text. */
  has(box) {
    const wide = { ...box, left: box.left - APART, right: box.right + APART };
    for (const { boxes } of this.near(wide)) if (boxes.some((other) => overlaps(wide, other))) return true;
    for (const { segments } of this.near(box)) if (segments.some((segment) => crosses(segment, box))) return true;
    return false;
  }
}

function square(left, top) {
  return { box: { left, right: left + SQUARE, top, bottom: top + SQUARE }, segments: [], boxes: [] };
}

/**
 * Choose a text and a place for each label, in order of importance.
 *
 * A label is {texts, spots, bounds, font}: every text is tried at every spot, the longest first.
 * The result has {label, text, x, y, align} for each label that found a place.
 */
export function placed(labels, segments, boxes, measures) {
  const taken = new Taken(segments, boxes);
  const found = [];
  const height = measures.small + 1;
  for (const label of labels) {
    const choice = firstPlace(label, taken, measures, height);
    if (choice) {
      taken.addBox(choice.box);
      found.push({ label, text: choice.text, ...choice.spot });
    }
  }
  return found;
}

function firstPlace(label, taken, measures, height) {
  const { bounds } = label;
  for (const text of label.texts) {
    const width = textWidth(text, measures, measures.small, label.font);
    for (const spot of label.spots) {
      const box = textBox(spot, width, height);
      const inside =
        box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;
      if (inside && !taken.has(box)) return { text, spot, box };
    }
  }
  return null;
}
