// The pointer on the figures: over a vma the others are dimmed; a drag over the strip chooses pages.

/** Where the pointer is on an element, in the element's own pixels, however large it is drawn. */
export function spot(event, element) {
  const box = element.getBoundingClientRect();
  const drawn = box.width / element.offsetWidth || 1;
  return { x: (event.clientX - box.left) / drawn, y: (event.clientY - box.top) / drawn };
}

/**
 * `stage()` is the stage, once there is one; `chosen(start, length)` takes pages, or is null;
 * `picked(page)` takes one that was clicked, `hovered(vma)` the vma under the pointer, or null.
 */
export function listenToPointer(places, stage, { chosen, picked, hovered }) {
  const mark = (vma) => {
    stage()?.setHover(vma);
    hovered(vma);
  };
  const hover = (find) => (event) => {
    const { x, y } = spot(event, event.currentTarget);
    if (stage()) mark(find(stage(), x, y) ?? null);
  };
  places.strip.addEventListener("pointermove", hover((on, x) => on.vmaOnStrip(x)));
  places.plane.addEventListener("pointermove", hover((on, x, y) => on.vmaOnPlane(x, y)));
  for (const place of [places.strip, places.plane]) {
    place.addEventListener("pointerleave", () => mark(null));
    place.addEventListener("click", (event) => {
      const page = stage() ? Math.floor(stage().scale.page(spot(event, place).x)) : -1;
      if (stage() && stage().scale.start <= page && page < stage().scale.end) picked(page);
    });
  }
  if (chosen) listenToDrag(places.strip, stage, chosen);
}

function listenToDrag(strip, stage, chosen) {
  let from = null;
  const pageAt = (event) => {
    const { scale } = stage();
    const page = Math.floor(scale.page(spot(event, strip).x));
    return Math.min(scale.end - 1, Math.max(scale.start, page));
  };
  const range = (event) => {
    const [low, high] = [from, pageAt(event)].sort((a, b) => a - b);
    return [low, high + 1];
  };
  strip.addEventListener("pointerdown", (event) => {
    if (!stage() || event.button !== 0) return;
    from = pageAt(event);
    strip.setPointerCapture?.(event.pointerId);
  });
  strip.addEventListener("pointermove", (event) => {
    if (from !== null && pageAt(event) !== from) stage().choose(range(event));
  });
  strip.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [start, end] = range(event);
    const vma = end - start === 1 ? stage().vmaOnStrip(spot(event, strip).x) : null;
    from = null;
    stage().choose(vma ? [vma.start, vma.end] : [start, end]);
    if (vma) chosen(vma.start, vma.end - vma.start);
    else chosen(start, end - start);
  });
  strip.addEventListener("pointercancel", () => {
    from = null;
    stage()?.choose(null);
  });
}
