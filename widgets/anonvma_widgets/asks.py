"""What a reader can be asked: the names of ``anonvma_book.questions`` under their old place."""

from anonvma_book.questions import ASKS, Outcome, index_at, outcome_of, seam_at, vma_at

__all__ = ["ASKS", "Outcome", "index_at", "outcome_of", "seam_at", "vma_at"]
