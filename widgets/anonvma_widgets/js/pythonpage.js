// A page's own Python: it is loaded when somebody asks for the first time, and lives in a worker.
//
//   const python = startPython(load)            load() promises globalThis.anonvmaPython
//   python.ask(target, message, heard)          replies go to `heard`, one by one
//
// target   {lab, recipe} or {question, sources, key}; `recipe` may be a function: it is asked for
//          what the lab is then

const LOADING = "Python is being loaded into this page, about 8 MB, once.";
const STARTING = "Python is here, and starts.";
const STUCK_MS = 60_000;
const STUCK = "Python took more than a minute for this, and was started anew; what the lab shows has been kept.";

/** Python for a page; nothing happens before the first `ask`. */
export function startPython(load) {
  return new PythonInPage(load);
}

class PythonInPage {
  constructor(load) {
    this.load = load;
    this.asked = new Map(); // by number: {target, heard, request}
    this.number = 0;
    this.seeds = new Map(); // of each drill, the variant that is on the page
    this.state = null;
  }

  ask(target, message, heard) {
    const { recipe, ...name } = target;
    const made = typeof recipe === "function" ? recipe() : recipe;
    const seed = this.seeds.get(name.question);
    const request = JSON.stringify({ ...name, recipe: made, seed, message });
    this.number += 1;
    const one = { target, heard, request };
    this.asked.set(this.number, one);
    if (this.state === "ready") this.post(this.number, one);
    else {
      heard({ type: "wait", text: this.state === "starting" ? STARTING : LOADING });
      if (!this.state) this.begin();
    }
  }

  async begin() {
    this.state = "loading";
    try {
      const { files, worker } = await this.load();
      this.state = "starting";
      for (const { heard } of this.asked.values()) heard({ type: "wait", text: STARTING });
      // Chromium takes no module from a blob of a page that is a file.
      this.worker = new Worker(`data:text/javascript,${encodeURIComponent(worker)}`, { type: "module" });
      this.worker.onmessage = ({ data }) => this.heard(data);
      this.worker.onerror = (event) => this.failed(event.message ?? "its worker could not be made");
      this.worker.postMessage({ files });
    } catch (error) {
      this.failed(error.message);
    }
  }

  heard({ state, id, answer, failed }) {
    if (state === "ready") {
      this.state = "ready";
      for (const [number, one] of this.asked) this.post(number, one);
    } else if (id === undefined) this.failed(failed);
    else {
      const one = this.asked.get(id);
      this.asked.delete(id);
      clearTimeout(one.stuck);
      if (failed) refuse(one, `Python could not do this: ${failed}`);
      else for (const reply of JSON.parse(answer)) this.replied(one, reply);
    }
  }

  replied({ target, heard }, reply) {
    if (reply.spec?.seed) this.seeds.set(target.question, reply.spec.seed);
    heard(reply);
  }

  post(number, one) {
    one.stuck = setTimeout(() => this.restart(one), STUCK_MS);
    this.worker.postMessage({ id: number, request: one.request });
  }

  /** End a Python that does not come back; the next `ask` starts another. */
  restart(late) {
    this.worker.terminate();
    this.state = null;
    for (const one of this.asked.values()) {
      clearTimeout(one.stuck);
      refuse(one, one === late ? STUCK : "Python was started anew; please do that again.");
    }
    this.asked.clear();
  }

  failed(why) {
    this.worker?.terminate();
    this.state = null;
    for (const one of this.asked.values()) refuse(one, `Python could not be started on this page: ${why}`);
    this.asked.clear();
  }
}

/** Say why there is no answer, where the answer was to be. */
function refuse({ target, heard }, message) {
  if (target.lab) heard({ type: "error", message, code: "" });
  else heard({ type: "wait", text: message });
}
