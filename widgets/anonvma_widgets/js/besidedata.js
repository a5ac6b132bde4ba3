// The words and marks of a scheme that stands beside another.

import { columnsOf } from "./rows.js";
import { lanes } from "./strip.js";
import { shortNumber } from "./scale.js";

function counted(number, noun) {
  const ending = number === 1 ? "" : noun.endsWith("x") ? "es" : "s";
  return `${shortNumber(number)} ${noun}${ending}`;
}

/** The counts under a scheme's name. */
export function besideHeading(scheme, { units, vmas, spaces, weight }, processes = 1) {
  const parts = [counted(units, "unit"), counted(vmas, "vma"), counted(spaces, scheme.space)];
  const over = processes > 1 ? `, over ${processes} processes` : "";
  return `${parts.join(", ")}, ${counted(weight, "byte")} beyond the vmas${over}`;
}

/** Which borders the user sees under one scheme alone; "" where both show the same. */
export function borderWords(unlike, lead) {
  const { here = [], there = [] } = unlike ?? {};
  const at = (pages) => `${pages.length === 1 ? "A border" : `${pages.length} borders`} at ${pages.join(", ")}`;
  const told = [];
  if (here.length) told.push(`${at(here)} that ${lead} does not show.`);
  if (there.length) told.push(`${at(there)} that ${lead} alone shows.`);
  return told.join(" ");
}

/** The rivals as text, under the own scheme's heading; "" where there is none. */
export function besideText(heading, scenes) {
  return scenes.length ? [heading, ...scenes.map((scene) => scene.twin)].join("\n\n") : "";
}

/** Uprights over the units' lane: whole where only this scheme has a border, open where only the other. */
export function borderData(unlike, look, measures) {
  const { here = [], there = [] } = unlike ?? {};
  const { unitTop, unitBottom } = lanes(measures);
  const rows = here.map((page) => ({ page, y0: unitTop - 3, y1: unitBottom + 2 }));
  for (const page of there) {
    rows.push({ page, y0: unitTop - 3, y1: unitTop + 5 }, { page, y0: unitBottom - 6, y1: unitBottom + 2 });
  }
  const drawn = rows.map(({ page, ...at }) => ({ ...at, x0: page, x1: page, color: look.ink, alpha: 1 }));
  return columnsOf(drawn, ["x0", "y0", "x1", "y1", "color", "alpha"]);
}

/** A strip in words, for those who do not see it. */
export function stripWords(label, { units, vmas }) {
  const user = units.map((unit) => unit.labels[0]).join(", ") || "none";
  const kept = vmas.map((vma) => `${vma.start}..${vma.end} ${vma.letter ? vma.key : "without a space"}`).join(", ") || "none";
  return `${label}. Units: ${user}. Vmas: ${kept}.`;
}
