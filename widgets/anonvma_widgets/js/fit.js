// Labels that fit: the longest form for which there is room, never clipped, never overlapping.
// A box is {left, right, top, bottom} in pixels, y downwards; a segment is {x0, y0, x1, y1}.

const APART = 6;

/** The width in pixels of a text in the code font (or the text font) of that size. */
export function textWidth(text, measures, size = measures.small, font = "mono") {
  return text.length * size * (font === "mono" ? measures.mono_em : measures.sans_em);
}

/** The first of the labels, longest first, that fits in `width` pixels; "" if none does. */
export function fitting(labels, width, measures) {
  return labels.find((label) => textWidth(label, measures) + 4 <= width) ?? "";
}

/** Whether two boxes have a point in common. */
export function overlaps(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Whether a segment has a point in the box: the part of it inside is cut out, side by side. */
export function crosses(segment, box) {
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

/** The box of a text whose anchor is (x, y), its middle, aligned "left", "right" or "center". */
export function textBox(spot, width, height) {
  const left = { left: spot.x, right: spot.x - width, center: spot.x - width / 2 }[spot.align];
  return { left, right: left + width, top: spot.y - height / 2, bottom: spot.y + height / 2 };
}

/**
 * Choose a text and a place for each label, in order of importance.
 *
 * A label is {texts, spots, bounds, font}: every text is tried at every spot, the longest first.
 * The result has {label, text, x, y, align} for each label that found a place.
 */
export function placed(labels, segments, boxes, measures) {
  const taken = [...boxes];
  const found = [];
  const height = measures.small + 1;
  for (const label of labels) {
    const choice = firstPlace(label, segments, taken, measures, height);
    if (choice) {
      taken.push(choice.box);
      found.push({ label, text: choice.text, ...choice.spot });
    }
  }
  return found;
}

function firstPlace(label, segments, taken, measures, height) {
  for (const text of label.texts) {
    const width = textWidth(text, measures, measures.small, label.font);
    for (const spot of label.spots) {
      const box = textBox(spot, width, height);
      const inside =
        box.left >= label.bounds.left &&
        box.right <= label.bounds.right &&
        box.top >= label.bounds.top &&
        box.bottom <= label.bounds.bottom;
      const wide = { ...box, left: box.left - APART, right: box.right + APART };
      if (!inside || taken.some((other) => overlaps(wide, other))) continue;
      if (!segments.some((segment) => crosses(segment, box))) return { text, spot, box };
    }
  }
  return null;
}
