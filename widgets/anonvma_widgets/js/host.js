// A page without Jupyter: what is shown there is JSON, and a Python that answers may be missing.
//
//   mount(element, shown, shared, { ask })
//
// shown    {kind: "player", live, history}, {kind: "question", spec} or {kind: "progress"}
// shared   {constants, figures, bokeh}: what all of them use; BokehJS itself is on the page
// ask      ask(message, heard) passes a message on to Python; its replies go to `heard`, one by
//          one, whenever they come. {type: "wait", text} says that Python is being got ready.
//          Without it a lab is a player, and a question cannot be checked.

import { PlayerView } from "./player.js";
import { showQuestion } from "./questionpage.js";

/** What anywidget gives a view, made from data: `state` by name, and a way to Python or none. */
class PageModel {
  constructor(state, send) {
    this.state = state;
    this.listeners = new Map();
    this.send = send;
    this.widget_manager = { get_model: () => Promise.resolve({ get: (name) => state.library[name] }) };
  }

  get(name) {
    return name === "library" ? "IPY_MODEL_library" : this.state[name];
  }

  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event).add(listener);
  }

  off(event, listener) {
    this.listeners.get(event)?.delete(listener);
  }

  tell(event, value) {
    for (const listener of this.listeners.get(event) ?? []) listener(value);
  }

  /** Change what is named, then tell of it. */
  change(values) {
    Object.assign(this.state, values);
    for (const name of Object.keys(values)) this.tell(`change:${name}`);
  }
}

/** Show something in `element`; for a player or lab its view, whose `end()` takes it away. */
export function mount(element, shown, shared, { ask = null } = {}) {
  const ended = new AbortController();
  const show = shown.kind === "player" ? mountPlayer : mountQuestion;
  const view = show(element, shown, shared, ask, ended.signal);
  const end = () => {
    ended.abort();
    element.replaceChildren();
  };
  return { view, end };
}

function mountPlayer(element, { history, live }, { constants, figures, bokeh }, ask, signal) {
  const send = (message) => {
    if (message.type === "hello" && message.version >= 0) return; // Python has seen nothing newer
    ask(message, (reply) => model.tell("msg:custom", reply));
  };
  const library = { version: bokeh, figures };
  const model = new PageModel({ history, constants, library, live: live && ask !== null }, send);
  return new PlayerView(model, element, signal);
}

function mountQuestion(element, { kind, spec = { kind } }, { constants }, ask, signal) {
  const heard = (reply) => (reply.type === "wait" ? model.tell("wait", reply) : model.change(reply));
  const state = { spec, verdict: {}, help: [], language: constants.language };
  const model = new PageModel(state, ask && ((message) => ask(message, heard)));
  showQuestion(model, element, signal);
  return null;
}
