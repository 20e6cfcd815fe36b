"""The tables compared with the texts from which they were captured, where these are available.

The texts may not be published, so they are outside the repository.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from source_texts import SOURCES

ROOT: Final = Path(__file__).resolve().parents[2]
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
LOCATED: Final = sorted(
    file.stem
    for file in (ROOT / "tables").glob("*.csv")
    if "locator" in file.read_text(encoding="utf-8").splitlines()[0].split(",")
)

pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}"
)

Row = dict[str, str]


@cache
def table(name: str) -> list[Row]:
    with (ROOT / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def lines(source: str) -> list[str]:
    """Return the lines of the text of an edition, without blank ones."""
    published = next(r["published"] for r in table("sources") if r["source"] == source)
    (file,) = SOURCES.glob(f"*_{published}.txt")
    return [" ".join(line.split()) for line in file.read_text(encoding="utf-8").splitlines()]


def section(project: Row, label: str) -> str:
    """Return the text after a label in the section of a project."""
    text = lines(project["source"])
    start = text.index(project["locator"].rpartition(" > ")[2])
    line = next(line for line in text[start:] if line.startswith(f"{label}:"))
    return line.removeprefix(f"{label}:").strip()


def names(text: str) -> set[str]:
    """Return the names in a list of countries."""
    known = {row["name"] for row in table("party_names")}
    found = set()
    for part in text.split(","):
        name = part.strip()
        if name.removeprefix("the ") in known or " and " not in name:
            found.add(name)
        else:
            found.update(name.split(" and ", 1))
    return {name.strip().removeprefix("NATO partner ").removeprefix("the ") for name in found}


def parties(text: str) -> set[str]:
    known = {row["name"]: row["party"] for row in table("party_names")}
    return {known[name] for name in names(text)}


def test_every_source_is_at_hand() -> None:
    for row in table("sources"):
        assert len(lines(row["source"])) > 10


@pytest.mark.parametrize("name", LOCATED)
def test_every_heading_of_a_locator_is_a_line_of_its_source(name: str) -> None:
    for row in table(name):
        text, place = lines(row["source"]), -1
        assert row["locator"]
        for heading in row["locator"].split(" > "):
            assert heading in text[place + 1 :], row
            place = text.index(heading, place + 1)


@pytest.mark.parametrize("project", [row["project"] for row in table("projects")])
def test_participants_are_those_of_the_page(project: str) -> None:
    row = next(row for row in table("projects") if row["project"] == project)
    said = section(row, "Participants")
    said, _, support = said.partition(", supported by ")
    said = re.sub(r" \(NSPA\)\. With .*", "", said)
    rows = [r for r in table("participations") if r["project"] == project]
    takes_part = {r["party"] for r in rows if r["role"] == "participant"}
    assert takes_part == parties(said)
    assert len(takes_part) == len(names(said))
    assert len(rows) - len(takes_part) == bool(support)
    partners = set(re.findall(r"NATO partner ([A-Z]\w+)", said))
    known = {r["name"]: r["party"] for r in table("party_names")}
    assert {r["party"] for r in rows if r["capacity"] == "partner"} == {known[p] for p in partners}


@pytest.mark.parametrize("project", [row["project"] for row in table("projects")])
def test_status_and_launch_are_those_of_the_page(project: str) -> None:
    row = next(row for row in table("projects") if row["project"] == project)
    said = section(row, "Status")
    assert said.partition(".")[0].lower().replace(" ", "-") == row["status"]
    launched = re.search(r"launched in (?:(\w+) (\d{4}))", said)
    if launched is not None:
        month = MONTHS.index(launched[1]) + 1
        assert row["launched"] == f"{launched[2]}-{month:02}"
    elif "launched" in said:
        year = re.search(r"\b(20\d\d)\b", said)
        assert year is not None
        assert row["launched"] == year[1]
    else:
        assert row["launched"] == ""


def test_the_platform_is_the_list_of_the_page() -> None:
    text = lines("pii-2024-03-07")
    said = next(line for line in text if line.startswith("Armenia, "))
    found = {row["party"] for row in table("memberships") if row["format"] == "ip"}
    assert found == parties(said.rstrip("."))
    assert len(names(said.rstrip("."))) == 21


def test_projects_stand_in_the_order_of_the_page() -> None:
    text = lines("mcc-2025-03-03")
    projects = sorted(table("projects"), key=lambda row: int(row["position"]))
    places = [text.index(row["locator"].rpartition(" > ")[2]) for row in projects]
    assert places == sorted(places)
    assert len(set(places)) == 29


def test_readings_carry_the_dates_of_the_essay() -> None:
    text = lines("essay-2025-07-28")
    dates = []
    for line in text[text.index("Related Articles") :]:
        found = re.fullmatch(r"(\w+) (\d\d), (\d{4})", line)
        if found:
            dates.append(f"{found[3]}-{MONTHS.index(found[1]) + 1:02}-{found[2]}")
    readings = sorted(table("readings"), key=lambda row: int(row["position"]))
    assert [row["published"] for row in readings] == dates


@pytest.mark.parametrize("name", LOCATED)
def test_texts_are_our_own_words(name: str) -> None:
    run = 8
    for row in table(name):
        source = " ".join(re.findall(r"\w+", " ".join(lines(row["source"])).lower()))
        for field in ("text", "summary", "detail", "topic"):
            words = re.findall(r"\w+", row.get(field, "").lower())
            for i in range(len(words) - run + 1):
                assert " ".join(words[i : i + run]) not in source, row
