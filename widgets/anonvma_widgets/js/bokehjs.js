// BokehJS: the one that is on the page, else from Python, once a page. Never from a network.

const WAIT_MS = 20000;

/** BokehJS of that version. `ask` asks Python for its text; the answer comes to `heard`. */
export function bokehOf(version, ask, heard) {
  const there = globalThis.Bokeh?.[version] ?? sameVersion(version);
  if (there) return Promise.resolve(there);
  globalThis.anonvmaBokehJS ??= {};
  globalThis.anonvmaBokehJS[version] ??= load(version, ask, heard).catch((error) => {
    delete globalThis.anonvmaBokehJS[version];
    throw error;
  });
  return globalThis.anonvmaBokehJS[version];
}

function sameVersion(version) {
  return globalThis.Bokeh?.version === version ? globalThis.Bokeh : undefined;
}

function load(version, ask, heard) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("BokehJS did not arrive")), WAIT_MS);
    heard((text) => {
      clearTimeout(late);
      const script = document.createElement("script");
      script.text = text;
      document.head.append(script);
      const made = globalThis.Bokeh?.[version];
      if (made) resolve(made);
      else reject(new Error("BokehJS could not be started"));
    });
    ask();
  });
}
