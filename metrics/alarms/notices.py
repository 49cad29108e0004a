"""Telling people: what the outbox holds goes out in one notification, in the reader's language.

Nothing is lost: a message leaves the outbox only after it was handed over. Whether it was, only the
receiver knows for certain, so a sender that is killed between handing it over and noting that
repeats it once, after its lease: at least once, and twice only then. A receiver that can tell is
told: webhooks (json://, form://, xml://) get the header `Idempotency-Key`, the same for the same
messages, however often they are tried.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
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

    Send = Callable[[str, str, str], None]
    Claimed = Sequence[tuple[Message, Incident]]

LEASE = timedelta(minutes=5)
"""How long a sender has; then, killed or not, another one may try."""
LONGEST = timedelta(hours=6)
IDEMPOTENCY = "Idempotency-Key"
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

    def send(title: str, body: str, key: str) -> None:
        for plugin in there:
            headers = getattr(plugin, "headers", None)
            if isinstance(headers, dict):
                headers[IDEMPOTENCY] = key
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
    """Sends what is due: all that is new in one notification, and again what was tried together.

    Each message is claimed before it is sent, so that two boards never send the same; what a killed
    sender had claimed is tried again after its lease, what failed after a longer while each time.

    Args:
        state: where the outbox is kept.
        rules: by name.
        settings: language and address.
        send: sends a notification: title, body, and what tells it apart from others.
        moment: the present, aware.
    """
    sent = [_send(state, batch, rules, settings, send, moment) for batch in _claim(state, moment)]
    return Sent(sum(each.sent for each in sent), sum(each.failed for each in sent))


def _send(
    state: AlarmState,
    claimed: Claimed,
    rules: Mapping[str, Rule],
    settings: Settings,
    send: Send,
    moment: datetime,
) -> Sent:
    title, body = written(claimed, rules, settings)
    try:
        send(title, body, _key(claimed))
    except Exception as error:
        get_logger("alarms").warning("notification failed", problem=masked(str(error)))
        problem = masked(str(error))[:200] or type(error).__name__
        _finish(state, claimed, lambda message: replace(message, error=problem))
        return Sent(0, len(claimed))
    _finish(state, claimed, lambda message: replace(message, sent_at=moment, error=""))
    return Sent(len(claimed), 0)


def _key(claimed: Claimed) -> str:
    """The same for the same messages."""
    return sha256("\n".join(sorted(message.key for message, _ in claimed)).encode()).hexdigest()


def written(claimed: Claimed, rules: Mapping[str, Rule], settings: Settings) -> tuple[str, str]:
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


def _claim(state: AlarmState, moment: datetime) -> list[Claimed]:
    """Takes the messages that are due, so that nobody else does.

    What was tried together has the same time before which it is not tried again: it stays together,
    so that a receiver knows it by its key.
    """
    if not state.has_due(moment):
        return []
    batches: dict[datetime | None, list[tuple[Message, Incident]]] = {}
    with state.checking(WHO) as book:
        for message in book.due(moment):
            wait = min(LEASE * 2**message.attempts, LONGEST)
            incident = book.incident(message.incident)
            taken = replace(message, attempts=message.attempts + 1, not_before=moment + wait)
            kept = book.keep(taken)
            if incident is not None:
                tried = message.not_before if message.attempts else None
                batches.setdefault(tried, []).append((kept, incident))
    return list(batches.values())


def _finish(
    state: AlarmState,
    claimed: Claimed,
    change: Callable[[Message], Message],
) -> None:
    with state.checking(WHO) as book:
        for message, _incident in claimed:
            book.keep(change(message))
