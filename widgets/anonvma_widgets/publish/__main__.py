"""``python -m anonvma_widgets.publish slides|html ...``: what ``anonvma-book`` becomes for both.

A command is a module with ``main(arguments) -> exit status``; what a reader can get wrong is said
in one line.
"""

from __future__ import annotations

import sys

from anonvma_book.cli import one_line
from anonvma_book.errors import AnonvmaError
from anonvma_widgets.publish import site_command, slides_command

COMMANDS = {"slides": slides_command.main, "html": site_command.main}


def main() -> int:
    """Run the command that the first argument names."""
    name, *arguments = sys.argv[1:]
    try:
        status: int = COMMANDS[name](arguments)
        return status
    except KeyboardInterrupt:
        return 130
    except (AnonvmaError, OSError) as error:
        print(f"anonvma-book {name}: {one_line(error)}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
