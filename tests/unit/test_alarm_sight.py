"""Whom an incident may be shown to."""

import pytest

from connectors.state import Incident
from metrics import Access
from metrics.alarms.sight import may_see
from tests.unit.alarming import MONDAY, rule


def incident(*shops: str) -> Incident:
    segment = (("shop", shops),) if shops else ()
    return Incident(rule="low", segment=segment, start=MONDAY, last_day=MONDAY, judged_day=MONDAY)


@pytest.mark.parametrize(
    ("access", "shops", "seen"),
    [
        (Access("all"), ("a",), True),
        (Access("all"), (), True),
        (Access("one", rows=(("shop", ("a",)),)), ("a",), True),
        (Access("one", rows=(("shop", ("a",)),)), ("b",), False),
        (Access("one", rows=(("shop", ("a",)),)), ("a", "b"), False),
        (Access("one", rows=(("shop", ("a",)),)), (), False),
        (Access("one", rows=(("region", ("x",)),)), ("a",), False),
        (Access("few", metrics=frozenset({"orders"})), ("a",), False),
        (Access("few", metrics=frozenset({"paid_sales"})), ("a",), True),
        (Access("blind", hidden=frozenset({"shop"})), ("a",), False),
    ],
)
def test_a_role_sees_what_its_rows_and_metrics_allow(
    access: Access, shops: tuple[str, ...], *, seen: bool
) -> None:
    assert may_see(access, incident(*shops), rule()) is seen


def test_without_its_rule_only_the_unlimited_see_it() -> None:
    assert may_see(Access("all"), incident("a"), None)
    assert not may_see(Access("one", rows=(("shop", ("a",)),)), incident("a"), None)
