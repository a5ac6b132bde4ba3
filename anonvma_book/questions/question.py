"""A question without a window: what the browser needs to show it, and what it answers.

spec      the question as JSON, without the answer
message   what the browser says: {"kind": "check", "answers": [...]}
reply     what changes for the browser: {"verdict": ...}, {"spec": ...} or {"help": ...}

The same question is asked by a notebook's kernel and by a page that has a Python of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, ClassVar

from anonvma_book.errors import sendable
from anonvma_book.questions.verdict import Verdict

Json = dict[str, Any]

LONGEST_ANSWER = 20_000
"""Characters of what comes from a page as the answers to one question."""

TOO_LONG = Verdict(
    False,
    "That cannot be graded.",
    (f"The answers to a question have at most {LONGEST_ANSWER} characters.",),
    counts=False,
)


class Question:
    """A title, a text, a body that is shown as it is, fields, and a way to grade them."""

    title: ClassVar[str]

    def __init__(self, text: str, body: str = "", fields: Sequence[Json] = ()) -> None:
        self.text = text
        self.body = body
        self.fields = tuple(fields)
        self.verdicts = 0

    @property
    def name(self) -> str:
        """The question in a list of questions."""
        return self.text

    @property
    def key(self) -> str:
        """A name under which the browser keeps what became of it: the same in every session."""
        digest = sha256(self.plain().encode()).hexdigest()
        return f"{self.title.lower()}-{digest[:12]}"

    def spec(self) -> Json:
        """The question for the browser."""
        return {
            "kind": self.title.lower(),
            "key": self.key,
            "title": self.title,
            "name": self.name,
            "text": self.text,
            "body": self.body,
            "fields": list(self.fields),
        }

    def handle(self, message: object) -> list[Json]:
        """The replies to a message; none to one that makes no sense."""
        match message:
            case {"kind": "check", "answers": [*answers]} if self._fit(answers):
                too_long = sum(map(len, answers)) > LONGEST_ANSWER
                return [self.reply(TOO_LONG if too_long else self.grade(*map(sendable, answers)))]
        return []

    def _fit(self, answers: list[object]) -> bool:
        """Whether they are texts, one a field."""
        texts = all(isinstance(answer, str) for answer in answers)
        return texts and len(answers) == len(self.fields)

    def reply(self, verdict: Verdict) -> Json:
        """A verdict for the browser, numbered so that the same twice is shown twice."""
        self.verdicts += 1
        return {"verdict": {**verdict.json(), "number": self.verdicts}}

    def grade(self, *answers: Any) -> Verdict:
        """The verdict on answers, one a field."""
        raise NotImplementedError

    def plain(self) -> str:
        """The question as text, for paper, for a page without a kernel and for comparison."""
        return "\n".join(filter(None, (f"{self.title}: {self.text}", self.body)))
