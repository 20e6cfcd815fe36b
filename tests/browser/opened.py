"""A page opened in a browser, with everything that it logged and requested."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Dialog, Error, Page, Request

SIZES: Final = {"wide": (1280, 900), "narrow": (360, 740)}
"""The minimum screens of a computer and of a phone, in CSS pixels."""
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
LOOKS: Final = tuple(zip(SIZES, SCHEMES, strict=True))
"""Each size and each colour scheme once: no rule of our style depends on both."""


@dataclass
class Opened:
    """A page, and what it did."""

    page: Page
    logged: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def log(self, message: ConsoleMessage) -> None:
        """Record a message to the console."""
        self.logged.append(message.text)

    def fail(self, error: Error) -> None:
        """Record an error."""
        self.logged.append(str(error))

    def request(self, request: Request) -> None:
        """Record a request."""
        if not request.url.startswith("data:"):
            self.requested.append(request.url.partition("#")[0])

    def dismiss(self, dialog: Dialog) -> None:
        """Record a dialog, and close it."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def assert_quiet(self, address: str) -> None:
        """Assert that the page requested nothing but itself, and that nothing went wrong."""
        assert self.logged == []
        assert set(self.requested) <= {address}


@contextmanager
def opened(
    tab: Page, address: str, size: str = "wide", scheme: Literal["light", "dark"] = "light"
) -> Iterator[Opened]:
    """Open a page in a tab that no longer has the previous one: our pages store nothing.

    Args:
        tab: The tab.
        address: The URL of the page.
        size: The screen to open it on.
        scheme: The preferred colour scheme.
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
    """Switch an open page to another screen, as opening it again takes twenty times as long."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)


def assert_fits(page: Page, size: str, scheme: Literal["light", "dark"]) -> None:
    """Assert that a page fits a screen in width, and is as dark as requested."""
    look(page, size, scheme)
    where, width = f"{size}, {scheme}", SIZES[size][0]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, where
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    is_dark = sum(map(int, paper.strip("rgb()").split(","))) < 150
    assert is_dark == (scheme == "dark"), where


def axe() -> Path:
    """Return the path of axe-core's script."""
    import axe_playwright_python

    return Path(axe_playwright_python.__file__).parent / "axe.min.js"


def violations(page: Page) -> list[str]:
    """Return the problems that axe-core finds on a page, by all of its rules."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe().read_text("utf-8"))  # the policy would refuse a script element
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]
    ]
