"""Fresh variants of predictions: the names of ``anonvma_book.questions`` under their old place."""

from anonvma_book.questions import DRILLS, Variant, make_drill, prepared

__all__ = ["DRILLS", "Variant", "make_drill", "prepared"]
