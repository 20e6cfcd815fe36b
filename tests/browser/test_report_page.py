"""The page of a report in a real browser, opened from disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from browser.opened import LOOKS, assert_fits, look, opened, violations
from interopwatch import build_report
from interopwatch.report.html import report as render
from interopwatch.report.model import Picture
from packages import package, spec
from report_scenarios import HOSTILE, pair

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from interopwatch import Package, Store

PICTURE: Final = Picture(
    "A picture", "A bar.", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect/></svg>'
)


def _cities() -> tuple[Package, Package]:
    wide = ",".join(f"a_rather_long_column_{number}" for number in range(12))
    cells = ",".join(f"a{'b' * 30}{number}" for number in range(12))
    old = package({"cities": spec(f"city,name,{wide}\na,Avala,{cells}\n", ["city"])})
    new = (
        f"city,name,{wide}\na,Ávala,{cells.replace('bb1', 'bc1')}\nd,Drin,{cells}\ne,Ems,{cells}\n"
    )
    return old.memory("a/rather/long/path/to/the/older/package/of/cities"), package(
        {"cities": spec(new, ["city"])}
    ).memory("2021")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, shipped: Store) -> dict[str, str]:
    """Return pages on disk, by name."""
    folder: Path = tmp_path_factory.mktemp("pages")
    hostile = "".join(HOSTILE.values()) + "</style></script>\" onerror='alert(1)"
    made = {
        "shipped": (shipped.resolve("2024-03-07"), shipped.resolve("2025-03-03")),
        "earlier": (shipped.resolve("2014"), shipped.resolve("2020-06")),
        "cities": _cities(),
        "hostile": pair(hostile, hostile),
    }
    for name, sides in made.items():
        text = render(build_report(*sides), [PICTURE] if name == "cities" else [])
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in made}


@pytest.mark.parametrize("name", ["earlier", "cities", "hostile"])
def test_it_is_accessible(tab: Page, pages: dict[str, str], name: str) -> None:
    with opened(tab, pages[name]) as found:
        if name != "earlier":  # axe takes a second for each thousand visible elements
            found.page.click("#unfold")
        for size, scheme in LOOKS:
            look(found.page, size, scheme)
            assert violations(found.page) == [], f"{size}, {scheme}"


@pytest.mark.parametrize("name", ["shipped", "cities", "hostile"])
def test_it_is_quiet_and_not_wider_than_the_screen(
    tab: Page, pages: dict[str, str], name: str
) -> None:
    with opened(tab, pages[name]) as found:
        found.page.click("#unfold")
        for size, scheme in LOOKS:
            assert_fits(found.page, size, scheme)
        found.assert_quiet(pages[name])


def _shown(page: Page) -> list[str]:
    ids: list[str] = page.eval_on_selector_all(
        ".item", "all => all.filter(each => !each.hidden).map(each => each.id)"
    )
    return ids


def test_the_filters_show_what_fits_them(tab: Page, pages: dict[str, str]) -> None:
    with opened(tab, pages["shipped"]) as found:
        page = found.page
        everything = _shown(page)
        page.fill("#filter-text", "turkiye")  # without accents
        assert 0 < len(_shown(page)) < len(everything)
        assert "Türkiye" in page.inner_text("#filters")
        page.click("button[type=reset]")
        page.wait_for_selector(".item[hidden]", state="detached")
        page.select_option("select[data-filter=subjects]", label="Finland")
        finland = _shown(page)
        assert "projects.lower-level-air-threats" in finland
        assert "projects.dst" not in finland  # Finland takes no part in it
        page.select_option("#filter-kind", label="News")
        assert set(_shown(page)) < set(finland)
        assert not page.is_visible("#also details")
        assert f"{len(_shown(page)):,} of" in page.inner_text("#shown")
        page.fill("#filter-text", "nothing is called this")
        assert _shown(page) == []
        found.assert_quiet(pages["shipped"])


def test_without_scripts_everything_is_there(
    tab_without_scripts: Page, pages: dict[str, str]
) -> None:
    with opened(tab_without_scripts, pages["shipped"]) as found:
        assert not found.page.is_visible("#filters")
        line = found.page.locator('[id="projects.northlink"]')
        assert not line.locator("table").is_visible()
        line.locator("summary").click()
        assert line.locator("table").is_visible()
        found.assert_quiet(pages["shipped"])


def test_an_anchor_unfolds_what_it_names(tab: Page, pages: dict[str, str]) -> None:
    address = f"{pages['shipped']}#participations.mus.BEL.participant"
    with opened(tab, address) as found:
        place = found.page.locator('[id="participations.mus.BEL.participant"]')
        assert place.is_visible()
        found.page.evaluate("location.hash = '#projects.northlink'")
        found.page.wait_for_selector('[id="projects.northlink"] details[open]')
        found.page.evaluate("location.hash = '#%E0%A4%A'")  # not text at all
        found.assert_quiet(pages["shipped"])


def test_everything_unfolds_and_folds_at_once(tab: Page, pages: dict[str, str]) -> None:
    with opened(tab, pages["shipped"]) as found:
        page = found.page
        for is_open in (True, False):
            page.click("#unfold")
            states = page.eval_on_selector_all("main details", "all => all.map(each => each.open)")
            assert set(states) == {is_open}


def test_print_leaves_out_what_paper_cannot_do(tab: Page, pages: dict[str, str]) -> None:
    with opened(tab, pages["shipped"], scheme="dark") as found:
        found.page.emulate_media(media="print", color_scheme="dark")
        assert not found.page.is_visible("#filters")
        assert not found.page.is_visible("nav")
        assert found.page.is_visible("h1")
        colour = "getComputedStyle(document.body).backgroundColor"
        assert found.page.evaluate(colour) == "rgb(255, 255, 255)"
        assert found.page.pdf().startswith(b"%PDF")


def test_cells_do_nothing_in_a_browser(tab: Page, pages: dict[str, str]) -> None:
    with opened(tab, pages["hostile"]) as found:
        found.page.click("#unfold")
        found.page.wait_for_timeout(100)
        assert found.dialogs == []
        found.assert_quiet(pages["hostile"])
