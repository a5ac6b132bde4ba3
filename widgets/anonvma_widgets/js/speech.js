// What is said over the figures: what a step did, or why Python refuses, and what can be done instead.

import { make } from "./dom.js";

export class Speech {
  /** `act.offer(message)` asks Python for what it offered. */
  constructor(act) {
    this.act = act;
    this.sentence = make("p", { class: "av-sentence", role: "status", "aria-live": "polite" });
    this.offer = make("div", { class: "av-offer", hidden: true });
  }

  /** Say the sentence of a step, or an error {message, code, offer, kept} in its place. */
  show(sentence, error) {
    this.sentence.classList.toggle("av-error", error !== null);
    this.say(error ?? { message: sentence });
    this.showOffer(error ?? {});
  }

  /** Say a message; the code of an error is bold. */
  say({ message, code }) {
    if (this.sentence.textContent === message) return;
    const tail = code ? ` (${code})` : "";
    const plain = tail && message.endsWith(tail) ? message.slice(0, -tail.length) : message;
    this.sentence.replaceChildren(plain);
    if (plain !== message) this.sentence.append(" (", make("strong", {}, code), ")");
  }

  /** A button for what Python offers in the place of what it refused. */
  showOffer({ offer, kept }) {
    this.offer.hidden = !offer;
    if (!offer) return;
    const name = kept ? `Change it, and keep the calls up to ${kept}` : "Change it, and keep no other call";
    const click = () => this.act.offer(offer);
    this.offer.replaceChildren(make("button", { type: "button", class: "av-plain", click }, name));
  }
}

/** Copy a text, and say on the button for a moment how that went. */
export async function copyText(button, text) {
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copying is not allowed here";
  }
  setTimeout(() => (button.textContent = name), 1500);
}
