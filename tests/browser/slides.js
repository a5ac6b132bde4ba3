// Goes through all slides of a deck with everything on them, and gives what is wrong on each.
async () => {
  const FLAT = ".deck-cost .av-figures, .deck-walk .av-figures"; // there, but not shown
  const PARTS =
    ".av-sentence, .av-processes, .av-strip, .av-plane, .av-dials, .av-rival, .av-views > *, .av-transport";
  const LINES = "pre, table, .ask, p, li, h1, h2, h3"; // what must not be wider than it may be
  const SMALLER = "pre, td, th, code, .deck-lab"; // where letters may be smaller than in prose
  const said = [];

  const shown = (element) =>
    !element.closest(FLAT) && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const boxOf = (element) => element.getBoundingClientRect();
  const words = (element) => (element.textContent ?? "").trim().slice(0, 40);
  const named = (element) => `<${element.localName} class="${element.className}"> ${words(element)}`;
  const within = (a, b) =>
    a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const apart = (a, b) =>
    a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;

  for (const [place, slide] of Reveal.getSlides().entries()) {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v, 99);
    const lab = slide.querySelector(".deck-lab");
    while (lab && !lab.dataset.ready) await new Promise(requestAnimationFrame);
    const wrong = (what) => said.push(`slide ${place + 1}: ${what}`);
    const page = boxOf(slide);
    const enlarged = lab ? boxOf(lab.firstChild).width / lab.firstChild.offsetWidth : 1;

    for (const element of slide.querySelectorAll("*:not(aside, aside *)")) {
      const box = boxOf(element);
      if (!shown(element) || !box.width || !box.height) continue;
      if (!within(box, page)) wrong(`sticks out: ${named(element)}`);
      const wide = element.clientWidth && element.scrollWidth > element.clientWidth + 1;
      if (element.matches(LINES) && wide) wrong(`cut off: ${named(element)}`);
      const letters = parseFloat(getComputedStyle(element).fontSize) * (lab?.contains(element) ? enlarged : 1);
      const least = element.closest(SMALLER) ? 15.9 : 20;
      const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (text && letters < least) wrong(`letters of ${letters} pixels: ${named(element)}`);
    }

    const blocks = [...slide.children].filter((each) => !each.matches("aside"));
    for (const group of [blocks, lab ? [...lab.querySelectorAll(PARTS)] : []]) {
      const there = group.filter((each) => shown(each) && boxOf(each).height);
      there.forEach((one, at) => {
        for (const other of there.slice(at + 1)) {
          if (!apart(boxOf(one), boxOf(other))) wrong(`${named(one)} overlaps ${named(other)}`);
        }
      });
    }
  }
  return said;
}
