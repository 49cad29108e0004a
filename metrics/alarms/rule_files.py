"""Rules as TOML: those that ship in `assets/alarms.toml`, and those that people put in place."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from connectors.errors import UserError, unknown
from metrics.alarms.kinds import check_rule
from metrics.alarms.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.state import AlarmRule

FILE = Path(__file__).parents[2] / "assets" / "alarms.toml"
_KEYS = {field.alias or name: name for name, field in Rule.model_fields.items() if name != "name"}


def read_rules(text: str, where: str) -> tuple[Rule, ...]:
    """The rules of a TOML text, a table each, in their order.

    Args:
        text: the TOML.
        where: what messages call it.

    Raises:
        UserError: for what a rule cannot be, with the key, the reason and what is allowed.
    """
    rules = tuple(_rule(name, given, where) for name, given in _tables(text, where).items())
    check_together(rules, where)
    return rules


def default_rules() -> tuple[Rule, ...]:
    """The rules that ship."""
    return read_rules(FILE.read_text(encoding="utf-8"), FILE.name)


def rules_in_force(kept: Iterable[AlarmRule]) -> tuple[Rule, ...]:
    """The rules that ship, each replaced by the kept one of its name, and those kept besides.

    Raises:
        UserError: for a kept rule that does not make sense any more.
    """
    rules = {rule.name: rule for rule in default_rules()}
    for each in kept:
        rules[each.name] = read_rules(each.text, each.name)[0]
    check_together(rules.values(), FILE.name)
    return tuple(rules.values())


def check_together(rules: Iterable[Rule], where: str) -> None:
    """Raises a UserError for a rule that depends on one which is not there, or on itself."""
    known = {rule.name: rule for rule in rules}
    for rule in known.values():
        for name in rule.depends:
            others = [each for each in known if each != rule.name]
            if name not in others and not _is_default(name, rule):
                raise unknown("rule", name, others, f"{where} [{rule.name}] depends")


def toml_of(rule: Rule) -> str:
    """The rule as TOML, with what it does not leave as it is by itself."""
    return toml_text(rule.name, given_of(rule))


def given_of(rule: Rule) -> dict[str, Any]:
    """What a rule does not leave as it is by itself, by the keys of its TOML."""
    given = rule.model_dump(by_alias=True, mode="json", exclude_unset=True)
    return {key: value for key, value in given.items() if key != "name"}


def toml_text(name: str, given: Mapping[str, Any]) -> str:
    """A rule as TOML, from its keys; what is None is left out."""
    lines = [f"{key} = {_value(value)}" for key, value in given.items() if value is not None]
    return "\n".join([f"[{name}]", *lines, ""])


def _is_default(name: str, rule: Rule) -> bool:
    return name != rule.name and name in tomllib.loads(FILE.read_text(encoding="utf-8"))


def _tables(text: str, where: str) -> dict[str, dict[str, Any]]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError("{file} is not valid TOML: {error}.", file=where, error=error) from None
    for name, given in found.items():
        if not isinstance(given, dict):
            raise UserError(
                "{where}: {key} stands outside of a rule: begin with a line as [my_rule].",
                where=where,
                key=name,
            )
    if not found:
        raise UserError("{where}: there is no rule: begin with a line as [my_rule].", where=where)
    return found


def _rule(name: str, given: dict[str, Any], file: str) -> Rule:
    where = f"{file} [{name}]"
    for key in given:
        if key not in _KEYS:
            raise unknown("key of a rule", key, _KEYS, where)
    try:
        rule = Rule(name=name, **given)
    except ValidationError as error:
        raise _explained(error, where) from None
    check_rule(rule, where)
    return rule


def _explained(error: ValidationError, where: str) -> UserError:
    first = error.errors()[0]
    key = str(first["loc"][0])
    choices = get_args(Rule.model_fields[_KEYS.get(key, key)].annotation)
    texts = all(isinstance(choice, str) for choice in choices)
    problem = first["msg"][0].lower() + first["msg"][1:]
    if first["type"] == "missing":
        return UserError("{where}: {key} is missing.", where=where, key=key)
    return UserError(
        "{where}: {key} cannot be {value!r}. Allowed: {allowed}.",
        where=where,
        key=key,
        value=first["input"],
        allowed=", ".join(choices) if choices and texts else problem,
    )


def _value(value: Any) -> str:
    """JSON is TOML for texts, numbers, flags and lists; tables need their own marks."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)} = {_value(each)}" for key, each in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return json.dumps(value, ensure_ascii=False)
