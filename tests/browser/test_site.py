"""Each kind of page of a site in a real browser, from disk and from a server."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pytest

from browser.opened import LOOKS, assert_fits, look, opened, violations
from interopwatch import open as opened_store
from interopwatch.site.build import build
from interopwatch.site.folder import place
from report_scenarios import HOSTILE, pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from interopwatch import Package, Store

KINDS: Final = {
    "home": "index.html",
    "report": "changes/2024-03-07-to-2025-03-03.html",
    "country": "parties/fin.html",
    "project": "projects/mus.html",
    "projects": "projects/index.html",
    "table": "tables/participations.html",
    "search": "search.html",
    "missing": "404.html",
}
SHORT: Final = {
    **KINDS,
    "report": "changes/2020-06-to-2023.html",
    "table": "tables/participations-2.html",
}
"""One page of each kind that axe, which examines each element, checks in under a second: they have
all elements of the longer ones."""


def write(store: Store, folder: Path, older: list[Package] | None = None) -> Path:
    with TemporaryDirectory() as scratch:
        place(folder, build(store, older, "", Path(scratch), lambda _: None), lambda: None)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, shipped: Store) -> Path:
    """The site of the shipped data, on disk."""
    return write(shipped, tmp_path_factory.mktemp("site") / "out")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in which every cell would do harm if it could."""
    folder = tmp_path_factory.mktemp("hostile")
    old, new = pair(*["".join(HOSTILE.values()) + "</style></script>\" onerror='alert(1)"] * 2)
    assert new.files is not None
    for name, content in new.files.items():
        (folder / "home" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "home" / name).write_bytes(content)
    return write(opened_store(folder / "home"), folder / "out", [old])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Serve a folder until the context ends; yield the URL."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}"
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


@pytest.mark.parametrize("kind", KINDS)
def test_it_asks_nobody_and_is_not_wider_than_the_screen(tab: Page, site: Path, kind: str) -> None:
    with opened(tab, (site / KINDS[kind]).as_uri()) as found:
        for size, scheme in LOOKS:
            assert_fits(found.page, size, scheme)
            weight = "getComputedStyle(document.querySelector('h1')).fontWeight"
            assert found.page.evaluate(weight) == "700", f"{size}, {scheme}"  # from our style
        assert found.logged == []
        assert all(each.startswith(site.as_uri()) for each in found.requested)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_accessible(tab: Page, site: Path, kind: str) -> None:
    with opened(tab, (site / SHORT[kind]).as_uri()) as found:
        for size, scheme in LOOKS:
            look(found.page, size, scheme)
            assert violations(found.page) == [], f"{size}, {scheme}"


def test_it_works_below_a_folder_of_a_server(tab: Page, site: Path) -> None:
    with server(site.parent) as address, opened(tab, f"{address}/out/index.html") as found:
        page = found.page
        page.click(".index >> text=Finland")
        page.wait_for_url("**/out/parties/fin.html")
        page.click("nav[aria-label=Site] >> text=High Visibility Projects")
        page.wait_for_url("**/out/projects/index.html")
        page.fill(".find input", "turkiye")
        page.press(".find input", "Enter")
        page.wait_for_url("**/out/search.html?q=turkiye")
        assert page.is_visible("main >> text=Türkiye")
        assert not page.is_visible("main >> text=Finland")
        assert found.logged == []
        assert all(each.startswith(f"{address}/out/") for each in found.requested)


def test_every_kind_of_page_is_the_same_on_a_server(tab: Page, site: Path) -> None:
    with server(site.parent) as address:
        for path in KINDS.values():
            with opened(tab, f"{address}/out/{path}") as found:
                assert found.logged == [], path
                assert all(each.startswith(f"{address}/out/") for each in found.requested), path
                weight = "getComputedStyle(document.querySelector('h1')).fontWeight"
                assert found.page.evaluate(weight) == "700", path


def test_the_search_finds_pages_and_rows_from_disk(tab: Page, site: Path) -> None:
    with opened(tab, f"{(site / 'search.html').as_uri()}?q=portugal%20host") as found:
        page = found.page
        row = page.locator("#results li >> text=REPMUS")
        assert row.count() >= 1
        page.locator("#results li a").first.click()
        page.wait_for_url("**/tables/*.html#*")
        assert page.evaluate("document.querySelector('tr:target') !== null")
        assert found.logged == []


def test_without_scripts_all_pages_can_be_reached(tab_without_scripts: Page, site: Path) -> None:
    address = (site / "search.html").as_uri()
    with opened(tab_without_scripts, address) as found:
        page = found.page
        assert page.is_visible("main >> text=Finland")
        assert not page.is_visible("#search")
        page.click("main >> text=Participations")
        assert page.is_visible("tr[id='participations.mus.BEL.participant']")
        assert not page.is_visible("#filters")


def test_the_rows_of_a_table_can_be_filtered(tab: Page, site: Path) -> None:
    with opened(tab, (site / KINDS["table"]).as_uri()) as found:
        page = found.page
        page.fill("#filter-text", "mus supporter")
        shown = page.eval_on_selector_all("tr.item", "all => all.filter(e => !e.hidden).length")
        assert 0 <= shown < 20
        page.fill("#filter-text", "mus bel")
        assert page.is_visible("tr[id='participations.mus.BEL.participant']")
        assert not page.is_visible("tr[id='participations.mus.CAN.participant']")
        assert "of 250 shown" in page.inner_text("#shown")


def test_a_report_unfolds_and_filters_in_a_site_too(tab: Page, site: Path) -> None:
    with opened(tab, f"{(site / KINDS['report']).as_uri()}#projects.northlink") as found:
        page = found.page
        page.wait_for_selector('[id="projects.northlink"] details[open]')
        page.fill("#filter-text", "starlift")
        assert not page.is_visible('[id="projects.northlink"]')
        assert found.logged == []


@pytest.mark.parametrize("kind", ["home", "country", "table", "report"])
def test_print_leaves_out_what_paper_cannot_do(tab: Page, site: Path, kind: str) -> None:
    with opened(tab, (site / KINDS[kind]).as_uri(), scheme="dark") as found:
        found.page.emulate_media(media="print", color_scheme="dark")
        assert not found.page.is_visible("nav")
        assert not found.page.is_visible("form")
        assert found.page.is_visible("h1")
        colour = "getComputedStyle(document.body).backgroundColor"
        assert found.page.evaluate(colour) == "rgb(255, 255, 255)"


def test_cells_do_nothing_in_a_browser(tab: Page, hostile: Path) -> None:
    for file in sorted(hostile.rglob("*.html")):
        address = f"{file.as_uri()}?q=a" if file.name == "search.html" else file.as_uri()
        with opened(tab, address, "narrow") as found:
            found.page.wait_for_load_state()
            assert found.logged == [], file
            assert all(each.startswith(hostile.as_uri()) for each in found.requested), file
            assert found.page.evaluate("document.documentElement.scrollWidth") <= 360, file
        assert found.dialogs == []
