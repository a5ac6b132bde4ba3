// What is around a page's text: the contents, and what the keyboard needs.

/** The contents fold on a narrow page; the section that is read is marked in them. */
export function showContents() {
  const contents = document.getElementById("contents");
  if (!contents) return;
  const button = document.querySelector(".top-contents");
  const fold = (open) => {
    contents.classList.toggle("open", open);
    button?.setAttribute("aria-expanded", String(open));
  };
  button?.addEventListener("click", () => fold(!contents.classList.contains("open")));
  contents.addEventListener("click", (event) => event.target.closest("a") && fold(false));
  contents.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !contents.classList.contains("open")) return;
    fold(false);
    button?.focus();
  });
  if (!button) contents.classList.add("open");
  markSections(contents);
}

function markSections(contents) {
  const links = new Map([...contents.querySelectorAll("a[href^='#']")].map((link) => [link.hash, link]));
  const headings = [...document.querySelectorAll(".text h2[id]")];
  const hashOf = ({ id }) => links.get(`#${id}`) ?? links.get(new URL(`#${id}`, location.href).hash);
  let marked = null;
  const mark = () => {
    const read = headings.filter((heading) => heading.getBoundingClientRect().top < 120).at(-1);
    const link = read ? hashOf(read) : null;
    if (link === marked) return;
    marked?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    marked = link;
    if (link && getComputedStyle(contents).position === "sticky") {
      const { offsetTop } = link;
      if (offsetTop < contents.scrollTop + 40 || offsetTop > contents.scrollTop + contents.clientHeight - 80) {
        contents.scrollTop = offsetTop - contents.clientHeight / 2;
      }
    }
  };
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      mark();
    });
  };
  window.addEventListener("scroll", soon, { passive: true });
  const here = contents.querySelector("[aria-current='page']");
  if (here) contents.scrollTop = Math.max(0, here.offsetTop - 120);
  mark();
}

/** What scrolls sideways can be scrolled with the keyboard too. */
export function keepScrollable() {
  const look = () => {
    for (const element of document.querySelectorAll("main :is(.code pre, .out pre, .text pre, .table)")) {
      if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  };
  window.addEventListener("resize", look);
  document.addEventListener("toggle", look, { capture: true });
  look();
}
