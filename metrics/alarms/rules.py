"""A rule: what is watched, for whom, beyond which limit, and who answers for it.

Rules are TOML: a table a rule, named by its key. `kinds.py` says which keys each kind takes.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["info", "warning", "critical"]
Kind = Literal[
    "threshold",
    "change",
    "expected",
    "target",
    "peers",
    "rate",
    "promise",
    "transit",
    "requests",
    "silent",
    "stock",
    "stock_out",
    "sell_through",
    "sizes",
    "freshness",
    "quality",
]
Limit = Annotated[float | str, Field(union_mode="left_to_right")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Days = Annotated[int, Field(ge=1, le=92)]


class Quiet(BaseModel):
    """Hours in which nobody is told, by the business's clock; they may span midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begin: time = Field(alias="from")
    end: time = Field(alias="to")

    def covers(self, clock: time) -> bool:
        """Whether a time of day lies within."""
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


class Rule(BaseModel):
    """One rule. Numbers are those of the metric: 0.25 is 25 % of a ratio or a change.

    Attributes:
        kind: how the number that is judged is made.
        title: what people call it.
        metric: the metric that is watched.
        table: the table that is watched, for freshness and quality.
        below: it fires below this number, or below this metric of the same member.
        above: it fires above it.
        critical: the number beyond which it is critical whatever `severity` says.
        clear: the number on the safe side of the limit up to which it does not end.
        limits: another number for some members of the first dimension of `by`.
        by: dimensions whose members are judged each for itself.
        where: the members that are watched; all when left out.
        group: dimensions of `by` that make one incident; all of them when left out.
        compare: what a change is measured against.
        against: the dimension with whose members their own ones are compared.
        hours: hours that are counted together, each day by its worst; of a promise, how long before
            its end parcels are looked at; of silence, that it is told in hours.
        points: what is off is told in points of a share, not as a share of what is expected.
        members: how many members have to be beyond the limit at once.
        over: days over which the number is taken, ending on the day that is judged.
        duration: days in a row beyond the limit until it fires.
        keep: days in a row on the safe side until it ends.
        minimum: metric → the least that it must be for a member to be judged.
        from_day: day of the month from which months are judged.
        at: time of day from which a table is expected to hold the day before.
        severity: how grave it is.
        owner: who is asked to act.
        quiet: hours in which nobody is told.
        repeat: days after which those who are told hear of it again.
        depends: rules that explain this one: while they fire it says nothing of the same members.
        loss: the metric, in money, whose shortfall against what was expected is what it costs.
        enabled: whether it is checked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, populate_by_name=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
    kind: Kind
    title: Text
    metric: Text | None = None
    table: Text | None = None
    below: Limit | None = None
    above: Limit | None = None
    critical: float | None = None
    clear: float | None = None
    limits: dict[str, float] = {}
    by: tuple[Text, ...] = ()
    where: dict[str, tuple[str, ...]] = {}
    group: tuple[Text, ...] | None = None
    compare: Literal["previous", "year"] | None = None
    against: Text | None = None
    over: Days = 1
    hours: Annotated[int, Field(ge=0, le=24)] = 0
    points: bool = False
    members: Annotated[int, Field(ge=1, le=10_000)] = 1
    duration: Days = Field(1, alias="for")
    keep: Days = 1
    minimum: dict[str, float] = {}
    from_day: Annotated[int, Field(ge=1, le=28)] = 1
    at: time | None = None
    severity: Severity = "warning"
    owner: Annotated[str, Field(max_length=200)] = ""
    quiet: Quiet | None = None
    repeat: Days = 7
    depends: tuple[Text, ...] = ()
    loss: Text | None = None
    enabled: bool = True

    @property
    def limit(self) -> float | str:
        """The number or the metric beyond which it fires."""
        found = self.above if self.below is None else self.below
        if found is None:
            raise ValueError(self.name)
        return found

    @property
    def sign(self) -> int:
        """Which way is worse: −1 below, 1 above."""
        return 1 if self.below is None else -1

    @property
    def groups(self) -> tuple[str, ...]:
        """The dimensions that tell its incidents apart."""
        return self.by if self.group is None else self.group
