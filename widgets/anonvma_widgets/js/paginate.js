// A slide's blocks on as many slides as they need: nothing is cut off, nothing is too small.
//
// part   a paragraph, list, table, quotation, piece of code, output, question, or lab
// unit   what a part is never divided inside of: a list's item, a table's row, a line of code
// step   the click with which a part comes; parts without one are there from the beginning
// size   0 is large; each further one is a little smaller (see static/slides.css)
//
// It is fitsOnSlide at 1280 by 720, whatever the window is: the same file has the same slides
// everywhere. First the text is made smaller, then the slide is divided.

import { make } from "./dom.js";

const LOWEST = 664; // where a slide's content must end
const SIZES = [0, 1, 2, 3, 4, 5];
const READABLE = 4; // the size down to which text is made smaller before a slide is divided
const READ_WELL = 3; // the size of what is divided then
const CODE_PX = [24, 22, 20, 18, 16, 16];
const LEAST_CODE_PX = 16;
const LEAST_LINES = 3;

/** Put the slides of `section` in its place; `stage` is an element in which they are fitsOnSlide. */
export function paginate(section, stage) {
  const heading = section.querySelector(":scope > :is(h1, h2, h3)");
  const notes = section.querySelector(":scope > aside.notes");
  const pages = runsOf(slideParts(section, heading, notes)).flatMap((run) => pagesOf(run, heading, stage));
  const slides = pages.map((page, place) => slideOf(page, heading, notes, place > 0));
  section.replaceWith(...slides);
  return slides;
}

/** The parts under the heading: a text is taken apart, everything else is one. */
function slideParts(section, heading, notes) {
  const blocks = [...section.children].filter((child) => child !== heading && child !== notes);
  return blocks.flatMap((block) => {
    if (!block.matches(".deck-text")) return [block];
    const parts = [...block.children];
    for (const part of parts) if (block.dataset.step) part.dataset.step = block.dataset.step;
    return parts;
  });
}

/** What may stand together: a lab is alone. A heading alone is a slide too. */
function runsOf(parts) {
  const runs = [];
  for (const part of parts) {
    const alone = part.matches(".deck-lab");
    if (alone || !runs.length || runs.at(-1).alone) runs.push(Object.assign([part], { alone }));
    else runs.at(-1).push(part);
  }
  return runs.length ? runs : [[]];
}

/** A run as pages: {parts, size}. All on one if that can be read well, else as few as need be. */
function pagesOf(run, heading, stage) {
  if (run.alone) return [{ parts: run, size: 0 }];
  const fits = (parts, size) => fitsOnSlide(parts, size, heading, stage);
  const sized = (parts) => ({ parts, size: SIZES.find((each) => fits(parts, each)) ?? SIZES.at(-1) });
  return (fits(run, READABLE) ? [run] : dividedRun(run, fits)).map(sized);
}

/** Whether parts fit on one slide at that size. Code that is too wide gets smaller letters. */
function fitsOnSlide(parts, size, heading, stage) {
  const page = make("section", { class: "deck-page", "data-size": size });
  if (heading) page.append(heading.cloneNode(true));
  page.append(...parts);
  stage.replaceChildren(page);
  for (const pre of page.querySelectorAll("pre")) narrowed(pre, CODE_PX[size]);
  const top = page.getBoundingClientRect().top;
  const ends = [...page.children].map((child) => child.getBoundingClientRect().bottom - top);
  const wide = [...page.querySelectorAll("table, .ask, math, p, li")].some((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth);
  return Math.max(0, ...ends) <= LOWEST && !wide;
}

/** Make the letters of a block of lines so small that the longest fits, if that is readable. */
function narrowed(pre, size) {
  let px = size;
  const set = () => pre.style.setProperty("--code", `${px}px`);
  pre.classList.remove("deck-wrapped");
  set();
  while (pre.scrollWidth > pre.clientWidth && px > LEAST_CODE_PX) {
    px -= 1;
    set();
  }
  pre.classList.toggle("deck-wrapped", pre.scrollWidth > pre.clientWidth);
}

/** Parts as lists of parts, each of which fits on one slide. */
function dividedRun(run, fits) {
  const pages = [[]];
  const queue = [...run];
  while (queue.length) {
    const part = queue.shift();
    const page = pages.at(-1);
    if (fits([...page, part], part.matches(".deck-ask") ? SIZES.at(-1) : READ_WELL)) {
      page.push(part);
      continue;
    }
    if (part.matches(".deck-ask") && !fits([part], SIZES.at(-1))) {
      queue.unshift(...askParts(part));
      continue;
    }
    const whole = fits([part], page.length ? READ_WELL : SIZES.at(-1));
    const cut = whole ? null : cutToFit(part, page, fits, READ_WELL);
    if (cut) {
      page.push(cut[0]);
      queue.unshift(cut[1]);
    } else if (page.length) queue.unshift(...leadingTo(part, page), part);
    else page.push(part);
    if (queue.length) pages.push([]);
  }
  return pages.filter((page) => page.length);
}

/** A question that is too much for one slide: its text, the state before it, and its fields. */
function askParts(ask) {
  const parts = [...ask.querySelectorAll(".ask-text, .ask-state, .ask-fields")];
  for (const part of parts) if (ask.dataset.step) part.dataset.step = ask.dataset.step;
  return parts;
}

/** Take from a page what belongs to the part that follows: its code, or words that end in a colon. */
function leadingTo(part, page) {
  const last = page.at(-1);
  const code = part.matches(".deck-out") && last.matches(".deck-code");
  const words = last.matches("p") && last.textContent.trim().endsWith(":");
  if (page.length < 2 || !(code || words)) return [];
  page.pop();
  return [...leadingTo(last, page), last];
}

/** A part as two, the first of which still fits on the page; null if it cannot be. */
function cutToFit(part, page, fits, size) {
  const units = unitsOf(part);
  if (!units) return null;
  let [low, high] = [0, units.count - units.least];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits([...page, units.cut(middle)[0]], size)) low = middle;
    else high = middle - 1;
  }
  const at = units.nice?.(low) ?? low;
  return at >= units.least ? units.cut(at) : null;
}

