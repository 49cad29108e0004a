"""What a browser loads first: Streamlit's own start page, which is told where the server is.

It brings the style sheet along, which would come after the first numbers otherwise, and move them.

Left alone it tries every page's address for a server before that of the board, and fails: a tenth
of a second on each link that is followed (streamlit issue 7074, open since 2023). Told, it connects
at once.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.responses import HTMLResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

FIRST = "overview"
"""The page that opens without an address of its own; who gives it one is led there."""
_PAGE = re.compile(r"/[a-z_]*")
"""The first page and those beside it; files have a dot, and what Streamlit serves lies deeper."""
STYLE = Path(__file__).parents[2] / "assets" / "board.css"
_HTML = Path(st.__file__).parent / "static" / "index.html"
_SCRIPT = """<script>
      window.__streamlit = {{ BACKEND_BASE_URL: new URL(".", location).href, HOST_CONFIG: {host} }}
    </script>
    </head>"""


def is_based() -> bool:
    """Whether the board lies under `server.baseUrlPath`: then it has Streamlit's start page."""
    return bool(st.get_option("server.baseUrlPath"))


class StartPage:
    """Middleware that answers for the pages and leaves the rest to Streamlit.

    Under a base path it leaves all: Streamlit redirects to its pages there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._is_based = is_based()
        host = {
            "allowedOrigins": st.get_option("client.allowedOrigins"),
            "useExternalAuthToken": False,
        }
        script = _SCRIPT.format(host=json.dumps(host))
        html = _HTML.read_text("utf-8").replace("</head>", script, 1)
        html = html.replace("</body>", f"<style>{STYLE.read_text('utf-8')}</style></body>", 1)
        self._page = HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as ASGI has it."""
        is_page = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        is_page = is_page and not self._is_based and bool(_PAGE.fullmatch(scope["path"]))
        answer = self._app
        if is_page:
            answer = _led(scope) if scope["path"] == f"/{FIRST}" else self._page
        await answer(scope, receive, send)


def _led(scope: Scope) -> RedirectResponse:
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(f"./?{query}" if query else "./")
