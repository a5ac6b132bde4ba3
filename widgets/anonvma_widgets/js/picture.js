// From two scenes and a moment to a picture: what every view of one process draws.
//
// picture   {pieces, units, reserved, staples, jumps, ghosts} of one process
// moment    how far the movement from one scene to the next has come; absent at rest

import { byKey } from "./kin.js";
import { atRest, ease, forked, outAndBack, phase, piecesAt, reservedAt, shifted, touchedPages, unitsAt, GROUP_PHASES } from "./tween.js";

/** The picture of a process at rest. `ghostAlpha` is how much is left of the ghost. */
export function stillPicture(mm, ghostAlpha) {
  const pieces = mm.vmas.map(atRest);
  return {
    pieces,
    units: mm.units,
    reserved: mm.reserved,
    staples: stapleRows(mm.groups, pieces),
    jumps: mm.groups,
    ghosts: ghostAlpha > 0 ? mm.ghosts.map((ghost) => ({ ...ghost, alpha: ghostAlpha })) : [],
  };
}

/** The picture of a process while the step from `before` to `after` has come to p. */
export function movingPicture(before, after, movement, p, measures, ghostAlpha) {
  const lost = lostGroups(before, after);
  const settled = ungrouped(lost, piecesAt(before.vmas, after.vmas, movement, p, measures), outAndBack(p) * measures.apart);
  const vmas = movement === "fork" ? forked(settled, p, measures) : settled;
  const touched = touchedPages(after.touched ?? [], after.vmas, p, measures);
  const pieces = [...vmas, ...touched].map((piece) => (piece.new ? { ...piece, moving: true } : piece));
  const old = new Set(before.groups.map((group) => `${group.left} ${group.right}`));
  const kept = after.groups.filter((group) => old.has(`${group.left} ${group.right}`));
  const staples = movement === "group" && p < GROUP_PHASES.vma ? kept : after.groups;
  const jumps = movement === "group" && p < GROUP_PHASES.dots ? kept : after.groups;
  const pieceOf = byKey(pieces);
  const seams = (groups) => groups.map((group) => ({ ...group, page: pieceOf.get(group.left)?.[0].end ?? group.page }));
  const grows = movement === "group" ? phase(p, GROUP_PHASES.vma, 1) : 1;
  return {
    pieces,
    units: unitsAt(after.units, pieces, after.vmas),
    reserved: reservedAt(before.reserved, before.vmas, pieces),
    staples: [
      ...stapleRows(seams(staples), pieces, (group) => (old.has(`${group.left} ${group.right}`) ? 1 : grows)),
      ...liftedStaples(lost, before, ease(p), measures),
    ],
    jumps: seams(jumps),
    ghosts: ghostAlpha > 0 ? after.ghosts.map((ghost) => ({ ...ghost, alpha: ghostAlpha })) : [],
  };
}

/** The groups of before whose seam no group joins any more. */
function lostGroups(before, after) {
  const kept = new Set(after.groups.map((group) => `${group.left} ${group.right}`));
  return before.groups.filter((group) => !kept.has(`${group.left} ${group.right}`));
}

/** What ungrouped seams do: both sides, if they are still there, drift apart and return. */
function ungrouped(lost, pieces, apart) {
  const shifts = new Map();
  const shift = (key, by) => shifts.set(key, (shifts.get(key) ?? 0) + by);
  for (const { left, right, page } of lost) {
    const beside = pieces.some((piece) => piece.key === left && piece.end === page);
    if (!beside || !pieces.some((piece) => piece.key === right && piece.start === page)) continue;
    shift(left, -apart);
    shift(right, apart);
  }
  return shifted(pieces, shifts);
}

/** The staples that are taken away: they fall off the seam and fade. */
function liftedStaples(groups, before, gone, measures) {
  if (gone === 1) return [];
  const rows = stapleRows(groups, before.vmas);
  return rows.map((row) => ({ ...row, drop: gone * measures.lift, alpha: 1 - gone }));
}

/** How far a staple may reach to either side: to the middle of the narrower vma. */
function stapleRows(groups, pieces, size = () => 1) {
  const pieceOf = byKey(pieces);
  return groups.map((group) => {
    const beside = [group.left, group.right].flatMap((key) => pieceOf.get(key) ?? []);
    const widths = beside.map((piece) => (piece.end - piece.start) / 2);
    return { page: group.page, room: Math.min(...widths, Infinity) * size(group) };
  });
}