/** How a part can be divided: {count, least, cut(n), nice(n)}; null if it cannot be. */
function unitsOf(part) {
  const pre = part.matches(".deck-code, .deck-out, .ask-state") ? part.querySelector("pre") : null;
  if (pre) return codeLines(part, pre);
  const holder = part.matches(".deck-ask") ? part.querySelector(".ask") : part.matches("table") ? part.tBodies[0] : part;
  const divisible = part.matches("ul, ol, table, blockquote, .deck-ask, .ask-fields") && holder && holder.children.length > 1;
  return divisible ? childrenOf(part, holder) : null;
}

function childrenOf(part, holder) {
  const all = [...part.querySelectorAll("*")];
  const place = holder === part ? -1 : all.indexOf(holder);
  const copy = (from, to) => {
    const made = part.cloneNode(true);
    const held = place < 0 ? made : made.querySelectorAll("*")[place];
    const kept = [...held.children].slice(from, to);
    held.replaceChildren(...kept);
    if (made.matches("ol")) made.start = part.start + from;
    held.classList.remove("ask-both");
    return made;
  };
  const count = holder.children.length;
  return { count, least: 1, cut: (n) => [copy(0, n), copy(n, count)] };
}

function codeLines(part, pre) {
  const lines = pre.textContent.trimEnd().split("\n");
  const starts = lines.reduce((all, line) => [...all, all.at(-1) + line.length + 1], [0]);
  const place = [...part.querySelectorAll("*")].indexOf(pre);
  const blank = (line) => !lines[line].trim();
  const copy = (from, to) => {
    while (from < to && blank(from)) from += 1;
    while (from < to && blank(to - 1)) to -= 1;
    const made = part.cloneNode(true);
    made.querySelectorAll("*")[place].replaceChildren(slice(pre, starts[from], starts[to] - 1));
    return made;
  };
  /** The last empty line that is not far above, best of all one before a definition. */
  const nice = (n) => {
    const empty = lines.map((_, at) => at).filter((at) => at >= LEAST_LINES && at > n / 3 && at <= n && blank(at));
    const begins = empty.filter((at) => /^\s*(def|class|@)/.test(lines[at + 1] ?? ""));
    return begins.at(-1) ?? empty.filter((at) => at > n / 2).at(-1) ?? n;
  };
  return { count: lines.length, least: LEAST_LINES, cut: (n) => [copy(0, n), copy(n, lines.length)], nice };
}

/** A copy of an element's characters from..to, with the elements that they stand in. */
function slice(element, from, to) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let at = 0;
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (at <= from && from < at + text.length) range.setStart(text, from - at);
    if (at < to && to <= at + text.length) range.setEnd(text, to - at);
    at += text.length;
  }
  return range.cloneContents();
}

/** The slide of a page. What would come first with a click is there from the beginning. */
function slideOf({ parts, size }, heading, notes, again) {
  const slide = make("section", { class: "deck-page", "data-size": size });
  if (heading) {
    const words = heading.cloneNode(true);
    if (again) words.removeAttribute("id");
    slide.append(words);
  }
  const first = parts[0]?.dataset.step;
  for (const part of parts) {
    if (part.dataset.step && part.dataset.step !== first) {
      part.classList.add("fragment");
      part.dataset.fragmentIndex = part.dataset.step;
    }
  }
  slide.append(...parts);
  if (notes) slide.append(notes.cloneNode(true));
  return slide;
}
