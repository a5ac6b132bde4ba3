"""The rules of Linux that can be switched off, one by one, to see that the twin notices.

Each has the name by which ``AnonVmaChain(without=...)`` knows it, and a sentence that holds while
it is on.
"""

from __future__ import annotations

RULES: dict[str, str] = {
    "anon_vma": "two vmas with different anon_vmas do not merge",
    "fork-child": "an inherited vma does not merge with one that was never written",
    "three-way": "what fills a hole joins both neighbours only if those two are compatible",
    "reuse": "the first write takes a neighbour's anon_vma where it can",
    "reuse-next-first": "it asks the next neighbour first, then the previous one",
    "reuse-single": "it takes none from an inherited vma",
    "reuse-linear": "it takes none from a neighbour whose indexes do not go on in its own",
    "reuse-any-access": "it takes one from a neighbour with another protection",
    "new-index": "a vma that was never written gets the indexes of the address it moves to",
    "read-is-free": "a read gives no anon_vma",
    "fork-own": "a child's written vma has an anon_vma of its own, and the parent's",
    "fork-reuse": "a child takes an idle anon_vma of the chain before it makes one",
    "dontfork": "a vma with MADV_DONTFORK is not in the child",
    "wipeonfork": "a vma with MADV_WIPEONFORK is like new in the child",
    "account": "memory that was mapped writable stays accounted when it is made read-only",
    "account-never-written": "unless it was never written",
    "account-later": "memory mapped read-only is accounted when it is made writable",
    "noreserve": "memory mapped with MAP_NORESERVE is never accounted",
    "mprotect-same": "an mprotect that changes nothing merges nothing",
    "mprotect-hole": "mprotect works up to a hole",
    "madvise-hole": "madvise goes on behind a hole, and then says ENOMEM",
    "moved-inherited": "an inherited vma that moves does not merge with one never written",
    "many-at-once": "since 6.17 mremap moves several vmas at once",
    "inner-gaps": "it keeps the gaps between them",
    "extend-joins": "growing in place joins the next vma",
    "extend-inherited": "an inherited vma that grows in place joins a next one never written",
    "one-vma": "mremap grows and moves no more than one vma, however alike the next one is",
    "shrink-anything": "mremap that shrinks in place does not look where the vma ends",
    "dontunmap-unlinks": "MREMAP_DONTUNMAP of a whole vma leaves one without anon_vma",
    "dontunmap-account": "what it leaves stays accounted",
    "growth-prepares": "a vma that grows down gets its anon_vma even for a read",
    "growth-stays": "it stays grown when the access is refused",
    "guard-gap": "it stays 256 pages away from what is below it",
    "guard-inaccessible": "unless that is inaccessible",
    "guard-growsdown": "or grows down itself",
    "search-gap": "a search for room keeps away from it, too, and goes on below",
}

HIDDEN = frozenset({"fork-reuse"})
"""What no border shows. A child's vma that takes an idle anon_vma is the only one that has it,
as it would be with a new one; the rule saves anon_vmas and links, and nothing else."""
