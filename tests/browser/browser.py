"""The browser of the browser tests: found, or else installed, and started with one set of flags.

`python -m tests.browser.browser` makes sure that there is one that starts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from connectors.cli import run_command
from connectors.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def launched() -> Iterator[Browser]:
    """A running Chromium, closed afterwards: one on the PATH, else Playwright's own."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def prepare() -> int:
    """Installs a browser unless one starts: Playwright's download, else the system's package."""
    for install in (_nothing, _playwright_download, _system_package):
        if install() and _starts():
            return 0
    raise UserError(
        "No browser for the browser tests: install Chromium or Google Chrome so that one of "
        "{names} is on the PATH, or run: python -m playwright install --with-deps chromium",
        names=", ".join(NAMES),
    )


def _nothing() -> bool:
    return True


def _playwright_download() -> bool:
    print("No browser starts: trying Playwright's download ...", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    if _can_apt():
        command.insert(-1, "--with-deps")
    return _done(command)


def _system_package() -> bool:
    if not _can_apt():
        return False
    print("Playwright's download failed: trying the system's package ...", flush=True)
    packages = ["chromium", "fonts-noto-cjk"]
    return _done(["apt-get", "update"]) and _done(["apt-get", "install", "--yes", *packages])


def _can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _done(command: list[str]) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, env=quiet, check=False, timeout=900).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _starts() -> bool:
    try:
        with launched():
            return True
    except PlaywrightError:
        return False


if __name__ == "__main__":
    sys.exit(run_command(prepare))
