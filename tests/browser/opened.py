"""A page opened in a browser, with all that it logged and asked for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Dialog, Error, Page, Request

SIZES: Final = {"wide": (1280, 900), "narrow": (360, 740)}
"""What a screen of a computer and one of a telephone show at least, in CSS pixels."""
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
LOOKS: Final = tuple(zip(SIZES, SCHEMES, strict=True))
"""Each size and each scheme once: no rule of our style depends on both."""


@dataclass
class Opened:
    """A page, and what it did."""

    page: Page
    logged: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def log(self, message: ConsoleMessage) -> None:
        """Note what it writes to the console."""
        self.logged.append(message.text)

    def fail(self, error: Error) -> None:
        """Note what goes wrong in it."""
        self.logged.append(str(error))

    def request(self, request: Request) -> None:
        """Note what it asks for."""
        if not request.url.startswith("data:"):
            self.requested.append(request.url.partition("#")[0])

    def dismiss(self, dialog: Dialog) -> None:
        """Note a dialog that it opens, and close it."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def assert_quiet(self, address: str) -> None:
        """The page asked for nothing but itself, and nothing went wrong."""
        assert self.logged == []
        assert set(self.requested) <= {address}


@contextmanager
def opened(
    tab: Page, address: str, size: str = "wide", scheme: Literal["light", "dark"] = "light"
) -> Iterator[Opened]:
    """A page, opened in a tab from which the page before it is gone: our pages keep nothing.

    Args:
        tab: The tab.
        address: Where the page is.
        size: Which screen it is opened on.
        scheme: Which colours are asked for.
    """
    tab.goto("about:blank")
    tab.emulate_media(media="screen")
    look(tab, size, scheme)
    found = Opened(tab)
    tab.on("console", found.log)
    tab.on("pageerror", found.fail)
    tab.on("request", found.request)
    tab.on("dialog", found.dismiss)
    try:
        tab.goto(address)
        yield found
    finally:
        tab.remove_listener("console", found.log)
        tab.remove_listener("pageerror", found.fail)
        tab.remove_listener("request", found.request)
        tab.remove_listener("dialog", found.dismiss)


def look(page: Page, size: str, scheme: Literal["light", "dark"]) -> None:
    """Look at a page that is open on another screen: opening it anew takes twenty times as long."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)


def assert_fits(page: Page, size: str, scheme: Literal["light", "dark"]) -> None:
    """Look at a page on a screen: it is not wider than that, and as dark as it is asked to be."""
    look(page, size, scheme)
    where, width = f"{size}, {scheme}", SIZES[size][0]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, where
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    is_dark = sum(map(int, paper.strip("rgb()").split(","))) < 150
    assert is_dark == (scheme == "dark"), where


def axe() -> Path:
    """The script of axe-core."""
    import axe_playwright_python

    return Path(axe_playwright_python.__file__).parent / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page, every one of its rules tried."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe().read_text("utf-8"))  # a script element would be refused by the policy
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]
    ]
