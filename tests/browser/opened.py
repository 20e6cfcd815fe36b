"""A page opened in a browser, with all that it logged and asked for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SIZES: Final = {"wide": (1280, 900), "narrow": (360, 740)}
"""What a screen of a computer and one of a telephone show at least, in CSS pixels."""
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
LOOKS: Final = tuple(product(SIZES, SCHEMES))
TWO_LOOKS: Final = (LOOKS[0], LOOKS[-1])
"""Each size and each scheme once, for what takes long."""


@dataclass
class Opened:
    """A page, and what it did."""

    page: Page
    logged: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def assert_quiet(self, address: str) -> None:
        """The page asked for nothing but itself, and nothing went wrong."""
        assert self.logged == []
        assert set(self.requested) <= {address}


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Opened]:  # noqa: ANN401
    """A page, opened in a context of its own.

    Args:
        browser: The browser.
        address: Where it is.
        options: What ``Browser.new_context`` takes.
    """
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    found = Opened(context.new_page())
    found.page.on("console", lambda message: found.logged.append(message.text))
    found.page.on("pageerror", lambda error: found.logged.append(str(error)))
    found.page.on(
        "request",
        lambda request: (
            found.requested.append(request.url.partition("#")[0])
            if not request.url.startswith("data:")
            else None
        ),
    )
    try:
        found.page.goto(address)
        yield found
    finally:
        context.close()


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
    page.evaluate(axe().read_text("utf-8"))  # a script element would be refused by the policy
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]
    ]
