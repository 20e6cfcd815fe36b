"""The pages of a site: every link works, and the pages show the data of the package."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import html5lib
import pytest

from built_site import Built, broken, built
from club_package import store as clubs
from interopwatch.site.plan import MOST_ROWS, PAGE_ROWS
from packages import Made, package, spec
from report_scenarios import HOSTILE, pair

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Store

ADDRESSED: Final = re.compile(r"https?://")


@pytest.fixture(scope="session")
def club_site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return built(clubs(tmp_path_factory.mktemp("clubs") / "home"))


@pytest.fixture(scope="session")
def plain_site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site of a package without vocabulary, whose keys look odd in addresses."""
    keys = ["a b", "a/b", "A B", "é", "..", "con", "x" * 300, "東京", "a%20b", "#", "?q", "x:y"]
    cities = spec("\n".join(["city,mayor", *(f"{key},m" for key in keys)]) + "\n", "city")
    mayors = spec("mayor,home\nm,a b\n", "mayor", refs={"home": "cities.city"})
    made = package({"cities": cities, "mayors": mayors, "Cities": "id\n1\n"})
    return built(made.store(tmp_path_factory.mktemp("plain")))


@pytest.mark.parametrize("name", ["shipped_site", "club_site", "plain_site"])
def test_every_link_and_anchor_leads_somewhere(name: str, request: pytest.FixtureRequest) -> None:
    assert broken(request.getfixturevalue(name)) == []


@pytest.mark.parametrize("name", ["shipped_site", "club_site", "plain_site"])
def test_pages_are_valid_and_name_every_place_once(
    name: str, request: pytest.FixtureRequest
) -> None:
    site: Built = request.getfixturevalue(name)
    kinds = {path.rpartition("/")[0] or path: path for path in site.files if path.endswith("html")}
    for path in kinds.values():  # one page of each kind
        html5lib.HTMLParser(strict=True).parse(site.files[path].decode())
    for path, page in site.pages.items():
        assert [each for each, n in Counter(page.xpath("//@id")).items() if n > 1] == [], path
        assert len(page.xpath("//h1")) == 1
        assert len(page.xpath("//main")) == 1


def test_no_page_loads_anything_from_elsewhere(shipped_site: Built) -> None:
    for path, page in shipped_site.pages.items():
        loaded = page.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
        loaded += page.xpath("//img/@src | //iframe | //object | //embed")
        assert not [each for each in loaded if ADDRESSED.match(str(each))], path
        assert not page.xpath("//*[@style] | //@*[starts-with(name(), 'on')]"), path


def test_the_same_package_is_the_same_bytes(two_snapshots: Path) -> None:
    from interopwatch import open as opened

    once, again = (built(opened(two_snapshots)).files for _ in range(2))
    assert once == again


def test_the_first_page_says_what_it_is_and_what_changed(shipped_site: Built) -> None:
    page = shipped_site.page("index.html")
    assert page.xpath("string(//h1)") == "NATO partnerships and projects"
    assert "essay on interoperability was read for the first time" in shipped_site.text(
        "index.html", "//article"
    )
    assert len(page.xpath("//section[@id='changes']//li")) == 5
    assert len(page.xpath("//section[@id='tables']//tbody/tr")) == 19
    facts = shipped_site.text("index.html", "//dl")
    assert "28 July 2025" in facts
    assert "Creative Commons Attribution 4.0" in facts


def test_each_pair_of_snapshots_has_a_page_with_its_report(shipped_site: Built) -> None:
    title = shipped_site.page("changes/2024-03-07-to-2025-03-03.html").xpath("string(//h1)")
    assert title == "NATO partnerships and projects: 7 March 2024 → 3 March 2025"


def test_news_leads_the_first_page_and_no_headline_is_cut_in_half(tmp_path: Path) -> None:
    """The editions that were named may end with the working one, which has no news then."""
    first, second, last = "id\n1\n", "id,x\n1,\n2,\n", "id,x\n1,\n2,\n3,\n"
    editions = [package({"a": rows}).memory(rows) for rows in (first, second, last)]
    site = built(package({"a": last}).store(tmp_path), editions)
    assert len([path for path in site.files if path.startswith("changes/")]) == 2
    assert "1 row added." in site.text("index.html", "//article")
    (earlier,) = site.page("index.html").xpath("//section[@id='changes']//li")
    assert "Column x is new, and empty. 1 row added." in earlier.text_content()


