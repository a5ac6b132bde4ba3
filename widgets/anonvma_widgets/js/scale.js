// From pages and indexes to pixels: the layout of the two figures that share the page axis.

/** The multiples of a power of two in low..high that lie at least `gap` pixels apart. */
export function ticks(low, high, pixelsPerUnit, gap) {
  let step = 1;
  while (step * pixelsPerUnit < gap) step *= 2;
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) found.push(tick);
  return found;
}

/** A number for an axis: from five digits on, multiples of a power of two in Ki, Mi, Gi. */
export function shortNumber(number) {
  for (const [unit, power] of [["Gi", 30], ["Mi", 20], ["Ki", 10]]) {
    if (number >= 10000 && number % 2 ** power === 0) return `${number / 2 ** power}${unit}`;
  }
  return String(number);
}

/** Where the pages lie: `width` is what the figure may have, gutter and margin included. */
export function pageScale(window, width, measures) {
  const [start, end] = window;
  const plot = width - measures.gutter - measures.margin;
  const perPage = plot / (end - start);
  return {
    start,
    end,
    perPage,
    width,
    pages: (pixels) => pixels / perPage,
    pixel: (page) => measures.gutter + (page - start) * perPage,
    page: (pixel) => start + (pixel - measures.gutter) / perPage,
  };
}

const MOST_BANDS = 6;
const PLANE_PAD = 8;
const BAND_MORE = 100; // pixels for each band after the third

/** Where the bands lie: the youngest, oldest lowest; `foot` is added to an index. */
export function bandScale(bands, measures) {
  const shown = bands.slice(-MOST_BANDS);
  const extra = Math.max(0, shown.length - 3) * (measures.plane_more ?? BAND_MORE);
  const room = measures.plane + extra - measures.band_gap * (shown.length - 1);
  const perIndex = room / shown.reduce((sum, band) => sum + band.top, 0);
  let foot = 0;
  const placedBands = shown.map((band) => {
    const here = { ...band, foot };
    foot += band.top + measures.band_gap / perIndex;
    return here;
  });
  const top = foot - measures.band_gap / perIndex;
  const pad = PLANE_PAD / perIndex;
  const high = top + pad;
  return {
    bands: placedBands,
    perIndex,
    low: -pad,
    high,
    height: (top + 2 * pad) * perIndex,
    hidden: bands.length - shown.length,
    indexes: (pixels) => pixels / perIndex,
    pixel: (y) => (high - y) * perIndex,
    band: (letter) => placedBands.find((band) => band.letters.includes(letter)),
  };
}
