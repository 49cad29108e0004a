"""Telling people: what the outbox holds goes out in one notification, in the reader's language.

Nothing is lost: what an address is owed stays in the outbox until it was handed over there. Nothing
goes out twice, wherever a check or a sender is killed, but for one stretch: from the moment at
which a remote end has taken a notification until the commit that notes it. Only the receiver knows
of that moment, so a sender that is killed in between (or whose connection breaks before it hears of
it) repeats that notification at that address, after its lease: no others, and nowhere else. A
receiver that can tell is told: webhooks (json://, form://, xml://) get the header
`Idempotency-Key`, the same for the same messages, however often they are tried.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from connectors.errors import UserError
from connectors.log import get_logger, masked
from connectors.text import N_, command_line_language, translator
from metrics.alarms.outbox import claim, note
from metrics.alarms.words import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from connectors.settings import Settings
    from connectors.state import AlarmState, Incident, Message
    from metrics.alarms.outbox import Batch
    from metrics.alarms.rules import Rule

    Send = Callable[[str, str, str], None]
    Claimed = Sequence[tuple[Message, Incident]]

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
    """How many messages went out, and will be tried again, each counted at every address."""

    sent: int
    failed: int


class Address(NamedTuple):
    """Where notifications go.

    Attributes:
        name: tells it apart in the state, where no passwords are kept.
        send: sends a notification: title, body, and what tells it apart from others.
    """

    name: str
    send: Send


def addresses(settings: Settings) -> tuple[Address, ...]:
    """The Apprise URLs of the setting `notify`.

    Raises:
        UserError: for a URL that Apprise does not know.
    """
    urls = dict.fromkeys((settings.notify or "").split())
    return tuple(_address(url, number) for number, url in enumerate(urls, 1))


def _address(url: str, number: int) -> Address:
    from apprise import Apprise

    there = Apprise()
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
            raise ConnectionError(f"not delivered to address {number}")

    return Address(sha256(url.encode()).hexdigest()[:16], send)


def send_due(
    state: AlarmState,
    rules: Mapping[str, Rule],
    settings: Settings,
    to: Sequence[Address],
    moment: datetime,
) -> Sent:
    """Sends what is due: all that is new in one notification, and again what was tried together.

    Each message is claimed before it is sent, so that two boards never send the same; what a killed
    sender had claimed is tried again after its lease, what failed after a longer while each time,
    and only where it failed.

    Args:
        state: where the outbox is kept.
        rules: by name.
        settings: language and address of the board.
        to: where notifications go.
        moment: the present, aware.
    """
    there = {address.name: address.send for address in to}
    sent = failed = 0
    for batch in claim(state, tuple(there), moment):
        problem = _problem(batch, rules, settings, there[batch.address])
        note(state, batch, there, moment, problem)
        sent += 0 if problem else len(batch.told)
        failed += len(batch.told) if problem else 0
    return Sent(sent, failed)


def _problem(batch: Batch, rules: Mapping[str, Rule], settings: Settings, send: Send) -> str:
    """Hands a batch over; why it could not be, or nothing."""
    title, body = written(batch.told, rules, settings)
    try:
        send(title, body, batch.key)
    except Exception as error:
        problem = masked(str(error))[:200] or type(error).__name__
        get_logger("alarms").warning("notification failed", problem=problem)
        return problem
    return ""


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
