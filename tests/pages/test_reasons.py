"""The sentence on why a number changed, in both languages, from its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.text import translator
from metrics.factors import waterfall
from pages.ui import formats, reasons

if TYPE_CHECKING:
    import pytest

    from metrics.factors import Step

_FACTORS = ["orders", "order_value", "expected_net_share"]


def _steps(now: tuple[float, ...], then: tuple[float, ...]) -> tuple[Step, ...]:
    row: dict[str, float | None] = dict(zip(_FACTORS, now, strict=True))
    row |= {f"{name}_year": value for name, value in zip(_FACTORS, then, strict=True)}
    row["expected_net_sales"] = now[0] * now[1] * now[2]
    row["expected_net_sales_year"] = then[0] * then[1] * then[2]
    steps = waterfall(row, "expected_net_sales", _FACTORS, "year")
    assert steps is not None
    return steps


def _said(steps: tuple[Step, ...], code: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for module in (reasons, formats):
        monkeypatch.setattr(module, "language", lambda: code)
        monkeypatch.setattr(module, "_", translator(code))
    return reasons.sentence(steps, "CNY")


def test_the_largest_contributors_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 100 × 200 × ½ to 50 × 200 × 0.6: orders −5,500, the kept share +1,500."""
    steps = _steps((50, 200.0, 0.6), (100, 200.0, 0.5))
    english = _said(steps, "en", monkeypatch)
    assert english.startswith("Expected net sales fell by ¥4,000 (-40.0%).")
    assert english.index("orders -¥5,500") < english.index("+¥1,500")
    assert "Order value" not in english
    chinese = _said(steps, "zh-CN", monkeypatch)
    assert "下降 ¥4,000" in chinese
    assert "贡献最大的是：" in chinese


def test_it_rose_or_stayed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "rose by" in _said(_steps((2, 3.0, 0.5), (1, 3.0, 0.5)), "en", monkeypatch)
    assert "did not change" in _said(_steps((1, 3.0, 0.5), (1, 3.0, 0.5)), "en", monkeypatch)
