"""A real browser: the system's Chromium, if there is one."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def executable() -> str | None:
    """Return the browser that BROWSER_FOR_TESTS names, or else the first of the usual names."""
    named = os.environ.get("BROWSER_FOR_TESTS")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, removed without a trace."""
    found = executable()
    if found is None:
        reason = f"there is no browser: none of {', '.join(NAMES)} is installed"
        if os.environ.get("GITHUB_ACTIONS") == "true":
            pytest.fail(reason)  # there, a skipped test would never run at all
        pytest.skip(reason)
    api = pytest.importorskip("playwright.sync_api", reason="there is no Playwright to drive it")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Page:
    """A tab for successive pages: opening a new one takes three times as long."""
    return browser.new_page()


@pytest.fixture
def tab_without_scripts(browser: Browser) -> Iterator[Page]:
    """A tab with JavaScript disabled."""
    with browser.new_context(java_script_enabled=False) as context:
        yield context.new_page()
