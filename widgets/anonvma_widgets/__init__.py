"""What a reader of the book sees and touches: players and labs.

Lab()                           the classroom's machine, empty
Lab("the counter wraps")        a scenario; SCENARIOS names them all
Player(machine=machine)         whatever a machine has done, to step through
"""

from anonvma_widgets.lab import Lab
from anonvma_widgets.player import Player
from anonvma_widgets.scenarios import SCENARIOS

__all__ = ["SCENARIOS", "Lab", "Player"]
