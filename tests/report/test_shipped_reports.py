"""Reports on the shipped snapshots, for every pair and every question."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

import pytest

from interopwatch import Sense, as_of, build_report, diff, history, tell

if TYPE_CHECKING:
    from interopwatch import Package, Store

DAYS: Final = {
    "2014": "2014-12-31",
    "2020-06": "2020-06-30",
    "2023": "2023-12-31",
    "2024-03-07": "2024-03-07",
    "2025-03-03": "2025-03-03",
    "2025-07-28": "2025-07-28",
}
"""The last day of each shipped snapshot."""
PAIRS: Final = tuple(combinations(DAYS, 2))
HAPPENED: Final = {
    # What happened, with the first and the last possible day; Sweden left in 2024, and the page of
    # 7 March reports it.
    ("UKR", Sense.BEGAN): ("2020-06-01", "2020-06-30"),
    ("FIN", Sense.ENDED): ("2023-01-01", "2023-12-31"),
    ("SWE", Sense.ENDED): ("2024-01-01", "2024-03-07"),
}


def pair(shipped: Store, old: str, new: str) -> tuple[Package, Package]:
    return shipped.resolve(old), shipped.resolve(new)


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=map("-".join, PAIRS))
def test_who_came_and_left_in_between_is_news(shipped: Store, old: str, new: str) -> None:
    one, other = pair(shipped, old, new)
    reported = tell(diff(one, other, ["memberships"]), one, other)
    news = {(t.change.key["party"], t.sense) for t in reported if t.change.key["format"] == "eop"}
    expected = {
        what for what, (first, last) in HAPPENED.items() if first > DAYS[old] and last <= DAYS[new]
    }
    assert {what for what in news if what[1] in (Sense.BEGAN, Sense.ENDED)} == expected
    headline = " ".join(build_report(one, other).headline)
    for party, name in {"UKR": "Ukraine", "FIN": "Finland", "SWE": "Sweden"}.items():
        assert (name in headline) == any(party == who for who, _ in expected)


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=map("-".join, PAIRS))
def test_the_same_projects_are_new_whatever_is_compared(shipped: Store, old: str, new: str) -> None:
    one, other = pair(shipped, old, new)
    reported = tell(diff(one, other, ["projects"]), one, other)
    began = {t.change.key["project"] for t in reported if t.sense is Sense.BEGAN}
    launched = {row["project"]: row["launched"] for row in other.rows("projects")}
    # Launches are known to the month or the year; none is in the month of a snapshot.
    assert began == {project for project, month in launched.items() if month and month > DAYS[old]}


@pytest.mark.parametrize("new", ["2024-03-07", "2025-03-03", "2025-07-28"])
def test_nothing_that_had_ended_is_reported_as_if_it_held(shipped: Store, new: str) -> None:
    one, other = pair(shipped, "2023", new)
    lines = [
        line.sentence
        for section in build_report(one, other).sections
        if section.title.startswith("Recorded for the first time")
        for group in section.groups
        for line in group.lines
    ]
    assert not [line for line in lines if line.startswith("Finland was an Enhanced")]


@pytest.mark.parametrize(
    ("date", "partners"),
    [
        ("2014-12-31", "Australia, Finland, Georgia, Jordan, Sweden"),
        ("2020-05", "Australia, Finland, Georgia, Jordan, Sweden"),
        ("2021-06", "Australia, Finland, Georgia, Jordan, Sweden, Ukraine"),
        ("2022", "Australia, Finland, Georgia, Jordan, Sweden, Ukraine"),
        ("2023", "Australia, Georgia, Jordan, Sweden, Ukraine"),
        ("2024-03-07", "Australia, Georgia, Jordan, Ukraine"),
        ("2025", "Australia, Georgia, Jordan, Ukraine"),
    ],
)
def test_who_was_an_enhanced_opportunities_partner(
    shipped: Store, date: str, partners: str
) -> None:
    state = as_of(shipped.editions(), date)
    names = {row["party"]: row["name"] for row in state.held["parties"]}
    # The page is of March 2024: for later days, it says who was one at the last report.
    late = [each.row for each in state.reported["memberships"]]
    assert bool(late) == (date == "2025")
    rows = [*state.held["memberships"], *late]
    held = [names[row["party"]] for row in rows if row["format"] == "eop"]
    assert ", ".join(sorted(held)) == partners


@pytest.mark.parametrize(
    ("date", "unknown"),
    [("2014-06", {"AUS", "FIN", "GEO", "JOR", "SWE"}), ("2020-06-15", {"UKR"}),
     ("2023-06", {"FIN"}), ("2024-02", {"SWE"}), ("2021-06", set())],
)  # fmt: skip
def test_where_the_sources_do_not_tell_the_answer_is_that(
    shipped: Store, date: str, unknown: set[str]
) -> None:
    state = as_of(shipped.editions(), date)
    rows = [row for row in state.unknown["memberships"] if row["format"] == "eop"]
    assert {row["party"] for row in rows} == unknown


def test_the_platform_is_not_known_before_its_page(shipped: Store) -> None:
    def partners(date: str) -> tuple[int, int]:
        state = as_of(shipped.editions(), date)
        sides = (state.held["memberships"], state.unknown["memberships"])
        held, unknown = (sum(row["format"] == "ip" for row in rows) for rows in sides)
        return held, unknown

    assert partners("2013") == (0, 0)
    assert partners("2021") == (0, 21)
    assert partners("2024-03-06") == (0, 21)
    assert partners("2024-03-07") == (21, 0)


def test_a_project_without_a_launch_is_attested_by_its_first_milestone(shipped: Store) -> None:
    def projects(date: str) -> set[str]:
        return {row["project"] for row in as_of(shipped.editions(), date).held["projects"]}

    assert "msap" not in projects("2019-12-10")
    assert "msap" in projects("2019-12-11")
    assert "mrtt-c" not in projects("2020-05")
    assert "mrtt-c" in projects("2020-06")
    assert len(projects("2025-03-03")) == 29


def test_the_history_of_finland(shipped: Store) -> None:
    reported = history(shipped.editions(), "Finland")
    dated = [(entry.date, entry.sentence) for entry in reported.entries if entry.date]
    assert dated[0] == ("2014~", "Finland became an Enhanced Opportunities Partner")
    assert {date for date, _ in dated} == {"2014~", "2023"}
    assert any("ceased" in sentence and "joined NATO" in sentence for _, sentence in dated)
    # Finland takes part in 13 projects of the page.
    assert sum("takes part in" in entry.sentence for entry in reported.entries) == 13


@pytest.mark.parametrize("name", ["TUR", "Türkiye", "Turkey", "TR", "türkiye", "TÜRKIYE"])
def test_a_country_goes_by_all_its_names(shipped: Store, name: str) -> None:
    assert history(shipped.editions(), name).subject == "Türkiye"
