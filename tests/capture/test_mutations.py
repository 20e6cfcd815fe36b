"""Whatever an editor does to a page: no fact is erased, none is wrong, none is lost silently."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from examples import examples
from interopwatch.capture.capture import capture
from interopwatch.capture.page.read import read
from interopwatch.package.package import open_package
from mutations import breaches, kinds
from source_texts import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package

PAGES: Final = examples(7)
"""The number of pages of each kind and work: 17 kinds make more than 200 in all."""
DATES: Final = re.compile(r"07 Mar\. 2024|03 Mar\. 2025|July 28, 2025")
CHECKED: Final = "2031-01-02"
KINDS: Final = tuple(kinds({}))

pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}"
)


@pytest.fixture(scope="module")
def tables(root: Path) -> Package:
    return open_package(root, "tables")


@pytest.fixture(scope="module")
def countries(tables: Package) -> dict[str, str]:
    return {
        row["name"]: row["party"] for row in tables.rows("party_names") if len(row["party"]) == 3
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("work", ["partnership", "multinational", "interoperability"])
def test_no_edit_erases_or_hides_a_fact(
    tables: Package, countries: dict[str, str], work: str, kind: str
) -> None:
    (file,) = SOURCES.glob(f"{work}*.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    random, make = Random(f"{kind} of {work}"), kinds(countries)[kind]
    seen: set[str] = set()
    for _ in range(PAGES):
        edit = make(lines, random)
        if edit is None or edit.text in seen:
            continue
        seen.add(edit.text)
        later = DATES.sub("10 June 2026", edit.text, count=1)
        found = capture(tables, [read(later.encode(), file.name)], checked=CHECKED)
        assert list(breaches(tables, found, edit)) == [], edit.what
