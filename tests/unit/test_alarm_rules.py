"""Rules: what is refused, with the key, the reason and what is allowed; what ships is sound."""

import pytest

from connectors.errors import UserError
from connectors.state import AlarmRule
from metrics.alarms.check import in_order
from metrics.alarms.rule_files import default_rules, read_rules, rules_in_force, toml_of

SOUND = """
[low]
kind = "threshold"
title = "Low"
metric = "paid_sales"
by = ["shop"]
below = 100
"""


def test_a_rule_is_read_and_written_as_it_is() -> None:
    for rule in (*default_rules(), *read_rules(SOUND, "x")):
        assert read_rules(toml_of(rule), "x") == (rule,)


def test_what_ships_depends_on_what_ships_and_each_comes_after_what_explains_it() -> None:
    names = [rule.name for rule in in_order(default_rules())]
    assert sorted(names) == sorted({rule.name for rule in default_rules()})
    for rule in default_rules():
        for name in rule.depends:
            assert names.index(name) < names.index(rule.name)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"paid_sales"', '"paid_sale"', r"no metric named 'paid_sale'. Did you mean 'paid_sales'"),
        ('"shop"', '"shops"', r"no dimension named 'shops'. Did you mean 'shop'"),
        ('"threshold"', '"treshold"', r"kind cannot be 'treshold'. Allowed: threshold, change, "),
        ("below = 100", "belwo = 100", r"no key of a rule named 'belwo'. Did you mean 'below'"),
        ("below = 100", "", r"give exactly one of below and above"),
        ("below = 100", "below = 100\nabove = 200", r"give exactly one of below and above"),
        ("below = 100", "below = 100\nclear = 90", r"clear cannot be 90.0. Allowed: ≥ 100"),
        ("below = 100", "above = 100\nclear = 110", r"clear cannot be 110.0. Allowed: ≤ 100"),
        ("below = 100", "below = 100\ncritical = 110", r"critical cannot be 110.0. Allowed: ≤ 100"),
        ("below = 100", 'below = "gmw"', r"no metric named 'gmw'. Did you mean 'gmv'"),
        ("below = 100", 'below = "gmv"\nclear = 3', r"clear goes with a number as the limit"),
        ("below = 100", "below = 100\nfrom_day = 5", r"from_day is for rules of other kinds"),
        ("below = 100", 'below = 100\ntable = "returns"', r"table is for rules of other kinds"),
        ("below = 100", "below = 100\nfor = 0", r"for cannot be 0. Allowed: input should be great"),
        ("below = 100", 'below = 100\ngroup = ["sku"]', r"group: no dimension named 'sku'"),
        ("below = 100", 'below = 100\ndepends = ["x"]', r"no rule named 'x'"),
        ("below = 100", 'below = 100\ndepends = ["low"]', r"no rule named 'low'"),
        ("below = 100", 'below = 100\nloss = "orders"', r"no metric in money named 'orders'"),
        ('by = ["shop"]', "limits = { a = 3 }", r"limits need by, the dimension of their members"),
        ('metric = "paid_sales"', "", r"metric is missing: a rule of kind threshold needs metric"),
        ('kind = "threshold"', "", r"kind is missing"),
        ('"threshold"', '"change"', r"compare is missing: a rule of kind change needs metric, com"),
        ('"threshold"', '"stock"', r"metric cannot be 'paid_sales'. Allowed: available, on_hand"),
        ('"threshold"', '"freshness"', r"table is missing: a rule of kind freshness needs table"),
        ("[low]", "[Low]", r"name cannot be 'Low'"),
        ("[low]", "", r"kind stands outside of a rule: begin with a line as \[my_rule\]"),
        ("[low]", "[low", r"is not valid TOML"),
    ],
)
def test_what_a_rule_cannot_be_is_refused_in_one_line(old: str, new: str, message: str) -> None:
    text = SOUND.replace(old, new, 1)
    assert text != SOUND
    with pytest.raises(UserError, match=message) as caught:
        read_rules(text, "mine.toml")
    assert str(caught.value).startswith("mine.toml")
    assert "\n" not in str(caught.value)


def test_rules_that_depend_on_each_other_are_refused() -> None:
    text = SOUND + 'depends = ["other"]\n' + SOUND.replace("[low]", "[other]")
    with pytest.raises(UserError, match=r"in a circle: (low → other → low|other → low → other)"):
        in_order(read_rules(text + 'depends = ["low"]\n', "mine.toml"))


def test_a_rule_that_is_put_in_place_replaces_the_one_that_ships() -> None:
    shipped = next(rule for rule in default_rules() if rule.name == "tracking")
    text = toml_of(shipped).replace("below = -0.6", "below = -0.7")
    rules = rules_in_force(
        [AlarmRule(name=shipped.name, text=text), AlarmRule(name="low", text=SOUND)]
    )
    assert [rule.below for rule in rules if rule.name == shipped.name] == [-0.7]
    assert rules[-1].name == "low"
    assert len(rules) == len(default_rules()) + 1
