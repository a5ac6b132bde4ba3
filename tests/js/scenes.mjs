// Small states for the tests: a vma as a scene has it, a process with nothing but vmas.

export const MEASURES = {
  gutter: 80, margin: 16, plane: 443, band_gap: 20, dial: 140, dial_row: 152, column: 268,
  radius: 56, ring: 16, ring_reserved: 6, ring_given: 1.5, unit_lane: 28, lane_gap: 4, vma_lane: 32,
  small: 12, mono_em: 0.602, sans_em: 0.56, apart: 4, dim: 0.35,
  split_ms: 350, move_ms: 400, wrap_ms: 400, fork_ms: 500, copy_ms: 500, lift: 14,
};

export function vma(letter, first, start, end, more = {}) {
  return {
    key: `${letter}${first}`, start, end, letter, first, role: letter, hatch: "blank", protection: "rw",
    labels: [`${letter}${first}`, letter], new: false, side: "left", late: false, ...more,
  };
}

export function mm(vmas, more = {}) {
  return { pid: 1, name: "init", units: [], vmas, reserved: [], groups: [], ghosts: [], ...more };
}

/** Pieces without what a test does not look at. */
export function spans(pieces) {
  const round = (number) => Math.round(number * 1000) / 1000;
  return pieces.map(({ key, start, end, first }) => [key, round(start), round(end), round(first)]);
}
