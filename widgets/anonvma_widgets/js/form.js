// The call form and the script line: each is made from the other.
// `signatures` comes from Python: for every call its parameters, in order.

/** The script line of a form. `values` are texts and booleans by parameter; "" is not given. */
export function lineOf(call, values, signatures, { target = "", process = "init" } = {}) {
  const parts = [];
  let inOrder = true;
  for (const parameter of signatures[call]) {
    const text = argumentText(call, parameter, values[parameter.name]);
    if (text === null) inOrder = false;
    else parts.push(parameter.positional && inOrder ? text : `${parameter.name}=${text}`);
  }
  const prefix = process === "init" ? "" : `${process}.`;
  return `${target ? `${target} = ` : ""}${prefix}${call}(${parts.join(", ")})`;
}

/** How one argument is written, or null where the default will do. */
function argumentText(call, parameter, value) {
  const text = typeof value === "string" ? value.trim() : value;
  if (parameter.kind === "flag") {
    if (typeof text !== "boolean" || text === parameter.default) return null;
    return text ? "True" : "False";
  }
  if (text === "" || text === null || text === undefined) return null;
  if (parameter.kind !== "protection") return String(text);
  const shown = call === "mmap" || parameter.required || text !== parameter.default;
  return shown ? `'${text}'` : null;
}

/** A script line taken apart: {call, target, process, values}, or null if it is not a plain call. */
export function readLine(line, signatures) {
  const found = /^\s*(?:(\w+)\s*=\s*)?(?:(\w+)\.)?(\w+)\(([^()]*)\)\s*$/.exec(line);
  if (!found || !Object.hasOwn(signatures, found[3])) return null;
  const [, target = "", process = "init", call, inside] = found;
  const positional = signatures[call].filter((parameter) => parameter.positional);
  const values = {};
  const given = inside.split(",").filter((part) => part.trim());
  for (const [place, part] of given.entries()) {
    const keyword = /^\s*(\w+)\s*=(.*)$/.exec(part);
    const name = keyword ? keyword[1] : positional[place]?.name;
    if (!signatures[call].some((parameter) => parameter.name === name)) return null;
    values[name] = valueOf((keyword ? keyword[2] : part).trim());
  }
  return { call, target, process, values };
}

function valueOf(text) {
  if (text === "True" || text === "False") return text === "True";
  const quoted = /^(['"])(.*)\1$/.exec(text);
  return quoted ? quoted[2] : text;
}

/** The first of a, b, c, ... z, a1, ... that none of the lines uses. */
export function freshName(lines) {
  const used = new Set(lines.flatMap((line) => line.match(/[A-Za-z_]\w*/g) ?? []));
  for (let round = 0; ; round += 1) {
    for (const letter of "abcdefghijklmnopqrstuvwxyz") {
      const name = round ? `${letter}${round}` : letter;
      if (!used.has(name)) return name;
    }
  }
}

/** The name for what a call gives: a fresh one where a later call will want to speak of it. */
export function targetFor(call, lines) {
  if (call === "mmap") return freshName(lines);
  if (call !== "fork") return "";
  const used = new Set(lines.map((line) => /^(\w+) = /.exec(line)?.[1]));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? "child" : `child${number}`;
    if (!used.has(name)) return name;
  }
}
