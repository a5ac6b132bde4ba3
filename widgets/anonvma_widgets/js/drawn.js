// Vmas that a reader draws: pure functions on pieces, and the text that is one with the drawing.
// A piece is {start, end, protection, index, group}; index is like "A12", "file", or "?" (open).

const PIECE_LINE =
  /^(\d+)\s*\.\.\s*(\d+)[\s,]+([a-z]+)[\s,]+(\?|file|[A-Za-z]+\d+)(?:\.\.(\d+))?(?:[\s,]+(group))?$/;

export const PROTECTION_NAMES = ["none", "r", "w", "rw", "x", "rx", "wx", "rwx"];

/** A piece as text: "16..24 rw A12 group". */
export function pieceText(piece) {
  const words = [`${piece.start}..${piece.end}`, piece.protection, piece.index];
  return [...words, ...(piece.group ? ["group"] : [])].join(" ");
}

/** Pieces as text, one a line. */
export function piecesText(pieces) {
  return pieces.map(pieceText).join("\n");
}

/** Text as {pieces, error}: the error says which line cannot be read. */
export function readPieces(text, pages) {
  const pieces = [];
  for (const [place, line] of text.split("\n").entries()) {
    if (!line.trim()) continue;
    const found = PIECE_LINE.exec(line.trim());
    if (!found) return { pieces, error: `line ${place + 1}: a vma is written like 16..24 rw A12 group` };
    const [start, end] = [Number(found[1]), Number(found[2])];
    if (start >= end || end > pages) {
      return { pieces, error: `line ${place + 1}: ${start}..${end} is not a range within 0..${pages}` };
    }
    if (!PROTECTION_NAMES.includes(found[3])) {
      return { pieces, error: `line ${place + 1}: there is no protection '${found[3]}'` };
    }
    const index = found[4] === "file" ? "file" : found[4].toUpperCase();
    pieces.push({ start, end, protection: found[3], index, group: Boolean(found[6]) });
  }
  pieces.sort((a, b) => a.start - b.start);
  for (const [place, piece] of pieces.entries()) {
    const next = pieces[place + 1];
    if (next && next.start < piece.end) {
      const ranges = `${piece.start}..${piece.end} and ${next.start}..${next.end}`;
      return { pieces, error: `${ranges} lie on each other` };
    }
  }
  return { pieces, error: "" };
}

/** An index so many pages further on: "A12" and 3 give "A15"; "?" below 0. */
export function indexPlus(index, pages) {
  const found = /^([A-Z]+)(\d+)$/.exec(index);
  if (!found) return index;
  const number = Number(found[2]) + pages;
  return number < 0 ? "?" : `${found[1]}${number}`;
}

/** An index as it was typed, or null if it is none: " a12" gives "A12". */
export function readIndex(text) {
  const typed = text.trim();
  if (typed === "" || typed === "?") return "?";
  if (typed.toLowerCase() === "file") return "file";
  return /^[A-Za-z]+\d+$/.test(typed) ? typed.toUpperCase() : null;
}

/** The piece that has a page, if there is one. */
export function pieceAt(pieces, page) {
  return pieces.find((piece) => piece.start <= page && page < piece.end);
}

/** The piece that is exactly start..end, if there is one. */
export function pieceOn(pieces, { start, end }) {
  return pieces.find((piece) => piece.start === start && piece.end === end);
}

/** By address, and without a group flag that joins nothing. */
function tidy(pieces) {
  const sorted = [...pieces].sort((a, b) => a.start - b.start);
  return sorted.map((piece, place) => ({
    ...piece,
    group: Boolean(piece.group && sorted[place + 1]?.start === piece.end),
  }));
}

/** What is left when start..end is unmapped: pages keep their indexes. */
function without(pieces, { start, end }) {
  return pieces.flatMap((piece) => {
    if (piece.end <= start || end <= piece.start) return [piece];
    const parts = [];
    if (piece.start < start) parts.push({ ...piece, end: start, group: false });
    if (end < piece.end) parts.push({ ...piece, start: end, index: indexPlus(piece.index, end - piece.start) });
    return parts;
  });
}

/** start..end unmapped. */
export function cleared(pieces, range) {
  return tidy(without(pieces, range));
}

/** One vma on start..end; its first page keeps what it was, and is open where it was free. */
export function laid(pieces, range) {
  const under = pieceAt(pieces, range.start);
  const last = pieceAt(pieces, range.end - 1);
  const piece = {
    ...range,
    protection: under?.protection ?? "rw",
    index: under ? indexPlus(under.index, range.start - under.start) : "?",
    group: Boolean(last?.group && last.end === range.end),
  };
  return tidy([...without(pieces, range), piece]);
}

/** The piece on `range` with some of its values changed; what it then lies on is cut away. */
export function altered(pieces, range, change) {
  const piece = { ...pieceOn(pieces, range), ...change };
  const others = pieces.filter((other) => !(other.start === range.start && other.end === range.end));
  return tidy([...without(others, piece), piece]);
}

/** The piece on `range` with other borders; its pages keep their indexes. */
export function resized(pieces, range, { start, end }) {
  const { index } = pieceOn(pieces, range);
  return altered(pieces, range, { start, end, index: indexPlus(index, start - range.start) });
}

/** The index with which a piece at `start` goes on from the nearest vma on its left, or null. */
export function goingOn(pieces, start) {
  const left = pieces.filter((piece) => piece.end <= start).at(-1);
  if (!left || left.index === "?" || left.index === "file") return null;
  return indexPlus(left.index, start - left.start);
}

/** The page numbers under a strip, evenly spread: every 8, 4, 2 or 1 pages. */
export function pageTicks(pages) {
  const apart = [1, 2, 4, 8, 16].find((step) => pages / step <= 9) ?? 16;
  const numbers = [];
  for (let page = 0; page <= pages; page += apart) numbers.push(page);
  return numbers;
}
