"""What a reader of the book sees and touches: players and labs.

Lab()                           the classroom's machine, empty
Lab("the counter wraps")        a scenario; SCENARIOS names them all
Player(machine=machine)         whatever a machine has done, to step through
"""

from anonvma_book.scenarios import SCENARIOS
from anonvma_widgets.lab import Lab
from anonvma_widgets.player import Player

__all__ = ["SCENARIOS", "Lab", "Player"]