def test_a_report_and_what_it_tells_of_lead_to_each_other(shipped_site: Built) -> None:
    report, project = "changes/2024-03-07-to-2025-03-03.html", "projects/northlink.html"
    links = shipped_site.page(report).xpath("//section[@id='more']//a/@href")
    assert f"../{project}" in links
    assert f"../{report}" in shipped_site.page(project).xpath("//section[@id='reports']//a/@href")


def test_a_subject_has_its_history_and_what_concerns_it(shipped_site: Built) -> None:
    history = shipped_site.page("parties/fin.html").xpath("//section[@id='history']//li")
    told = [" ".join(item.text_content().split()) for item in history]
    assert told[0].startswith("about 2014 Finland became an Enhanced Opportunities Partner")
    assert [text.partition(" ")[0] for text in told] == ["about", "2023", "2023"]
    links = shipped_site.page("projects/mus.html").xpath("//main//a/@href")
    assert "../parties/bel.html" in links
    facts = shipped_site.page("projects/mus.html").xpath("//dl//a/@href")
    assert "../areas/high-end-acquisition.html" in facts


def test_a_table_has_its_dictionary_and_its_rows(shipped_site: Built, shipped: Store) -> None:
    page = shipped_site.page("tables/projects.html")
    names = page.xpath("//section[@id='fields']//tbody/tr/th/code/text()")
    assert tuple(names) == shipped.package.resource("projects").header
    assert len(page.xpath("//section[@id='rows']//tbody/tr")) == 29
    assert page.get_element_by_id("projects.mus") is not None


def test_a_long_table_has_pages_and_says_what_it_does_not_show(tmp_path: Path) -> None:
    number = MOST_ROWS + 1
    rows = "".join(f"{i},x\n" for i in range(number))
    site = built(package({"long": f"id,text\n{rows}"}).store(tmp_path))
    pages = [path for path in site.files if path.startswith("tables/long") and "html" in path]
    assert len(pages) == MOST_ROWS // PAGE_ROWS
    assert f"Rows 1 to {PAGE_ROWS} of {number:,}" in site.text("tables/long.html")
    shown = sum(len(site.page(path).xpath("//tr[@id]")) for path in pages)
    assert shown == MOST_ROWS
    assert broken(site) == []


def test_a_long_cell_is_shown_by_its_beginning(tmp_path: Path) -> None:
    made = package({"long": f"id,text\n1,{'word ' * 100_000}\n"})
    site = built(made.store(tmp_path))
    assert "… (500,000 characters)" in site.text("tables/long.html")
    assert len(site.files["tables/long.html"]) < 10_000
    assert len(site.files["search.html"]) < 10_000


@pytest.mark.parametrize("rows", ["id\n", None])
def test_a_package_of_nothing_has_a_site(rows: str | None, tmp_path: Path) -> None:
    site = built(package({"a": rows} if rows else {}).store(tmp_path))
    assert broken(site) == []
    assert "tiny" in site.text("index.html", "//h1")


def test_a_table_that_cannot_be_read_is_told_and_described(tmp_path: Path) -> None:
    made = package({"here": "id\n1\n", "gone": "id,name\n1,x\n"})
    made.write(tmp_path)
    (tmp_path / "tables" / "gone.csv").unlink()
    site = built(made_store(tmp_path))
    assert any("gone" in note for note in site.notes)
    assert "name" in site.text("tables/gone.html", "//section[@id='fields']")
    assert broken(site) == []


def made_store(folder: Path) -> Store:
    from interopwatch import open as opened

    return opened(folder)


