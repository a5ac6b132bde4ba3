// A link to a term of the glossary shows the term's meaning, on hover and on focus.
// It stays while the pointer is on it, and Escape closes it (WCAG 1.4.13).

import { make } from "./dom.js";

const APPENDIX_PAGE = "15-appendix.html";
const SHOW_MS = 120;
const HIDE_MS = 200;
const TERM_ID = "term-meaning";

/** The anchor of a link's term, or null: "15-appendix.html#walk" gives "walk". */
export function termOf(address) {
  const [page, anchor] = address.split("#");
  if (!anchor || (page && page !== APPENDIX_PAGE)) return null;
  try {
    return decodeURIComponent(anchor);
  } catch {
    return anchor;
  }
}

/** The meaning of a link's term, or null. */
export function meaningOf(address, meanings) {
  const term = termOf(address);
  return term !== null && Object.hasOwn(meanings, term) ? meanings[term] : null;
}

export function showMeanings() {
  const data = document.getElementById("meanings");
  const meanings = data ? JSON.parse(data.textContent) : {};
  const links = [...document.querySelectorAll(".text a[href*='#']")];
  const known = new Map(links.map((link) => [link, meaningOf(link.getAttribute("href"), meanings)]));
  const box = make("div", { class: "term", id: TERM_ID, role: "tooltip", hidden: true });
  document.querySelector("main")?.append(box);
  let timer = null;
  let shown = null;

  const hide = () => {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    box.hidden = true;
  };
  const show = (link) => {
    clearTimeout(timer);
    if (shown === link) return;
    hide();
    box.textContent = known.get(link);
    box.hidden = false;
    link.setAttribute("aria-describedby", TERM_ID);
    shown = link;
    placeUnder(box, link);
  };
  const later = (action, ms) => {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  };
  for (const [link, meaning] of known) {
    if (!meaning) continue;
    link.classList.add("has-meaning");
    link.addEventListener("pointerenter", ({ pointerType }) => pointerType !== "touch" && later(() => show(link), SHOW_MS));
    link.addEventListener("pointerleave", () => later(hide, HIDE_MS));
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
    link.addEventListener("blur", hide);
  }
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => later(hide, HIDE_MS));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
}

function placeUnder(box, link) {
  const line = link.getClientRects()[0];
  box.style.left = box.style.top = "0";
  const ground = box.getBoundingClientRect();
  const room = document.documentElement.clientWidth - ground.width - 16;
  const below = line.bottom + 6 + ground.height < window.innerHeight;
  const top = below ? line.bottom + 6 : line.top - 6 - ground.height;
  box.style.left = `${Math.max(16, Math.min(line.left, room)) - ground.left}px`;
  box.style.top = `${top - ground.top}px`;
}
