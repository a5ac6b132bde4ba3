"""For every rule of Linux that a border or a flag shows, a script that tells whether it is on."""

from __future__ import annotations

WRITTEN = "mmap(2, 'rw', addr=300, fixed=True)\nfault(300)\n"
CHILD = WRITTEN + "child = fork()\n"
STACK = "mmap(2, 'rw', addr=310, fixed=True, growsdown=True)\nfault(309)"
HOLE_FILLED = WRITTEN + (
    "mmap(2, 'rw', addr=303, fixed=True)\nfault(303)\nmmap(1, 'rw', addr=302, fixed=True)\n"
)
OTHER_ACCESS = """
mmap(4, 'rw', addr=300, fixed=True)
mprotect(302, 2, 'rwx')
fault(300)
fault(302)
mprotect(302, 2, 'rw')
"""
TWO = "mmap(2, 'rw', addr=300, fixed=True)\nmmap(2, 'r', addr=302, fixed=True)\n"
APART = "mmap(2, 'rw', addr=300, fixed=True)\nmmap(2, 'rw', addr=304, fixed=True)\n"

SCRIPTS: dict[str, str] = {
    "anon_vma": HOLE_FILLED + "mprotect(303, 2, 'r')\nmprotect(303, 2, 'rw')",
    "fork-child": CHILD + "child.mmap(2, 'rw', addr=302, fixed=True)",
    "three-way": HOLE_FILLED,
    "reuse": OTHER_ACCESS,
    "reuse-next-first": """
mmap(6, 'rw', addr=300, fixed=True)
mprotect(302, 2, 'rwx')
fault(300)
fault(304)
fault(302)
mprotect(302, 2, 'rw')
""",
    "reuse-single": CHILD
    + "child.mmap(2, 'rwx', addr=302, fixed=True)\nchild.fault(302)\nchild.mprotect(302, 2, 'rw')",
    "reuse-linear": """
mmap(2, 'rw', addr=310, fixed=True)
fault(310)
mremap(310, 2, 2, to=302)
mremap(302, 2, 2, to=320, dont_unmap=True)
mmap(2, 'rw', addr=300, fixed=True)
fault(300)
fault(302)
mremap(302, 2, 2, to=310)
mremap(300, 2, 10)
""",
    "reuse-any-access": OTHER_ACCESS,
    "new-index": """
mmap(2, 'rw', addr=300, fixed=True)
mremap(300, 2, 2, to=310)
mmap(2, 'rw', addr=312, fixed=True)
""",
    "read-is-free": """
mmap(2, 'rw', addr=300, fixed=True)
fault(300, write=False)
mremap(300, 2, 2, to=310)
mmap(2, 'rw', addr=312, fixed=True)
""",
    "fork-own": CHILD + "child.mmap(2, 'rw', addr=302, fixed=True)",
    "dontfork": WRITTEN + "madvise(300, 2, 'dontfork')\nchild = fork()",
    "wipeonfork": WRITTEN
    + "madvise(300, 2, 'wipeonfork')\nchild = fork()\n"
    + "child.mmap(2, 'rw', addr=302, fixed=True)\nchild.madvise(302, 2, 'wipeonfork')",
    "account": WRITTEN + "mprotect(300, 2, 'r')\nmmap(2, 'r', addr=302, fixed=True)",
    "account-never-written": """
mmap(2, 'rw', addr=300, fixed=True)
mprotect(300, 2, 'r')
mmap(2, 'r', addr=302, fixed=True)
""",
    "account-later": """
mmap(2, 'r', addr=300, fixed=True)
mprotect(300, 2, 'rw')
mmap(2, 'rw', addr=302, fixed=True)
""",
    "noreserve": "mmap(2, 'rw', addr=300, fixed=True, noreserve=True)",
    "mprotect-same": HOLE_FILLED
    + "mremap(303, 2, 2, to=320, dont_unmap=True)\nmprotect(303, 2, 'rw')",
    "mprotect-hole": APART + "mprotect(300, 6, 'r')",
    "madvise-hole": APART + "madvise(300, 6, 'dontdump')",
    "moved-inherited": CHILD
    + "child.mremap(300, 2, 2, to=320)\nchild.mmap(2, 'rw', addr=302, fixed=True)\n"
    + "child.mremap(320, 2, 2, to=300)",
    "many-at-once": TWO + "mremap(300, 4, 4, to=320)",
    "inner-gaps": APART + "mremap(300, 6, 6, to=320)",
    "extend-joins": APART + "mremap(300, 2, 4)",
    "extend-inherited": CHILD
    + "child.mmap(2, 'rw', addr=303, fixed=True)\nchild.mremap(300, 2, 3)",
    "one-vma": TWO + "mremap(300, 4, 6)",
    "shrink-anything": TWO + "mremap(300, 6, 1)",
    "dontunmap-unlinks": WRITTEN
    + "mremap(300, 2, 2, to=320, dont_unmap=True)\nmremap(300, 2, 2, to=340)\n"
    + "mmap(2, 'rw', addr=342, fixed=True)",
    "dontunmap-account": WRITTEN + "mremap(300, 2, 2, to=320, dont_unmap=True)",
    "growth-prepares": """
mmap(2, 'rw', addr=600, fixed=True, growsdown=True)
fault(599, write=False)
mremap(599, 3, 3, to=300)
mmap(2, 'rw', addr=303, fixed=True, growsdown=True)
""",
    "growth-stays": "mmap(2, 'none', addr=600, fixed=True, growsdown=True)\nfault(599)",
    "guard-gap": "mmap(2, 'rw', addr=300, fixed=True)\n" + STACK,
    "guard-inaccessible": "mmap(2, 'none', addr=300, fixed=True)\n" + STACK,
    "guard-growsdown": "mmap(2, 'rw', addr=300, fixed=True, growsdown=True)\n" + STACK,
    "search-gap": """
mmap(38, 'r', addr=602, fixed=True)
mmap(2, 'rw', addr=600, fixed=True, growsdown=True)
mmap(2, 'rw')
""",
}
