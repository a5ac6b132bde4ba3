// From two scenes and a moment to a picture: what every view of one process draws.
//
// picture   {pieces, units, reserved, staples, jumps, ghosts} of one process
// moment    how far the movement from one scene to the next has come; absent at rest

import { atRest, ease, forked, outAndBack, phase, piecesAt, reservedAt, touchedPages, unitsAt, GROUP_PHASES } from "./tween.js";

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
  const settled = piecesAt(before.vmas, after.vmas, movement, p, measures);
  ungrouped(before, after, settled, outAndBack(p) * measures.apart);
  const vmas = movement === "fork" ? forked(settled, p, measures) : settled;
  const touched = touchedPages(after.touched ?? [], after.vmas, p, measures);
  const pieces = [...vmas, ...touched].map((piece) => ({ ...piece, moving: true }));
  const lost = lostGroups(before, after);
  const old = new Set(before.groups.map((group) => `${group.left} ${group.right}`));
  const kept = after.groups.filter((group) => old.has(`${group.left} ${group.right}`));
  const staples = movement === "group" && p < GROUP_PHASES.vma ? kept : after.groups;
  const jumps = movement === "group" && p < GROUP_PHASES.dots ? kept : after.groups;
  const seams = (groups) => groups.map((group) => ({ ...group, page: seam(group, pieces) }));
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

/** What an ungrouped seam does: both sides, if they are still there, drift apart and return. */
function ungrouped(before, after, pieces, apart) {
  for (const { left, right, page } of lostGroups(before, after)) {
    const beside = pieces.some((piece) => piece.key === left && piece.end === page);
    if (!beside || !pieces.some((piece) => piece.key === right && piece.start === page)) continue;
    for (const piece of pieces) {
      if (piece.key === left) piece.shift -= apart;
      if (piece.key === right) piece.shift += apart;
    }
  }
}

/** The staples that are taken away: they fall off the seam and fade. */
function liftedStaples(groups, before, gone, measures) {
  if (gone === 1) return [];
  const rows = stapleRows(groups, before.vmas);
  return rows.map((row) => ({ ...row, drop: gone * measures.lift, alpha: 1 - gone }));
}

/** Where the seam of a group is while its vmas move: at the end of what lies left of it. */
function seam(group, pieces) {
  const left = pieces.find((piece) => piece.key === group.left);
  return left ? left.end : group.page;
}

/** How far a staple may reach to either side: to the middle of the narrower vma. */
function stapleRows(groups, pieces, size = () => 1) {
  return groups.map((group) => {
    const widths = pieces
      .filter((piece) => piece.key === group.left || piece.key === group.right)
      .map((piece) => (piece.end - piece.start) / 2);
    return { page: group.page, room: Math.min(...widths, Infinity) * size(group) };
  });
}
