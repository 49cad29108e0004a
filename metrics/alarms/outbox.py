"""What is to be told to which address: claimed before it goes out, noted after it did.

Each message has an outcome of its own at each address, so that where one of two fails, only that
one is tried again. Claiming is one transaction, and noting is one for each notification.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from connectors.state import Sending
from metrics.alarms.check import WHO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from connectors.state import AlarmState, Book, Incident, Message

LEASE = timedelta(minutes=5)
"""How long a sender has; then, killed or not, another one may try."""
LONGEST = timedelta(hours=6)


class Batch(NamedTuple):
    """What goes to one address in one notification."""

    address: str
    told: tuple[tuple[Message, Incident], ...]

    @property
    def key(self) -> str:
        """The same for the same messages."""
        keys = sorted(message.key for message, _ in self.told)
        return sha256("\n".join(keys).encode()).hexdigest()


def claim(state: AlarmState, addresses: Sequence[str], moment: datetime) -> list[Batch]:
    """Takes what is due at each address, so that nobody else does.

    What was tried together has the same time before which it is not tried again: it stays together,
    so that a receiver knows it by its key.
    """
    if not state.has_due(moment):
        return []
    batches: dict[tuple[str, datetime | None], list[tuple[Message, Incident]]] = {}
    with state.checking(WHO) as book:
        known = {(each.message, each.address): each for each in book.sendings()}
        for message in book.due(moment):
            incident = book.incident(message.incident)
            if incident is None:  # of what is gone there is nothing to tell
                book.keep(replace(message, sent_at=moment))
                continue
            all_ = [known.get((message.key, each)) or _new(message, each) for each in addresses]
            taken = [_taken(each, moment) for each in all_]
            for before, after in zip(all_, taken, strict=True):
                if after is not before:
                    tried = before.not_before if before.attempts else None
                    batches.setdefault((after.address, tried), []).append((message, incident))
                    book.keep(after)
            _settle(book, message, taken, moment)
    return [Batch(address, tuple(told)) for (address, _), told in batches.items()]


def note(
    state: AlarmState, batch: Batch, addresses: Collection[str], moment: datetime, problem: str
) -> None:
    """Keeps what became of a batch: handed over, or with the problem why not."""
    with state.checking(WHO) as book:
        known = [each for each in book.sendings() if each.address in addresses]
        for message, _ in batch.told:
            now = book.message(message.key)
            all_ = [each for each in known if each.message == message.key]
            done = [_noted(book, each, batch, moment, problem) for each in all_]
            if now is not None and now.sent_at is None:
                _settle(book, now, done, moment)


def _new(message: Message, address: str) -> Sending:
    return Sending(message=message.key, address=address, not_before=message.not_before)


def _taken(sending: Sending, moment: datetime) -> Sending:
    """Claimed, with the next try put off; itself when it is not due."""
    if sending.sent_at is not None or sending.not_before > moment:
        return sending
    wait = min(LEASE * 2**sending.attempts, LONGEST)
    return replace(sending, attempts=sending.attempts + 1, not_before=moment + wait)


def _noted(book: Book, sending: Sending, batch: Batch, moment: datetime, problem: str) -> Sending:
    if sending.address != batch.address or sending.sent_at is not None:
        return sending
    if problem:
        return book.keep(replace(sending, error=problem))
    return book.keep(replace(sending, sent_at=moment, error=""))


def _settle(book: Book, message: Message, all_: Iterable[Sending], moment: datetime) -> None:
    """A message has gone out when it did to all addresses; till then it is due at the earliest."""
    waiting = [each.not_before for each in all_ if each.sent_at is None]
    if waiting:
        book.keep(replace(message, not_before=min(waiting)))
    else:
        book.keep(replace(message, sent_at=moment))
