r"""Questions that the machine answers: predictions, exercises and drills.

Predict    what will the last call of a script do? The machine runs it and shows the difference
Exercise   the reader's script or Python value is run, and a judge says what is missing
Drill      fresh variants of a prediction, made from a seed
Verdict    right or not, in words, with rows to compare

    >>> question = Predict("a = mmap(4, 'rw', addr=4)\nmremap(a, 4, 8)", "vmas", "index 9")
    >>> question.grade("1", "A5").right
    True

What can be asked (``ASKS``), in a chapter's words:

    a number     "vmas", "units", "spaces", "next"; "candidates 9", "hits 9", "misses 9" (a walk)
    a choice     "seam 24", "result", "wraps", "difference", "claims", "growth", "stack",
                 "line 4 20" (do two pages lie on one straight line?)
    a text       "index 24"
    a row        "vmas row", "units row": the row of the text picture, typed over
    a drawing    "vmas drawn": the reader lays vmas on a strip of pages, or types them

A drawing is the strongest question: it asks for pages, protection, first index and group flag of
every vma at once. It begins with the vmas as they were. From Python its answer is text, one vma a
line: ``question.check("16..24 rw A12 group\n24..26 rw A26")``.

Drills (``DRILLS``): count, seam, accepts, wrap, change, draw, claim, line, growth,
stack, fork, walk.
Nothing here needs a browser or a kernel: ``spec()`` is the question as JSON without its answer,
and ``handle(message)`` gives the replies to what the browser says.
"""

from anonvma_book.questions.asks import ASKS, Ask, Asked, read_ask
from anonvma_book.questions.drawn import AnswerError, Drawing, Piece
from anonvma_book.questions.drill import Drill
from anonvma_book.questions.drills import DRILLS, Variant, make_drill, prepared
from anonvma_book.questions.exercise import Exercise, Judge
from anonvma_book.questions.outcome import Outcome, index_at, outcome_of, seam_at, vma_at
from anonvma_book.questions.predict import Predict
from anonvma_book.questions.question import Question
from anonvma_book.questions.verdict import Verdict

__all__ = [
    "ASKS",
    "DRILLS",
    "AnswerError",
    "Ask",
    "Asked",
    "Drawing",
    "Drill",
    "Exercise",
    "Judge",
    "Outcome",
    "Piece",
    "Predict",
    "Question",
    "Variant",
    "Verdict",
    "index_at",
    "make_drill",
    "outcome_of",
    "prepared",
    "read_ask",
    "seam_at",
    "vma_at",
]
