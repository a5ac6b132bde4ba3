// Light or dark: the reader's system says, until the reader does; the browser remembers that.

import { currentTheme, watchTheme } from "./theme.js";

const THEME_KEY = "anonvma-book.theme"; // the page's own first lines read it, before anything is drawn

/** Let the button change the theme; it is named after what it changes to. */
export function startTheme(button) {
  const name = (theme) => (button.textContent = theme === "dark" ? "Light" : "Dark");
  button.hidden = false;
  name(currentTheme());
  watchTheme(name, new AbortController().signal);
  button.addEventListener("click", () => {
    const theme = currentTheme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(THEME_KEY, theme);
    } catch {
      // a browser that keeps nothing is no error
    }
  });
}
