"""What was true on a day in a package without dates and provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from interopwatch import Package, as_of
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Sequence


def edition(text: str, date: str = "", key: str = "id") -> Package:
    ours = {"basis": "observed", "date": date, "covers": []} if date else None
    return package({"towns": spec(text, key)}, ours=ours).memory(date)


EDITIONS = [
    edition("id,people\nstays,1\ngoes,1\nreturns,1\n", "2020-01-01"),
    edition("id,people\nstays,2\nreturns,1\n", "2021-01-01"),
    edition("id,people\nstays,3\ncomes,1\n", "2022-01-01"),
    edition("id,people\nstays,4\nreturns,1\ncomes,1\n"),
]


def answers(editions: Sequence[Package], day: str) -> dict[str, str]:
    state = as_of(editions, day)
    return {
        **{row["id"]: f"yes, {row['people']}" for row in state.held["towns"]},
        **{each.row["id"]: f"by {each.day}" for each in state.reported["towns"]},
        **{row["id"]: "unknown" for row in state.unknown["towns"]},
    }


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019", dict.fromkeys(["stays", "goes", "returns", "comes"], "unknown")),
        ("2020-01-01", {"stays": "yes, 1", "goes": "yes, 1", "returns": "yes, 1",
                        "comes": "unknown"}),
        ("2020-06", {"stays": "yes, 1", "goes": "unknown", "returns": "yes, 1",
                     "comes": "unknown"}),
        ("2021-06", {"stays": "yes, 2", "returns": "unknown", "comes": "unknown"}),
        ("2022-01-01", {"stays": "yes, 3", "comes": "yes, 1"}),
        ("2023", {"stays": "by 2022-01-01", "comes": "by 2022-01-01"}),
    ],
)  # fmt: skip
def test_a_row_held_while_editions_list_it(day: str, expected: dict[str, str]) -> None:
    assert answers(EDITIONS, day) == expected


def test_a_row_keeps_its_place_when_its_key_is_renamed() -> None:
    old = edition("id,people\na,1\n", "2020-01-01")
    new = edition("town,people\na,2\n", "2021-01-01", "town")
    state = as_of([old, new], "2020-06")
    assert state.held["towns"] == ({"town": "a", "people": "1"},)


def test_what_only_the_working_edition_says_is_of_no_day() -> None:
    only = edition("id,people\na,1\n")
    assert answers([only], "2020") == {"a": "unknown"}
