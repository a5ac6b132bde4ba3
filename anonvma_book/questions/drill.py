"""One prediction after another of one kind, each made from a seed."""

from __future__ import annotations

from typing import Any

from anonvma_book.questions.drills import DRILLS, make_drill
from anonvma_book.questions.predict import Predict
from anonvma_book.questions.question import Json, Question
from anonvma_book.questions.verdict import Verdict


class Drill(Question):
    """Predictions of the kind ``kind``; each seed gives always the same one."""

    title = "Drill"

    def __init__(self, kind: str, seed: int = 1) -> None:
        if kind not in DRILLS:
            raise ValueError(f"no drill {kind!r}; there are {', '.join(DRILLS)}")
        self.kind = kind
        self.results: dict[int, bool] = {}
        super().__init__(f"{kind}: {DRILLS[kind].about}")
        self.ask(seed)

    def ask(self, seed: int) -> None:
        """Ask the variant of that seed."""
        self.seed = seed
        script, asks, settings = make_drill(self.kind, seed)
        self.question = Predict(script, *asks, **settings)
        self.fields = self.question.fields

    @property
    def key(self) -> str:
        """All variants are one question for the browser."""
        return f"drill-{self.kind}"

    def spec(self) -> Json:
        """The variant that is asked now."""
        own = {"kind": "drill", "key": self.key, "name": self.text}
        title = f"Drill {self.seed}, {self.text}"
        return {**self.question.spec(), **own, "title": title, "seed": self.seed}

    def another(self) -> Json:
        """Ask the next variant; the reply for the browser."""
        self.ask(self.seed + 1)
        return {"spec": self.spec(), "verdict": {}}

    def handle(self, message: object) -> list[Json]:
        """A check, or {"kind": "another"}."""
        match message:
            case {"kind": "another"}:
                return [self.another()]
        return super().handle(message)

    def grade(self, *answers: Any) -> Verdict:
        """Grade the variant that is asked now; the first verdict on it counts."""
        verdict = self.question.grade(*answers)
        if verdict.counts:
            self.results.setdefault(self.seed, verdict.right)
        return verdict

    def plain(self) -> str:
        """The variant that is asked now, as text."""
        return f"Drill {self.seed}\n{self.question.plain()}"
