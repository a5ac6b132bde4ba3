"""Every short history of a small world: what testing cannot show, counted through.

small_world  how many pages, indexes and processes there are, and every call that can be made
renaming     two states that differ in names alone are one state
search       from the empty machine on, call by call, each state checked once
"""

from anonvma_book.exhaustive.search import Level, Search, expand
from anonvma_book.exhaustive.small_world import SmallWorld

__all__ = ["Level", "Search", "SmallWorld", "expand"]
