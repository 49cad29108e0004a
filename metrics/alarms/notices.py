"""Telling people: what the outbox holds goes out in one notification, in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from connectors.log import get_logger, masked
from connectors.text import N_, command_line_language, translator
from metrics.alarms.check import WHO
from metrics.alarms.words import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from connectors.settings import Settings
    from connectors.state import AlarmState, Incident, Message
    from metrics.alarms.rules import Rule

    Send = Callable[[str, str], None]

LEASE = timedelta(minutes=5)
"""How long a sender has; then, killed or not, another one may try."""
LONGEST = timedelta(hours=6)
_SHOWN = 20
NEWS = {
    "opened": N_("New"),
    "worse": N_("Worse"),
    "reminder": N_("Still open"),
    "reopened": N_("Back again"),
    "resolved": N_("Over"),
}


class Sent(NamedTuple):
    """What became of the outbox: messages that went out, and those that will be tried again."""

    sent: int
    failed: int


def apprise_sender(settings: Settings) -> Send | None:
    """Sends to the Apprise URLs of the setting `notify`; None without any.

    Raises:
        UserError: for a URL that Apprise does not know.
    """
    if not settings.notify:
        return None
    from apprise import Apprise

    from connectors.errors import UserError

    there = Apprise()
    for number, url in enumerate(settings.notify.split(), 1):
        if not there.add(url):
            raise UserError(
                "The setting notify: its URL number {number} is none that Apprise knows, such as "
                "mailto://…, wecombot://…, dingtalk://…, feishu://…, slack://… or json://….",
                number=number,
            )

    def send(title: str, body: str) -> None:
        if not there.notify(title=title, body=body):
            raise ConnectionError("not delivered to all of the addresses")

    return send


def send_due(
    state: AlarmState,
    rules: Mapping[str, Rule],
    settings: Settings,
    send: Send,
    moment: datetime,
) -> Sent:
    """Sends what is due, all in one notification.

    Each message is claimed before it is sent, so that two boards never send the same; one that a
    killed sender had claimed is tried again after its lease, one that failed after a longer while
    each time.

    Args:
        state: where the outbox is kept.
        rules: by name.
        settings: language and address.
        send: sends a notification.
        moment: the present, aware.
    """
    claimed = _claim(state, moment)
    if not claimed:
        return Sent(0, 0)
    title, body = written(claimed, rules, settings)
    try:
        send(title, body)
    except Exception as error:
        get_logger("alarms").warning("notification failed", problem=masked(str(error)))
        problem = masked(str(error))[:200] or type(error).__name__
        _finish(state, claimed, lambda message: replace(message, error=problem))
        return Sent(0, len(claimed))
    _finish(state, claimed, lambda message: replace(message, sent_at=moment, error=""))
    return Sent(len(claimed), 0)


def written(
    claimed: Sequence[tuple[Message, Incident]], rules: Mapping[str, Rule], settings: Settings
) -> tuple[str, str]:
    """Title and body of a notification."""
    _ = translator(command_line_language(settings))
    lines = [_line(message, incident, rules, settings) for message, incident in claimed[:_SHOWN]]
    if len(claimed) > _SHOWN:
        lines.append(_("… and {count} more").format(count=len(claimed) - _SHOWN))
    if len(claimed) == 1:
        message, incident = claimed[0]
        return f"{_(NEWS[message.news])}: {title_of(incident, rules, _)}", "\n".join(lines)
    return _("{count} alarms").format(count=len(claimed)), "\n".join(lines)


def _line(
    message: Message, incident: Incident, rules: Mapping[str, Rule], settings: Settings
) -> str:
    _ = translator(command_line_language(settings))
    link = f"{settings.address.rstrip('/')}/incident?incident={incident.id}"
    return f"[{_(NEWS[message.news])}] {title_of(incident, rules, _)} · {incident.start}\n{link}"


def _claim(state: AlarmState, moment: datetime) -> list[tuple[Message, Incident]]:
    """Takes the messages that are due, so that nobody else does."""
    if not state.has_due(moment):
        return []
    claimed = []
    with state.checking(WHO) as book:
        for message in book.due(moment):
            wait = min(LEASE * 2**message.attempts, LONGEST)
            incident = book.incident(message.incident)
            taken = replace(message, attempts=message.attempts + 1, not_before=moment + wait)
            kept = book.keep(taken)
            if incident is not None:
                claimed.append((kept, incident))
    return claimed


def _finish(
    state: AlarmState,
    claimed: Sequence[tuple[Message, Incident]],
    change: Callable[[Message], Message],
) -> None:
    with state.checking(WHO) as book:
        for message, _incident in claimed:
            book.keep(change(message))
