// Elements made by code: text always goes in as text, so a script can never become markup.

/** An element; attributes that are functions become listeners, others are set as given. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A named part of the page. No <section>: on a slide that would be another slide. */
export function region(name, attributes, ...children) {
  return make("div", { role: "region", "aria-label": name, ...attributes }, ...children);
}

/** A drawing of paths on a 24 by 16 ground, for a button that has a name besides. */
export function icon(...paths) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const size = { viewBox: "0 0 24 16", width: 24, height: 16, "aria-hidden": "true" };
  for (const [name, value] of Object.entries(size)) svg.setAttribute(name, value);
  for (const shape of paths) {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

export const ICONS = {
  back: ["M3 8l10 -6v12z", "M15 2h2.5v12h-2.5z"],
  play: ["M6 1l12 7l-12 7z"],
  pause: ["M6 2h4v12h-4z", "M14 2h4v12h-4z"],
  forward: ["M21 8l-10 -6v12z", "M6.5 2h2.5v12h-2.5z"],
  more: ["M4 6.5h3v3h-3z", "M10.5 6.5h3v3h-3z", "M17 6.5h3v3h-3z"],
};

/** A fresh id for a label and its field. Each widget has a module of its own: the page counts. */
export function freshId() {
  globalThis.anonvmaLastId = (globalThis.anonvmaLastId ?? 0) + 1;
  return `anonvma-${globalThis.anonvmaLastId}`;
}
