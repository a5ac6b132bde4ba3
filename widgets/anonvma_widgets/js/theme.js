// Light or dark: JupyterLab's theme where there is one, else the reader's system.

/** "light" or "dark", as the page is now. */
export function currentTheme() {
  const lab = document.body.dataset.jpThemeLight;
  if (lab !== undefined) return lab === "false" ? "dark" : "light";
  const own = document.documentElement.dataset.theme;
  if (own === "light" || own === "dark") return own;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Call `changed` with the theme whenever it changes, until the signal aborts. */
export function watchTheme(changed, signal) {
  let last = currentTheme();
  const look = () => {
    const now = currentTheme();
    if (now !== last) changed((last = now));
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
}

/** Put a palette on an element as custom properties, for the style sheet. */
export function paint(element, theme, palette) {
  element.dataset.theme = theme;
  for (const [role, color] of Object.entries(palette)) element.style.setProperty(`--${role}`, color);
}

/** Whether the reader asked for no movement. */
export function prefersStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
