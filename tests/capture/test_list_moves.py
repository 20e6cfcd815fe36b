"""Our wording of list items stays with their items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from editions import home
from initiative_page import FIXTURE
from interopwatch.capture.capture import capture
from interopwatch.capture.merge import TO_BE_WORDED
from interopwatch.capture.page.read import read
from interopwatch.package.rewritten import with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from interopwatch.package.package import Package

ITEMS = "• tea;\n• coffee;\n• cake."


def edition(package: Package, text: str, day: str) -> Package:
    page = text.replace("05 Sep. 2031", day)
    return capture(package, [read(page.encode(), "page.txt")]).package


def texts(package: Package) -> list[str]:
    rows = [row for row in package.rows("provisions") if row["kind"] == "benefit"]
    return [row["text"] for row in sorted(rows, key=lambda row: row["position"])]


@pytest.fixture(scope="module")
def worded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    made = edition(home(root, tmp_path_factory.mktemp("lists")).package, FIXTURE, "05 Sep. 2031")
    words = {"1": "Leaves", "2": "Beans", "3": "Crumbs"}
    rows = [
        {**row, "text": words[row["position"]]} if row["kind"] == "benefit" else row
        for row in made.rows("provisions")
    ]
    return with_rows(made, {"provisions": rows})


def listed(items: Sequence[str]) -> str:
    return "\n".join(f"• {item};" for item in items)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["tea", "coffee", "cake"], ["Leaves", "Beans", "Crumbs"]),
        (["coffee", "tea", "cake"], ["Beans", "Leaves", "Crumbs"]),
        (["milk", "tea", "coffee", "cake"], [TO_BE_WORDED, "Leaves", "Beans", "Crumbs"]),
        (["tea", "milk", "coffee", "cake"], ["Leaves", TO_BE_WORDED, "Beans", "Crumbs"]),
        (["tea", "coffee", "cake", "milk"], ["Leaves", "Beans", "Crumbs", TO_BE_WORDED]),
        (["coffee", "cake"], ["Beans", "Crumbs"]),
        (["tea", "coffee"], ["Leaves", "Beans"]),
        (["coffee", "cake", "milk"], ["Beans", "Crumbs", TO_BE_WORDED]),
        # If an item is only reworded, our wording stays: the account shows it.
        (["green tea", "coffee", "cake"], ["Leaves", "Beans", "Crumbs"]),
    ],
    ids=" ".join,
)
def test_our_words_go_with_their_items(
    worded: Package, items: list[str], expected: list[str]
) -> None:
    text = FIXTURE.replace("• cake.", "• cake;").replace(
        ITEMS.replace("cake.", "cake;"), listed(items)
    )
    before = edition(worded, FIXTURE.replace("• cake.", "• cake;"), "06 Sep. 2031")
    after = edition(before, text, "05 Oct. 2031")
    assert texts(after) == expected
    assert texts(edition(after, text, "05 Oct. 2031")) == expected


def test_sentences_that_come_before_a_list_move_nothing(worded: Package) -> None:
    text = FIXTURE.replace("As part of the PII there", "NATO likes it. As part of the PII there")
    assert text != FIXTURE
    assert texts(edition(worded, text, "05 Oct. 2031")) == ["Leaves", "Beans", "Crumbs"]


def test_a_list_below_another_sentence_is_taken_to_be_as_it_was(worded: Package) -> None:
    text = FIXTURE.replace("there are enhanced opp", "there are many enhanced opp")
    assert text != FIXTURE
    assert texts(edition(worded, text, "05 Oct. 2031")) == ["Leaves", "Beans", "Crumbs"]
