"""The facts this project exists for, read from the sources by hand and compared with the tables.

Nothing here uses the library, so that a bug in it cannot hide one in the data.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
OBSERVED: Final = {
    "2024-03-07": {"pii"},
    "2025-03-03": {"pii", "mcc"},
    "2025-07-28": {"pii", "mcc", "essay"},
}

Row = dict[str, str]


def table(name: str, folder: Path = ROOT) -> list[Row]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def snapshot(date: str, name: str) -> list[Row]:
    return table(name, ROOT / "snapshots" / date)


def members(form: str) -> list[Row]:
    return [row for row in table("memberships") if row["format"] == form]


def participants(project: str) -> dict[str, str]:
    """Return the parties that take part in a project, each with its capacity."""
    return {
        row["party"]: row["capacity"]
        for row in table("participations")
        if (row["project"], row["role"]) == (project, "participant")
    }


def milestones(project: str) -> dict[str, tuple[str, str]]:
    """Return the milestones of a project: date, and whether it is expected."""
    return {
        row["milestone"]: (row["date"], row["expected"])
        for row in table("milestones")
        if row["project"] == project
    }


# Enhanced Opportunities Partners and the Interoperability Platform


def test_six_enhanced_opportunities_partners_ever() -> None:
    assert {(r["party"], r["start"], r["end"], r["end_reason"]) for r in members("eop")} == {
        ("AUS", "2014~", "", ""),
        ("FIN", "2014~", "2023", "joined NATO"),
        ("GEO", "2014~", "", ""),
        ("JOR", "2014~", "", ""),
        ("SWE", "2014~", "2024", "joined NATO"),
        ("UKR", "2020-06", "", ""),
    }
    assert len(members("eop")) == 6


def test_four_enhanced_opportunities_partners_are_current() -> None:
    current = {row["party"] for row in members("eop") if not row["end"]}
    assert current == {"AUS", "GEO", "JOR", "UKR"}


def test_twenty_one_partners_in_the_interoperability_platform() -> None:
    expected = {
        "ARM", "AUS", "AUT", "AZE", "BHR", "BIH", "GEO", "IRL", "JPN", "JOR", "KAZ",
        "KOR", "MDA", "MNG", "MAR", "NZL", "SRB", "CHE", "TUN", "UKR", "ARE",
    }  # fmt: skip
    assert len(expected) == 21
    found = members("ip")
    assert {row["party"] for row in found} == expected
    assert len(found) == 21
    assert {(row["start"], row["end"]) for row in found} == {("", "")}


def test_every_current_enhanced_partner_is_in_the_platform() -> None:
    current = {row["party"] for row in members("eop") if not row["end"]}
    assert current <= {row["party"] for row in members("ip")}


def test_finland_and_sweden_joined_by_the_year() -> None:
    joined = {r["party"]: r["joined_alliance"] for r in table("parties") if r["joined_alliance"]}
    assert joined == {"FIN": "2023", "SWE": "2024"}
    roles = {row["party"]: row["alliance_role"] for row in table("parties")}
    assert (roles["FIN"], roles["SWE"]) == ("ally", "ally")
    assert (roles["AUT"], roles["AUS"], roles["UKR"]) == ("partner", "partner", "partner")


def test_the_initiative_and_the_platform_began_at_the_wales_summit() -> None:
    formats = {row["format"]: row for row in table("formats")}
    assert set(formats) == {"pii", "eop", "ip", "hvp"}
    for name in ("pii", "ip"):
        assert (formats[name]["launched"], formats[name]["launch_event"]) == (
            "2014",
            "Wales Summit",
        )
    assert (formats["eop"]["parent"], formats["ip"]["parent"]) == ("pii", "pii")


def test_the_warsaw_meeting_is_still_planned_as_the_page_has_it() -> None:
    found = {row["date"]: row["status"] for row in table("meetings")}
    assert found == {"2014": "held", "2016-07": "planned"}


# High Visibility Projects


def test_projects_and_areas() -> None:
    areas = {row["area"]: row["name"] for row in table("areas")}
    assert set(areas.values()) == {
        "Command and control",
        "Training structures",
        "High-end acquisition",
        "Air and missile defence",
        "Military mobility and counter-mobility",
        "Ammunition",
        "Chemical, biological, radiological and nuclear (CBRN) defence",
        "Space technologies",
    }
    projects = table("projects")
    assert len(projects) == 29
    assert Counter(areas[row["area"]] for row in projects) == {
        "Command and control": 2,
        "Training structures": 3,
        "High-end acquisition": 5,
        "Air and missile defence": 5,
        "Military mobility and counter-mobility": 3,
        "Ammunition": 5,
        "Chemical, biological, radiological and nuclear (CBRN) defence": 3,
        "Space technologies": 3,
    }
    assert sorted(int(row["position"]) for row in projects) == list(range(1, 30))


def test_how_many_projects_have_which_status() -> None:
    by_status: dict[str, set[str]] = {}
    for row in table("projects"):
        by_status.setdefault(row["status"], set()).add(row["project"])
    assert by_status["completed"] == {"m3a"}
    assert by_status["established-and-delivering"] == {
        "c-socc", "nfte", "mrtt-c", "lbdm", "mawi", "apss",
    }  # fmt: skip
    assert by_status["being-established"] == {
        "dst", "rpas", "lower-level-air-threats", "passive-air-surveillance-sensors",
        "test-evaluation-and-certification-of-interchangeability-of-indirect-fire-munitions",
        "northlink", "starlift",
    }  # fmt: skip
    assert len(by_status["established"]) == 15
    assert {"abdm", "msap", "r-socc", "c-ram"} <= by_status["established"]
    assert sum(map(len, by_status.values())) == 29


LAUNCHES: Final = {
    "c-socc": "2017-02", "r-socc": "2019-02", "msap": "", "nfte": "2021", "dst": "2024-10",
    "mrtt-c": "", "m3a": "2017-06", "mus": "2018-10", "ngrc": "2020-10", "rpas": "2024-10",
    "sbamd-c2-layer": "2021-10", "modular-gbad": "2020-10", "c-ram": "2020-10",
    "lower-level-air-threats": "2025-02", "passive-air-surveillance-sensors": "2025-02",
    "gap-crossing": "2023-02", "counter-mobility": "2023-02",
    "military-engineering-vehicles-and-systems": "2023-02",
    "abdm": "2014", "lbdm": "2017-06", "mbdm": "2018-07", "mawi": "2021-07",
    "test-evaluation-and-certification-of-interchangeability-of-indirect-fire-munitions": "2024-10",
    "cbrn-df": "2021-10", "cbrn-pe": "2021-10", "cbrn-d-i": "2021-10",
    "apss": "2023-02", "northlink": "2024-10", "starlift": "2024-10",
}  # fmt: skip


def test_when_projects_were_launched() -> None:
    assert {row["project"]: row["launched"] for row in table("projects")} == LAUNCHES
    recent = {name for name, launched in LAUNCHES.items() if launched > "2024-03-07"}
    assert len(recent) == 7
    for name, launched in LAUNCHES.items():
        expected = (launched, "false") if launched else None
        assert milestones(name).get("launched") == expected


def test_the_largest_projects() -> None:
    assert len(participants("lbdm")) == 24
    mawi = participants("mawi")
    assert mawi.pop("nspa") == "organisation"
    assert len(mawi) == 26
    assert set(mawi.values()) == {"ally"}
    assert set(participants("c-socc")) == {"BEL", "DNK", "NLD"}


def test_partners_that_take_part() -> None:
    found = {
        (row["project"], row["party"])
        for row in table("participations")
        if row["capacity"] == "partner"
    }
    assert found == {("r-socc", "AUT"), ("lbdm", "AUT"), ("mus", "AUS")}


def test_the_cluster_supports_and_germany_does_not_take_part() -> None:
    rows = [row for row in table("participations") if row["project"] == "cbrn-df"]
    assert {(row["party"], row["role"]) for row in rows} == {
        ("BEL", "participant"),
        ("GRC", "participant"),
        ("ITA", "participant"),
        ("ESP", "participant"),
        ("cbrn-cluster", "supporter"),
    }
    assert Counter(row["role"] for row in table("participations"))["supporter"] == 1


def test_hungary_leads_and_nobody_else_is_said_to() -> None:
    assert {r["project"]: r["lead"] for r in table("projects") if r["lead"]} == {"r-socc": "HUN"}


def test_every_project_has_participants() -> None:
    counts = Counter(r["project"] for r in table("participations") if r["role"] == "participant")
    assert set(counts) == set(LAUNCHES)
    assert min(counts.values()) == 3


def test_what_is_expected_is_not_done() -> None:
    assert milestones("ngrc") == {
        "launched": ("2020-10", "false"),
        "commitment": ("2024-10", "false"),
        "solution-selected": ("../2027", "true"),
        "solution-developed": ("2030", "true"),
        "in-service": ("2035/2040", "true"),
    }
    assert milestones("mrtt-c") == {
        "first-delivery": ("2020-06", "false"),
        "initial-operational-capability": ("2023-03", "false"),
        "last-delivery": ("2026", "true"),
    }
    assert milestones("r-socc")["full-operational-capability"] == ("2025", "true")
    expected = {r["project"] for r in table("milestones") if r["expected"] == "true"}
    assert expected == {"ngrc", "mrtt-c", "r-socc"}


def test_milestones_of_single_projects() -> None:
    assert milestones("c-socc")["full-operational-capability"] == ("2020-12", "false")
    assert milestones("r-socc")["initial-operational-capability"] == ("2021-05", "false")
    assert milestones("msap") == {
        "opened": ("2019-12-11", "false"),
        "first-graduation": ("2020-10", "false"),
    }
    assert milestones("m3a")["requirements-delivered"] == ("2018-10", "false")
    assert milestones("mus")["annual-exercise"] == ("2019-09", "false")
    assert milestones("modular-gbad")["concept-stage"] == ("2023-02", "false")
    assert milestones("abdm")["first-delivery"] == ("2018-08", "false")
    assert milestones("lbdm")["first-delivery"] == ("2019-01", "false")


def test_quantities_of_projects() -> None:
    found = {(r["project"], float(r["value"]), r["unit"]) for r in table("quantities")}
    assert ("apss", 16_500_000.0, "EUR") in found
    assert ("nfte", 14.0, "campus") in found
    assert ("mrtt-c", 10.0, "aircraft") in found
    by_project = {row["project"]: row for row in table("quantities")}
    assert by_project["apss"]["party"] == "LUX"
    assert by_project["mrtt-c"]["expected"] == "true"


def test_relations_between_projects() -> None:
    found = {(r["project"], r["relation"], r["other"]) for r in table("relations")}
    assert ("lbdm", "modelled-on", "abdm") in found
    assert ("c-ram", "work-strand-of", "modular-gbad") in found
    together = {(a, b) for a, relation, b in found if relation == "launched-with"}
    trio = {"cbrn-df", "cbrn-pe", "cbrn-d-i"}
    assert together == {(a, b) for a in trio for b in trio if a != b}


def test_numbers_that_the_pages_state() -> None:
    stated = {row["count"]: int(row["stated"]) for row in table("stated_counts")}
    by_number = Counter(stated.values())
    assert by_number[29] == 1
    assert by_number[21] == 3  # the page says it three times
    assert by_number[24] == 1
    assert by_number[26] == 1


# The essay


def test_related_articles_of_the_essay() -> None:
    readings = table("readings")
    assert len(readings) == 20
    dates = [row["published"] for row in readings]
    assert sum(date > "2025-07-28" for date in dates) == 9
    assert dates.count("2025-07-28") == 1
    assert sorted(int(row["position"]) for row in readings) == list(range(1, 21))


def test_statements_are_opinion_of_every_stance() -> None:
    statements = table("statements")
    assert len(statements) >= 25
    assert {row["stance"] for row in statements} == {
        "benefit", "risk", "condition", "recommendation",
    }  # fmt: skip
    assert {row["source"] for row in statements} == {"essay-2025-07-28"}
    assert {row["theme"] for row in statements} == {row["theme"] for row in table("themes")}


# Names, codes and snapshots


def test_countries_go_by_their_codes_and_many_names() -> None:
    names = {row["name"]: row["party"] for row in table("party_names")}
    for name, party in {
        "Türkiye": "TUR", "Turkey": "TUR", "Republic of Korea": "KOR", "South Korea": "KOR",
        "Czechia": "CZE", "Czech Republic": "CZE", "North Macedonia": "MKD", "Moldova": "MDA",
        "Republic of Moldova": "MDA", "Georgia": "GEO", "NSPA": "nspa",
    }.items():  # fmt: skip
        assert names[name] == party
    parties = {row["party"]: row for row in table("parties")}
    assert parties["TUR"]["name"] == "Türkiye"
    assert all(row["iso_alpha2"] for row in parties.values() if row["kind"] == "country")
    assert not any(row["iso_alpha2"] for row in parties.values() if row["kind"] != "country")


@pytest.mark.parametrize(("date", "works"), OBSERVED.items())
def test_observed_snapshots_hold_only_what_was_published_by_then(
    date: str, works: set[str]
) -> None:
    sources = {row["source"]: row for row in snapshot(date, "sources")}
    assert {row["work"] for row in sources.values()} == works
    assert all(row["published"] <= date for row in sources.values())
    meta = json.loads((ROOT / "snapshots" / date / "datapackage.json").read_bytes())["interopwatch"]
    assert (meta["basis"], set(meta["covers"])) == ("observed", works)
    for file in (ROOT / "snapshots" / date / "tables").glob("*.csv"):
        for row in snapshot(date, file.stem):
            if "source" in row:
                assert row["source"] in sources


@pytest.mark.parametrize("date", ["2014", "2020-06", "2023"])
def test_reconstructed_snapshots_say_so(date: str) -> None:
    meta = json.loads((ROOT / "snapshots" / date / "datapackage.json").read_bytes())["interopwatch"]
    assert (meta["basis"], meta["from"]) == ("reconstructed", "2025-07-28")
    assert set(meta["covers"]) == {"pii", "mcc"}


@pytest.mark.parametrize(
    ("date", "partners"),
    [
        ("2014", {"AUS", "FIN", "GEO", "JOR", "SWE"}),
        ("2020-06", {"AUS", "FIN", "GEO", "JOR", "SWE", "UKR"}),
        ("2023", {"AUS", "GEO", "JOR", "SWE", "UKR"}),
    ],
)
def test_enhanced_partners_at_earlier_dates(date: str, partners: set[str]) -> None:
    rows = [row for row in snapshot(date, "memberships") if row["format"] == "eop"]
    assert {row["party"] for row in rows if not row["end"]} == partners
