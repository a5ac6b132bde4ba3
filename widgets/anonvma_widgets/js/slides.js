// The entry of a slide deck: the slides are measured and divided, then reveal.js takes over; labs
// are put on their slides when these come near.

import { DeckLab, ENLARGED } from "./decklab.js";
import { drawEnlarged } from "./enlarged.js";
import { currentTheme } from "./theme.js";
import { make } from "./dom.js";
import { paginate } from "./paginate.js";

const NEAR = [0, 1, -1, 2, -2]; // from the slide that is shown: there labs are drawn, in this order
const T_KEY = 84;
const deckRoot = document.documentElement;
const printing = /print-pdf/.test(location.search);

/** Divide the slides and number them: {slides, labs}, the labs by their slides. */
function startDeck() {
  if (printing) deckRoot.dataset.theme = /dark/.test(location.search) ? "dark" : "light";
  const stage = make("div", { class: "deck-stage", "aria-hidden": "true" });
  document.body.append(stage);
  const slides = [...document.querySelectorAll(".slides > section > section")].flatMap((each) => paginate(each, stage));
  stage.remove();
  slides.forEach((slide, place) => slide.append(make("div", { class: "deck-number" }, `${place + 1} / ${slides.length}`)));
  const shared = JSON.parse(document.getElementById("deck-shared").textContent);
  const places = [...document.querySelectorAll(".deck-lab")];
  const labs = new Map(places.map((place) => [place.closest("section"), new DeckLab(place, shared, printing)]));
  return { slides, labs };
}

function startReveal() {
  return Reveal.initialize({
    width: 1280, height: 720, margin: 0, minScale: 0.2, maxScale: 4, center: false,
    hash: true, navigationMode: "linear", transition: "none", backgroundTransition: "none",
    controls: false, progress: true, slideNumber: false, scrollActivationWidth: null,
    pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1,
    plugins: [RevealNotes],
  });
}

/** Show the labs of the slides around the one that is shown, that one first. */
async function showLabs({ slides, labs }) {
  const here = slides.indexOf(Reveal.getCurrentSlide());
  for (const by of NEAR) {
    const slide = slides[here + by];
    if (slide?.offsetHeight) await labs.get(slide)?.show(); // else reveal.js hides it still
  }
}

function changeTheme() {
  deckRoot.dataset.theme = currentTheme() === "dark" ? "light" : "dark";
}

/** Clickers send PageUp and PageDown: these move the deck wherever the focus is. */
function listenToClickers() {
  const moves = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev() };
  document.addEventListener("keydown", (event) => {
    if (!moves[event.key] || !event.target.closest?.(".deck-lab")) return;
    event.preventDefault();
    moves[event.key]();
  }, { capture: true });
}

/** A Chromium that prints by itself lets time run ahead where a page waits: wait in small steps. */
function holdTime() {
  if (deckRoot.dataset.deck !== "ready") setTimeout(holdTime, 1);
}

async function runDeck() {
  if (printing) holdTime();
  drawEnlarged(".deck-enlarged", ENLARGED[0]);
  const deck = startDeck();
  const laidOut = printing && new Promise((resolve) => Reveal.on("pdf-ready", resolve));
  await startReveal();
  await laidOut;
  Reveal.addKeyBinding({ keyCode: T_KEY, key: "T", description: "Light or dark" }, changeTheme);
  listenToClickers();
  if (printing) for (const lab of deck.labs.values()) await lab.show();
  else {
    Reveal.on("slidechanged", () => {
      if (document.activeElement.closest(".deck-lab")) document.activeElement.blur();
      showLabs(deck);
    });
    await showLabs(deck);
  }
  deckRoot.dataset.deck = "ready";
}

runDeck();