@pytest.mark.parametrize("attack", HOSTILE)
def test_cells_are_text_wherever_they_stand(attack: str, tmp_path: Path) -> None:
    hostile = HOSTILE[attack] + "</script></style>\" onerror='x"
    old, new = pair(hostile, hostile)
    made = _written(new, tmp_path)
    site = built(made, [old])
    assert broken(site) == []
    for path, page in site.pages.items():
        assert not page.xpath("//@*[starts-with(name(), 'on')]"), path
        assert {str(each) for each in page.xpath("//script/@src")} <= {
            "assets/site.js",
            "../assets/site.js",
        }, path
        inline = page.xpath("//script[not(@src)]")
        for script in inline:
            assert script.get("type") in ("application/json", "application/ld+json")
            json.loads(script.text)
        assert not page.xpath("//img | //a[starts-with(@href, 'javascript:')]"), path


def _written(edition: object, folder: Path) -> Store:
    from interopwatch import Package
    from interopwatch import open as opened

    assert isinstance(edition, Package)
    assert edition.files is not None
    for name, content in edition.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return opened(folder)


@pytest.mark.parametrize("attack", ["html", "bidi", "ansi", "newline"])
def test_a_descriptor_is_text_too(attack: str, tmp_path: Path) -> None:
    hostile = f"{HOSTILE[attack]}</script></style>\" onerror='x' ../../up"
    table = spec("id,text\n1,x\n", title=hostile, description=hostile)
    made = package({f"../{hostile}": table, "b": "id\n1\n"}).edited(lambda raw: _said(raw, hostile))
    made = made.edited(lambda raw: raw["resources"][0].update(path="tables/a.csv"))
    files = {path: content for path, content in made.files.items() if path.endswith(("n", "b.csv"))}
    Made({**files, "tables/a.csv": b"id,text\n1,x\n"}).write(tmp_path / "home")
    site = built(made_store(tmp_path / "home"), base_url="https://a.example/")
    assert broken(site) == []
    assert all(".." not in path.split("/") for path in site.files)
    for path, page in site.pages.items():
        assert not page.xpath("//@*[starts-with(name(), 'on')] | //img"), path
        links = [str(each) for each in page.xpath("//@href | //@src | //@action")]
        assert not [each for each in links if each.lower().startswith(("javascript:", "//"))], path
        for script in page.xpath("//script[not(@src)]"):
            json.loads(script.text)


def _said(raw: dict[str, Any], hostile: str) -> None:
    link = "javascript:alert(1)"
    raw.update(title=hostile, description=hostile, version=hostile, homepage=link, created=hostile)
    raw.update(keywords=[hostile], contributors=[{"title": hostile, "path": link}])
    raw.update(sources=[{"title": hostile, "path": link}, {"path": "//a.example"}])
    raw.update(licenses=[{"name": hostile, "title": hostile, "path": link}])
    schema = raw["resources"][0]["schema"]
    schema["fields"][1].update(title=hostile, description=hostile, example=hostile)
    schema["fields"][1]["constraints"] = {"enum": [hostile, "x"], "pattern": hostile}


def test_a_package_that_says_nothing_of_its_tables_has_no_empty_columns(tmp_path: Path) -> None:
    site = built(package({"trees": "id,height\n1,9\n"}).store(tmp_path))
    assert not site.page("index.html").xpath("//th[text()='What it holds']")
    assert not site.page("tables/trees.html").xpath("//th[text()='Meaning']")


def test_a_field_is_told_by_its_title_and_its_description(tmp_path: Path) -> None:
    types = {
        "height": {"type": "number", "title": "Crown height"},
        "girth": {"type": "number", "title": "Girth in cm", "description": "At 130 cm."},
    }
    site = built(package({"trees": spec("id,height,girth\n1,9,2\n", types=types)}).store(tmp_path))
    cells = site.page("tables/trees.html").xpath("//section[@id='fields']//tbody//td[1]")
    texts = [" ".join(cell.text_content().split()) for cell in cells]
    assert texts == ["", "Crown height", "Girth in cm. At 130 cm."]


def test_days_and_numbers_are_marked_so_that_they_stay_on_a_line(tmp_path: Path) -> None:
    types = {"planted": "date", "girth": "integer"}
    rows = spec("id,planted,girth\n1,1902-03-01,412\n", types=types)
    site = built(package({"trees": rows}).store(tmp_path))
    cells = site.page("tables/trees.html").xpath("//section[@id='rows']//tbody//td")
    assert [cell.get("class") for cell in cells] == [None, "date", "number"]
