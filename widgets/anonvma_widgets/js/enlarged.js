// BokehJS in figures that are enlarged as a whole: sharp, and unaware of it.
//
//   drawEnlarged(".deck-enlarged", 2)   before the first figure is made
//
// BokehJS lays its figures out by what it measures on the screen, and takes as many pixels as the
// screen has without enlargement. Here it measures what it would without, and gets more pixels.

/** Figures in elements of that selector are drawn as if each pixel was `times` as large. */
export function drawEnlarged(selector, times) {
  const measure = Element.prototype.getBoundingClientRect;
  Element.prototype.getBoundingClientRect = function () {
    const box = measure.call(this);
    const around = figureOf(this)?.closest(selector);
    const by = around ? measure.call(around).width / around.offsetWidth || 1 : 1;
    return by === 1 ? box : new DOMRect(box.x / by, box.y / by, box.width / by, box.height / by);
  };
  const screen = Object.getOwnPropertyDescriptor(window, "devicePixelRatio");
  const slides = () => Math.max(1, Math.min(innerWidth / 1280, innerHeight / 720));
  Object.defineProperty(window, "devicePixelRatio", { get: () => screen.get.call(window) * slides() * times, configurable: true });
}

/** The outermost element of the figure that an element belongs to; undefined for others. */
function figureOf(element) {
  let figure = element.shadowRoot ? element : undefined;
  for (let root = element.getRootNode(); root.host; root = root.host.getRootNode()) figure = root.host;
  return figure;
}
