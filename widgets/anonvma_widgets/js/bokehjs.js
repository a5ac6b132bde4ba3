// BokehJS: the one that is on the page, else from Python, once a page. Never from a network.

/** BokehJS of that version; `textOf` promises its text where the page has none. */
export function bokehOf(version, textOf) {
  const there = globalThis.Bokeh?.[version] ?? sameVersion(version);
  if (there) return Promise.resolve(there);
  globalThis.anonvmaBokehJS ??= {};
  globalThis.anonvmaBokehJS[version] ??= load(version, textOf).catch((error) => {
    delete globalThis.anonvmaBokehJS[version];
    throw error;
  });
  return globalThis.anonvmaBokehJS[version];
}

function sameVersion(version) {
  return globalThis.Bokeh?.version === version ? globalThis.Bokeh : undefined;
}

async function load(version, textOf) {
  const script = document.createElement("script");
  script.text = await textOf();
  document.head.append(script);
  const made = globalThis.Bokeh?.[version];
  if (!made) throw new Error("BokehJS could not be started");
  return made;
}
