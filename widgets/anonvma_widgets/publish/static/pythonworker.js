// The worker that is a page's Python: Pyodide from bytes that it is given, and the book's engine.
//
// in   {files: {name: base64 of gzip}} once, then {id, request} with a request of inpage.py as text
// out  {state: "ready"}, {failed: why}, {id, answer}, {id, failed: why}

const NOWHERE = "file:///pyodide/"; // never asked: what is asked for there is answered here

async function bytesOf(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function moduleOf(bytes) {
  return import(URL.createObjectURL(new Blob([bytes], { type: "text/javascript" })));
}

async function start(packed) {
  const files = {};
  for (const [name, text] of Object.entries(packed)) files[name] = await bytesOf(text);
  self.fetch = async (asked) => {
    const name = String(asked.url ?? asked).split("/").at(-1);
    if (!files[name]) throw new Error(`${name} is not on this page`);
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(files[name], { headers: { "Content-Type": type } });
  };
  const { loadPyodide } = await moduleOf(files["pyodide.mjs"]);
  const { default: createPyodideModule } = await moduleOf(files["pyodide.asm.mjs"]);
  const pyodide = await loadPyodide({
    createPyodideModule,
    indexURL: NOWHERE,
    lockFileContents: new TextDecoder().decode(files["pyodide-lock.json"]),
    packageBaseUrl: NOWHERE,
  });
  pyodide.unpackArchive(files["engine.zip"], "zip", { extractDir: "/home/pyodide" });
  return pyodide.runPython("from anonvma_book.inpage import PagePython; PagePython().answer");
}

let answer = null;

self.onmessage = async ({ data }) => {
  if (data.files) {
    try {
      answer = await start(data.files);
      self.postMessage({ state: "ready" });
    } catch (error) {
      self.postMessage({ failed: String(error.message ?? error) });
    }
    return;
  }
  try {
    self.postMessage({ id: data.id, answer: answer(data.request) });
  } catch (error) {
    self.postMessage({ id: data.id, failed: lastLine(error) });
  }
};

/** What Python says last: the error without its traceback, and one of the book's in its own words. */
function lastLine(error) {
  const line = String(error.message ?? error).trim().split("\n").at(-1);
  return line.replace(/^anonvma_book\.errors\.\w+: /, "");
}
