"""The measured change of an action, on series whose change is known."""

import numpy as np
import pytest

from metrics.alarms.outcome import outcome
from tests.models.test_detection import _quiet


def test_a_known_change_is_measured_and_its_interval_holds_as_often_as_it_says() -> None:
    values = _quiet(np.random.default_rng(201), 200, 200)
    values[:, 150:] *= 0.65
    values[:, 160:] *= 1.25
    found = [outcome(row[:174], 150, 160) for row in values]
    changes = np.array([each.change for each in found if each])
    held = [each.low <= 0.25 <= each.high for each in found if each]
    assert len(held) == 200
    assert changes.mean() == pytest.approx(0.25, abs=0.02)
    assert 0.88 <= np.mean(held) <= 1.0


def test_without_an_effect_it_is_rarely_sure() -> None:
    values = _quiet(np.random.default_rng(202), 200, 200)
    found = [outcome(row[:170], 140, 156) for row in values]
    assert np.mean([each.is_sure for each in found if each]) <= 0.12


def test_too_little_says_nothing() -> None:
    values = _quiet(np.random.default_rng(203), 1, 40)[0]
    assert outcome(values, 5, 10) is None
    assert outcome(values, 30, 40) is None
