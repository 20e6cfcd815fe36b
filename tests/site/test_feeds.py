"""Feeds, metadata for search engines, and the sitemap."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest
from lxml import etree

from built_site import Built, built
from club_package import store as clubs
from interopwatch import open as opened
from packages import package
from report_scenarios import HOSTILE, pair

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Store

ATOM: Final = {"a": "http://www.w3.org/2005/Atom"}
BASE: Final = "https://data.example/clubs/"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return clubs(tmp_path_factory.mktemp("clubs") / "home")


@pytest.fixture(scope="module")
def based(store: Store) -> Built:
    return built(store, base_url=BASE)


def feed(site: Built) -> etree._Element:
    return etree.fromstring(site.files["feed.atom"])


def test_each_change_is_an_entry_dated_by_its_edition(based: Built, store: Store) -> None:
    entries = feed(based).findall("a:entry", ATOM)
    latest = store.names()[-1]
    assert [entry.findtext("a:updated", "", ATOM)[:10] for entry in entries] == [latest]
    assert feed(based).findtext("a:updated", "", ATOM)[:10] == latest
    raw = json.loads(based.files["feed.json"])
    assert [item["date_published"][:10] for item in raw["items"]] == [latest]
    assert raw["version"] == "https://jsonfeed.org/version/1.1"


def test_ids_are_tags_of_the_host_and_both_feeds_have_the_same(based: Built) -> None:
    ids = [entry.findtext("a:id", "", ATOM) for entry in feed(based).findall("a:entry", ATOM)]
    assert all(each.startswith("tag:data.example,") for each in ids)
    assert ids == [item["id"] for item in json.loads(based.files["feed.json"])["items"]]


def test_links_lead_to_pages(based: Built) -> None:
    links = [link.get("href", "") for link in feed(based).iter(f"{{{ATOM['a']}}}link")]
    links += [item["url"] for item in json.loads(based.files["feed.json"])["items"]]
    for link in links:
        assert link.startswith(BASE)
        assert link.removeprefix(BASE) in based.files


def test_the_list_of_pages_has_all_that_are_worth_finding(based: Built) -> None:
    listed = [each.text or "" for each in etree.fromstring(based.files["sitemap.xml"]).iter()]
    pages = {path for path in based.files if path.endswith(".html")}
    found = {each.removeprefix(BASE) for each in map(str.strip, listed) if each}
    assert found == pages - {"404.html"}


def test_without_an_address_ids_stay_and_there_is_no_list(store: Store) -> None:
    site = built(store)
    ids = [entry.findtext("a:id", "", ATOM) for entry in feed(site).findall("a:entry", ATOM)]
    assert all(each.startswith("urn:uuid:") for each in ids)
    assert "sitemap.xml" not in site.files
    assert all("url" not in item for item in json.loads(site.files["feed.json"])["items"])


def test_packages_of_one_name_and_other_homes_have_other_ids(tmp_path: Path) -> None:
    ids = set()
    for home in ("https://one.example/", "https://other.example/"):
        made = package({"a": "id\n1\n"}, created="2024-05-01", homepage=home)
        older = package({"a": "id\n2\n"}, created="2023-05-01").memory("2023")
        site = built(made.store(tmp_path / home[8:11]), [older])
        (entry,) = feed(site).findall("a:entry", ATOM)
        ids.add(entry.findtext("a:id", "", ATOM))
        assert entry.findtext("a:updated", "", ATOM)[:10] == "2024-05-01"
    assert len(ids) == 2


def test_what_has_no_date_is_in_no_feed(tmp_path: Path) -> None:
    older = package({"a": "id\n2\n"}).memory("old")
    site = built(package({"a": "id\n1\n"}).store(tmp_path), [older])
    assert "feed.atom" not in site.files
    assert "feed.json" not in site.files
    assert "Atom" not in site.text("index.html")


@pytest.mark.parametrize("attack", HOSTILE)
def test_feeds_are_well_formed_whatever_cells_hold(attack: str, tmp_path: Path) -> None:
    hostile = HOSTILE[attack] + "\x00\ufffe\uffff]]></entry><script>"
    old, new = pair(hostile, hostile)
    assert new.files is not None
    for name, content in new.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    site = built(opened(tmp_path), [old])
    if "feed.atom" in site.files:
        assert feed(site).findall("a:script", ATOM) == []


def test_the_first_page_describes_the_data_for_search_engines(based: Built) -> None:
    (text,) = based.page("index.html").xpath("//script[@type='application/ld+json']/text()")
    found = json.loads(text)
    assert found["@type"] == "Dataset"
    assert found["url"] == BASE
    assert len(found["description"]) >= 50
    for each in found["distribution"]:
        assert each["contentUrl"].removeprefix(BASE) in based.files
