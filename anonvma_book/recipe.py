"""A lab as plain data, and the lab made anew from it, in another Python.

    {"scenario": "the counter wraps", "script": "a = mmap(4, 'rw')", "settings": {..},
     "beside": [..], "views": [..], "page": None, "at": 3, "version": 1}

scenario   the name of what the lab begins with; ``script`` are the calls that were made so far
version    of the recording, so that a page that shows it can go on with the lab made anew
settings   as in ``settings.py``, with what else the machine was made with: ``made_with``
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anonvma_book.calls import Script
from anonvma_book.errors import AnonvmaError
from anonvma_book.machine import Machine
from anonvma_book.schemes import Lokier
from anonvma_book.session import Session
from anonvma_book.settings import scheme_json, scheme_of, settings_json, with_settings

Recipe = Mapping[str, Any]


def recipe(session: Session) -> dict[str, Any] | None:
    """The session as data; None where it would not be made the same from it.

    That is so where a scheme is not of the registry, or was made with numbers of its own that a
    setting cannot say.
    """
    machine = session.machine
    made = {
        "scenario": session.given.name,
        "script": str(Script(session.calls)),
        "settings": settings_json(machine),
        "made_with": machine.settings,
        "beside": [scheme_json(scheme) for scheme in session.beside],
        "views": list(session.views),
        "page": session.page,
        "at": session.position,
        "version": session.recording.version,
    }
    try:
        same = session_of(made).history_json() == session.history_json()
    except AnonvmaError:
        return None
    return made if same else None


def session_of(made: Recipe) -> Session:
    """The session of a recipe. Raises :class:`AnonvmaError` for what there is not."""
    machine = machine_of(made)
    machine.run(made["script"])
    session = Session(
        machine=machine,
        at=made["at"],
        views=made["views"],
        page=made["page"],
        beside=[scheme_of(each, machine.scheme) for each in made["beside"]],
    )
    session.given = session.given._replace(name=made["scenario"])
    session.recording.version = made["version"]
    return session


def machine_of(made: Recipe) -> Machine:
    """The machine of a recipe before its first call."""
    plain = Machine(Lokier.classroom(), **made["made_with"])
    return with_settings(plain, made["settings"])
