"""A reader without a browser: a session over the websocket that a browser would use."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamlit.proto.Alert_pb2 import Alert
    from streamlit.proto.Element_pb2 import Element
    from streamlit.proto.Selectbox_pb2 import Selectbox

PAGES = ("overview", "sales", "users", "inventory", "campaigns", "customers")
LONGEST = 120.0
"""Seconds after which a run that has not ended counts as failed."""
_TITLE = "h1"


class Seen(NamedTuple):
    """A run as the reader saw it.

    Attributes:
        seconds: from the click until the server had sent everything.
        problems: what it showed of errors, and what was missing.
    """

    seconds: float
    problems: tuple[str, ...]


class Reader:
    """One session: it opens pages by their link, and picks options as a browser does."""

    def __init__(self, address: str, locale: str = "en-GB") -> None:
        url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = connect(url, subprotocols=[Subprotocol("streamlit")], max_size=None)
        self._locale = locale
        self._page = self._query = ""
        self._boxes: dict[str, Selectbox] = {}
        self._held: dict[str, str] = {}

    def open(self, page: str, link: dict[str, str]) -> Seen:
        """A page by its link: what is picked there comes from the link."""
        self._page, self._query = page, urlencode(link)
        return self._run({})

    def pick(self, label: str, option: str) -> Seen:
        """Another option of a select box; the others stay as they are."""
        box = next(each for each in self._boxes.values() if each.label == label)
        assert option in box.options, f"{label} does not offer {option}"
        return self._run({box.id: option})

    def close(self) -> None:
        """Leaves, as a closed tab does."""
        self._socket.close()

    def _run(self, picked: dict[str, str]) -> Seen:
        self._held |= picked
        start = perf_counter()
        self._socket.send(self._click(picked).SerializeToString())
        shown = list(self._shown())
        taken = perf_counter() - start
        self._boxes = {
            each.selectbox.id: each.selectbox
            for each in shown
            if each.WhichOneof("type") == "selectbox"
        }
        self._held = {id_: self._value(box) for id_, box in self._boxes.items()}
        return Seen(taken, tuple(_problems(shown)))

    def _click(self, picked: dict[str, str]) -> BackMsg:
        message = BackMsg()
        asked = message.rerun_script
        asked.page_name, asked.query_string = self._page, self._query
        asked.context_info.locale = self._locale
        asked.context_info.timezone = "Asia/Shanghai"
        for box in self._boxes.values() if picked else ():
            held = asked.widget_states.widgets.add()
            held.id, held.string_value = box.id, self._held[box.id]
        return message

    def _value(self, box: Selectbox) -> str:
        """What a browser holds: it is told once, and when the server changes it."""
        known = self._held.get(box.id, box.options[box.default])
        return str(box.raw_value) if box.set_value else known

    def _shown(self) -> Iterator[Element]:
        """The elements of a run until it has ended; the link follows what the server says."""
        while True:
            message = ForwardMsg.FromString(self._socket.recv(LONGEST, decode=False))
            match message.WhichOneof("type"):
                case "delta" if message.delta.WhichOneof("type") == "new_element":
                    yield message.delta.new_element
                case "page_info_changed":
                    self._query = message.page_info_changed.query_string
                case "script_finished":
                    if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                        return


def _problems(shown: list[Element]) -> Iterator[str]:
    """Failures and errors that the page shows; a page without its title has failed too."""
    has_title = False
    for element in shown:
        match element.WhichOneof("type"):
            case "exception":
                yield f"{element.exception.type}: {element.exception.message}"
            case "alert" if _is_error(element.alert):
                yield element.alert.body
            case "heading" if element.heading.tag == _TITLE:
                has_title = True
    if not has_title:
        yield "the page has no title"


def _is_error(alert: Alert) -> bool:
    return alert.format == alert.Format.ERROR
