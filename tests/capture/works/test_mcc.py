"""The capability page: facts from a page of that form, in every layout that it has had."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Block, Document, Kind
from interopwatch.capture.page.read import read
from known import KEYS, known, table
from pages import caption, h, li, p, page
from projects_page import (
    AREAS,
    SECTIONS,
    SOURCE,
    TITLE,
    bare,
    codes,
    errors,
    extract,
    one,
    parts,
    rows,
    take,
)
from source_texts import SOURCES

if TYPE_CHECKING:
    from pages import Part

EDITION = {("sources", (SOURCE,))}
"""The row of the edition, which the page's title states and no extraction rule."""
LAYOUTS = ("2025", "2024", "2022", "new", "wrapped", "old", "new-site")
KITES, THINGS = AREAS
KON, YARD, LOUD, BOX = SECTIONS


# Everything, in every layout


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_changes_nothing(layout: str) -> None:
    said = take(parts(), layout=layout)
    assert said.rows == take(parts()).rows
    assert not said.findings


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_a_contents_list_all_is_found_by_layout(layout: str) -> None:
    said = take(parts(contents={}), layout=layout)
    assert said.rows == take(parts()).rows
    assert not said.findings


def test_projects_and_areas() -> None:
    said = take(parts())
    assert rows(said, "areas", "area", "name", "position", "locator", "source") == [
        ("kites-and-balloons", KITES, "1", KITES, "mcc-2031-05-06"),
        ("blc-things", THINGS, "2", THINGS, "mcc-2031-05-06"),
    ]
    wanted = ("project", "acronym", "name", "area", "position", "status", "launched", "lead")
    assert rows(said, "projects", *wanted) == [
        ("kon", "KON", "Kite Operations Network", "kites-and-balloons", "1", "established",
         "2028-03", "NOR"),
        ("modular-by", "Modular BY", "Balloon Yard", "kites-and-balloons", "2",
         "established-and-delivering", "2027", ""),
        ("loud-things", "", "Loud Things", "blc-things", "3", "being-established", "2030-10", ""),
        ("c-b", "C&B", "Colour Box", "blc-things", "4", "completed", "2030-10", ""),
    ]  # fmt: skip
    assert rows(said, "projects", "locator")[3] == (f"{THINGS} > {BOX}",)


def test_participants_and_supporters() -> None:
    assert rows(take(parts()), "participations", "project", "party", "role", "capacity") == [
        ("kon", "DNK", "participant", "ally"),
        ("kon", "NOR", "participant", "ally"),
        ("kon", "NLD", "participant", "ally"),
        ("kon", "AUT", "participant", "partner"),
        ("modular-by", "BEL", "participant", "ally"),
        ("modular-by", "ITA", "participant", "ally"),
        ("modular-by", "TUR", "participant", "ally"),
        ("modular-by", "nspa", "participant", "organisation"),
        ("modular-by", "GBR", "participant", "ally"),
        ("loud-things", "ESP", "participant", "ally"),
        ("loud-things", "POL", "participant", "ally"),
        ("loud-things", "cbrn-cluster", "supporter", "organisation"),
        ("c-b", "GRC", "participant", "ally"),
        ("c-b", "ESP", "participant", "ally"),
    ]


def test_milestones() -> None:
    wanted = ("project", "milestone", "occurrence", "date", "expected")
    assert rows(take(parts()), "milestones", *wanted) == [
        ("kon", "launched", "1", "2028-03", "false"),
        ("kon", "initial-operational-capability", "1", "2029-05", "false"),
        ("kon", "full-operational-capability", "1", "2032", "true"),
        ("modular-by", "launched", "1", "2027", "false"),
        ("modular-by", "first-delivery", "1", "2028-06", "false"),
        ("modular-by", "last-delivery", "1", "2034", "true"),
        ("loud-things", "launched", "1", "2030-10", "false"),
        ("c-b", "launched", "1", "2030-10", "false"),
        ("c-b", "commitment", "1", "2031-05", "false"),
        ("c-b", "solution-selected", "1", "../2033", "true"),
        ("c-b", "solution-developed", "1", "2035/2040", "true"),
    ]


def test_quantities_relations_and_counts() -> None:
    said = take(parts())
    assert rows(said, "quantities", "project", "measure", "value", "unit", "expected") == [
        ("modular-by", "altitude-ceiling-metres", "120", "metre", "false"),
        ("modular-by", "altitude-ceiling-feet", "394", "foot", "false"),
        ("modular-by", "launching-allies", "3", "ally", "false"),
        ("modular-by", "fleet-aircraft", "12", "aircraft", "true"),
        ("c-b", "committed-allies", "2", "ally", "false"),
    ]
    assert rows(said, "relations", "project", "relation", "other") == [
        ("c-b", "similar-to", "loud-things"),
        ("loud-things", "launched-with", "c-b"),
    ]
    assert rows(said, "stated_counts", "count", "resource", "filter", "stated") == [
        ("hvp-projects", "projects", "", "4"),
        ("modular-by-countries", "participations",
         "project=modular-by&role=participant&capacity!=organisation", "4"),
        ("blc-projects", "projects", "area=blc-things", "2"),
        ("loud-things-other-initiatives", "relations",
         "project=loud-things&relation=launched-with", "1"),
    ]  # fmt: skip


def test_parties_stand_where_they_are_named_first() -> None:
    said = take(parts())
    found = {row["party"]: row for row in said.rows["parties"]}
    assert found["ESP"]["locator"] == f"{THINGS} > {LOUD}"
    assert found["NLD"]["name"] == "Netherlands"
    assert found["AUT"]["alliance_role"] == "partner"
    assert (found["eu"]["locator"], found["eu"]["kind"]) == (
        "Multinational capability cooperation", "organisation",
    )  # fmt: skip
    # Parties that are only mentioned take no part: the US, Sweden; nor does the cluster's leader.
    assert not {"USA", "SWE", "DEU"} & set(found)


def test_the_format_is_the_section() -> None:
    (row,) = take(parts()).rows["formats"]
    assert (row["format"], row["acronym"], row["locator"]) == (
        "hvp", "HVP", "High Visibility Projects",
    )  # fmt: skip


def test_every_row_is_of_a_passage_and_has_its_key_once() -> None:
    said = take(parts())
    given = {(fact.resource, fact.key) for each in said.passages for fact in each.facts}
    for resource, found in said.rows.items():
        keys = [tuple(row[name] for name in KEYS[resource]) for row in found]
        assert len(set(keys)) == len(keys)
        assert {(resource, key) for key in keys} <= given
    booked = {(r, tuple(x[k] for k in KEYS[r])) for r, found in said.rows.items() for x in found}
    assert given <= booked | EDITION


def test_every_block_is_a_passage_or_several() -> None:
    for layout in LAYOUTS:
        said = take(parts(), layout=layout)
        text = " ".join(" ".join(passage.text for passage in said.passages).split())
        for part in parts():
            for word in part.text.split():
                assert word in text
    lines = [passage.line for passage in take(parts()).passages]
    assert lines == sorted(lines)


def test_what_is_settled_and_what_is_not() -> None:
    settled = {passage.text: passage.settled for passage in take(parts()).passages}
    assert settled[KITES]
    assert settled[KON]
    assert settled["Participants: Greece and Spain"]
    assert settled["Status: Completed."]
    assert settled["The project was launched in October 2030."]
    assert not settled["With 4 participating countries, it is the widest of all."]
    assert not settled["Purpose: Similar to the above project for noise, this one pools paint."]
    assert not settled["Allies and the European Union do things together."]


# Lists


@pytest.mark.parametrize(
    "label",
    [
        "Participants:", "Participating countries:", "Participating nations:", "Participants –",
        "Participating Allies:", "Participants (2):", "Current participants:",
        "Participating Allies and partners:", "Nations:", "Member countries:",
    ],
)  # fmt: skip
def test_labels_of_the_list(label: str) -> None:
    content = [replace(part, text=part.text.replace("Participants:", label)) for part in one()]
    said = take(content)
    assert rows(said, "participations", "party") == [("NOR",), ("POL",)]
    assert not errors(said)


@pytest.mark.parametrize("layout", ["2025", "old", "new-site", "2022"])
def test_a_list_may_stand_in_items_below_its_label(layout: str) -> None:
    content = one(who="")
    at = next(i for i, part in enumerate(content) if part.text.startswith("Status:"))
    items = [li("Norway"), li("Poland"), li("NATO partner Austria")]
    said = take([*content[:at], p("Participants:"), *items, *content[at:]], layout=layout)
    assert rows(said, "participations", "party", "capacity") == [
        ("NOR", "ally"), ("POL", "ally"), ("AUT", "partner"),
    ]  # fmt: skip
    assert not errors(said)


def test_labels_may_run_together_in_one_paragraph() -> None:
    text = "Purpose: It is good. Participants: Norway and Poland Status: Established."
    content = [part for part in one() if not part.text.startswith(("Participants", "Status"))]
    content = [replace(x, text=text) if x.text.startswith("Purpose:") else x for x in content]
    said = take(content)
    assert rows(said, "participations", "party") == [("NOR",), ("POL",)]
    assert rows(said, "projects", "status") == [("established",)]


LABELS = ("Purpose", "Participants", "Status")


@pytest.mark.parametrize("form", ["row", "row-with-colon", "tight", "alone", "alone-with-colon"])
def test_a_label_may_be_set_apart_in_any_way(form: str) -> None:
    marks = {"row": " | ", "row-with-colon": ": | ", "tight": ":"}
    content: list[Part] = []
    for part in one(who="Norway and Poland", status="Established. KON was launched in May 2031."):
        label, colon, text = part.text.partition(": ")
        if not colon or label not in LABELS:
            content.append(part)
        elif form in marks:
            content.append(replace(part, text=f"{label}{marks[form]}{text}"))
        else:
            content += [p(label + ":" * form.endswith("colon")), replace(part, text=text)]
    said = take(content)
    plain = take(one(who="Norway and Poland", status="Established. KON was launched in May 2031."))
    assert said.rows == plain.rows
    assert not said.findings
    # Known wording does not depend on the place of the label.
    assert [x.text for x in said.passages if not x.settled] == [
        x.text for x in plain.passages if not x.settled
    ]


@pytest.mark.parametrize(
    "stamp", ["Last updated 6 May 2031", "6 May 2031", "Updated on May 6, 2031"]
)
def test_a_line_with_the_date_of_the_page_is_no_text_of_it(stamp: str) -> None:
    said = take(f"Multinational capability cooperation\n\n{stamp}\n\nA kite.")
    assert [x.settled for x in said.passages if x.text == stamp] == [True]


def test_numbers_typed_in_front_of_names_are_no_part_of_them() -> None:
    names = {KITES, THINGS, *SECTIONS}
    content = [
        replace(x, text=f"{n}. {x.text}", kind="p" if x.kind == "li" else x.kind)
        if x.kind in {"li", "h"} and x.text in SECTIONS else x
        for n, x in enumerate(parts(), 1)
    ]  # fmt: skip
    assert sum(x.text.partition(". ")[2] in names for x in content) == 2 * len(SECTIONS)
    assert take(content, layout="old").rows == take(parts(), layout="old").rows


def test_an_unknown_party_is_an_error_and_the_rest_is_kept() -> None:
    said = take(one(who="Norway, Atlantis and Poland"))
    assert rows(said, "participations", "party") == [("NOR",), ("POL",)]
    (finding,) = said.findings
    assert (finding.code, finding.level) == ("unknown-party", "error")
    assert "“Atlantis”" in finding.message
    assert "party_names.csv" in finding.hint
    assert finding.line > 1
    assert not next(x for x in said.passages if "Atlantis" in x.text).settled


def test_an_observer_is_no_participant() -> None:
    said = take(one(who="Norway, Austria (observer) and Poland"))
    assert rows(said, "participations", "party", "role") == [
        ("NOR", "participant"),
        ("AUT", "observer"),
        ("POL", "participant"),
    ]
    assert not errors(said)


def test_a_footnote_is_a_warning() -> None:
    said = take(one(who="Norway* and Poland"))
    assert rows(said, "participations", "party") == [("NOR",), ("POL",)]
    assert codes(said) == ["footnote"]


@pytest.mark.parametrize(
    "text", ["With 9 participating countries, so.", "It currently involves 9 countries."]
)
def test_a_number_that_disagrees_with_the_list(text: str) -> None:
    said = take(one(who=f"Norway and Poland. {text}"))
    assert errors(said) == ["count-disagrees"]
    assert rows(said, "stated_counts", "stated") == [("9",)]


def test_the_number_counts_partners_and_no_agencies() -> None:
    who = "Norway, Poland, the NATO Support and Procurement Agency (NSPA) and NATO partner Austria"
    assert not take(one("It involves 3 countries.", who)).findings


def test_a_known_partner_stays_one_where_the_list_lacks_the_word() -> None:
    said = take(one(who="Norway and Austria"))
    assert rows(said, "participations", "party", "capacity")[1] == ("AUT", "partner")
    assert codes(said) == ["role-differs"]


# Status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Established", "established"),
        ("Established and delivering.", "established-and-delivering"),
        ("Being Established. So.", "being-established"),
        ("Completed.", "completed"),
    ],
)
def test_status_is_what_stands_before_the_first_full_stop(text: str, status: str) -> None:
    assert rows(take(one(status=text)), "projects", "status") == [(status,)]


@pytest.mark.parametrize(
    "text", ["Cancelled.", "Established or completed.", "Establishedness.", "Suspended in part"]
)
def test_a_status_that_nobody_knows_is_an_error(text: str) -> None:
    said = take(one(status=f"{text} KON was launched in May 2031."))
    assert errors(said) == ["unknown-status"]
    assert rows(said, "projects", "status") == [("",)]


def test_a_date_that_no_template_reads_is_not_understood_and_not_dropped() -> None:
    said = take(one(status="Established. A treaty on string was signed in May 2031."))
    assert not said.rows.get("milestones")
    assert codes(said) == []
    passage = next(x for x in said.passages if "treaty" in x.text)
    assert not passage.settled
    assert passage.note


def test_expected_is_not_done_and_later_it_is() -> None:
    before = take(one(status="Established. IOC is expected in 2032."))
    after = take(one(status="Established. KON reached IOC in May 2033."))
    wanted = ("milestone", "date", "expected")
    assert rows(before, "milestones", *wanted) == [
        ("initial-operational-capability", "2032", "true")
    ]
    assert rows(after, "milestones", *wanted) == [
        ("initial-operational-capability", "2033-05", "false")
    ]
    expected = take(one(status="Being established. KON will be launched in May 2032."))
    assert rows(expected, "projects", "launched") == [("",)]


def test_less_precision_than_the_text_has_is_not_settled() -> None:
    said = take(one(status="Established. The first kite will be delivered in early 2032."))
    assert rows(said, "milestones", "date") == [("2032",)]
    assert not next(x for x in said.passages if "early" in x.text).settled
    (finding,) = said.findings
    assert (finding.code, finding.level) == ("date-coarse", "notice")
    assert "early 2032" in finding.message


def test_dates_and_countries_of_a_purpose_are_no_facts() -> None:
    said = take(one("Since the 1960s, and in 2011, France and Germany flew kites in Libya."))
    assert not said.rows.get("milestones")
    assert {row["party"] for row in said.rows["parties"]} == {"NOR", "POL", "eu", "nspa"}


def test_hosting_is_not_leading_and_an_exercise_is_a_milestone() -> None:
    said = take(
        one(status="Established. Since May 2029, Portugal has hosted the annual exercise FLAP.")
    )
    assert rows(said, "milestones", "milestone", "date") == [("annual-exercise", "2029-05")]
    assert rows(said, "projects", "lead") == [("",)]


# Headings


def test_a_contents_list_of_bullets_in_bullets() -> None:
    content = parts(contents={})
    at = next(i for i, part in enumerate(content) if part.text == KITES)
    nested = [x for a, names in AREAS.items() for x in (li(a), *(li(n, 2) for n in names))]
    for layout in ("2025", "old", "new-site"):
        said = take([*content[:at], *nested, *content[at:]], layout=layout)
        assert said.rows == take(parts()).rows
        assert not said.findings


def test_a_project_in_the_contents_without_a_section() -> None:
    contents = {KITES: (KON, "Lost Kites (LK)", YARD), THINGS: AREAS[THINGS]}
    said = take(parts(contents=contents, tally="Allies have launched 5 projects."))
    assert codes(said) == ["section-missing"]
    found = {row["project"]: row for row in said.rows["projects"]}
    lost = found["lk"]
    assert (lost["area"], lost["position"]) == ("kites-and-balloons", "2")
    assert "status" not in lost
    assert lost["locator"] == "High Visibility Projects"
    assert found["modular-by"]["position"] == "3"


def test_a_section_that_is_not_in_the_contents() -> None:
    said = take(parts(contents={KITES: (KON,), THINGS: AREAS[THINGS]}))
    assert codes(said) == ["not-in-contents"]
    assert rows(said, "projects", "project", "position") == [
        ("kon", "1"), ("modular-by", "2"), ("loud-things", "3"), ("c-b", "4"),
    ]  # fmt: skip


def test_a_project_under_another_area_than_the_contents_say() -> None:
    contents = {KITES: (KON, YARD, LOUD), THINGS: (BOX,)}
    said = take(parts(contents=contents, tally="So.", sections=SECTIONS))
    assert "area-disagrees" in codes(said)
    found = {row["project"]: row["area"] for row in said.rows["projects"]}
    assert found["loud-things"] == "kites-and-balloons"


def test_lines_before_the_title_are_no_part_of_the_page() -> None:
    content = [p("Status"), p("Members"), p("Purpose"), p("Norway"), *parts()]
    said = take(content)
    assert said.rows == take(parts()).rows
    assert not said.findings
    assert not said.passages[0].settled


def test_the_title_of_the_site_is_not_that_of_the_page() -> None:
    said = take([h(1, "The site"), *parts(), p("Multinational capability cooperation")])
    assert said.rows == take(parts()).rows
    assert [x.settled for x in said.passages if x.text == parts()[0].text] == [True, True]


def test_a_shorter_name_of_an_area_in_the_contents() -> None:
    contents = {KITES: AREAS[KITES], "BLC things": AREAS[THINGS]}
    said = take(parts(contents=contents))
    assert said.rows == take(parts()).rows
    assert not said.findings


def test_a_heading_of_an_area_that_is_gone() -> None:
    areas = {KITES: AREAS[KITES]}
    content = parts(areas=areas, contents=AREAS, end="")
    rest = [x for x in parts(areas={"": AREAS[THINGS]}, contents={}) if x not in content]
    said = take([*content, h(3, LOUD), *rest])
    assert "heading-missing" in codes(said)
    found = {row["project"]: row for row in said.rows["projects"]}
    assert found["c-b"]["area"] == "blc-things"
    assert found["c-b"]["locator"] == BOX


def test_captions_repeat_names_and_are_no_second_project() -> None:
    content = parts()
    at = content.index(h(3, KON)) + 1
    said = take([*content[:at], p("logo Kite Operations Network"), *content[at:]])
    assert said.rows == take(parts()).rows
    assert not said.findings
    assert next(x for x in said.passages if x.text.startswith("logo")).settled
    unknown = take([*content[:at], caption("Somebody with a kite"), *content[at:]], layout="old")
    assert unknown.rows == take(parts()).rows
    assert not next(x for x in unknown.passages if x.text.startswith("Somebody")).settled


@pytest.mark.parametrize("layout", LAYOUTS)
def test_whatever_follows_the_last_project_is_no_part_of_it(layout: str) -> None:
    content = [*parts(end=""), h(2, "Evolution"), p("It was launched in May 1999 by Iceland.")]
    said = take(content, layout=layout)
    assert "1999" not in str(said.rows["milestones"])
    assert said.passages[-1].locator == "Evolution"


def test_a_project_keeps_its_id_by_acronym_or_by_name() -> None:
    known_ids = {fold("KON"): "kites", fold("Loud Things"): "noise"}
    said = take(parts(), bare(projects=known_ids))
    assert rows(said, "projects", "project")[0] == ("kites",)
    assert rows(said, "projects", "project")[2] == ("noise",)
    assert codes(said) == ["project-renamed"]
    with_acronym = "Loud Things (LT)"
    sections = {with_acronym: SECTIONS[LOUD]} | {n: SECTIONS[n] for n in (KON, YARD, BOX)}
    areas = {KITES: AREAS[KITES], THINGS: (with_acronym, BOX)}
    said = take(parts(sections, areas), bare(projects={fold("Loud Things"): "noise"}))
    assert rows(said, "projects", "project", "acronym")[2] == ("noise", "LT")


def test_a_new_project_with_the_words_of_a_gone_one_is_asked_about() -> None:
    gone = bare(projects={fold("Kite Strings"): "kite-strings", fold("Kites"): "kites"})
    said = take(one(name="Kite Strings and Tails (KST)"), gone)
    assert rows(said, "projects", "project") == [("kst",)]
    (finding,) = said.findings
    assert (finding.code, finding.level) == ("maybe-renamed", "error")
    assert "kite-strings" in finding.message
    assert not take(one(name="Boats on Strings"), gone).findings


def test_an_older_word_in_a_name_is_the_same_project() -> None:
    name = "Sea Unmanned Systems"
    said = take(one(name=name), bare(projects={fold("Sea Uncrewed Systems"): "sus"}))
    assert rows(said, "projects", "project") == [("sus",)]


def test_two_sections_of_one_project() -> None:
    content = parts(end="")
    at = content.index(h(3, KON))
    said = take([*content, *content[at : at + 5]])
    assert errors(said) == ["duplicate-project"]
    assert len(said.rows["participations"]) == 14


# What is not the page, or not all of it


def test_half_a_page_is_an_error() -> None:
    whole = parts()
    for cut in range(3, len(whole) - 1):
        said = take(whole[:cut])
        ends = whole[cut].text == "How does it work?"
        assert errors(said) or ends, whole[cut]


@pytest.mark.parametrize(
    "text",
    [
        "404\n\nThe page was not found.\n\nParticipants are welcome.",
        "Coopération\n\nObjet : du bien.\n\nÉtat : établi.",
        "<html><body><h1>Error</h1><p>Try again later.</p></body></html>",
        "Purpose: none\n\nPurpose: again\n\nStatus:",
        "Status\n\nStatus\n\nParticipants",
        "•\n\n1.\n\nPurpose: \ufffd\n\nParticipants: ,,,;;;()()(",
    ],
)
def test_another_page_is_an_error(text: str) -> None:
    assert errors(take(text))


def test_a_project_without_a_heading_is_given_to_nobody() -> None:
    content = [x for x in parts(contents={}) if x.text != YARD]
    said = take(content)
    assert "no-heading" in errors(said)
    assert rows(said, "participations", "party")[:4] == [("DNK",), ("NOR",), ("NLD",), ("AUT",)]
    assert {row["project"] for row in said.rows["participations"]} == {"kon", "loud-things", "c-b"}
    lost = [x for x in said.passages if "Belgium" in x.text]
    assert lost
    assert not any(x.facts or x.settled for x in lost)


def test_without_participants_or_status() -> None:
    assert errors(take(one(who=""))) == ["no-participants"]
    assert errors(take(one(status=""))) == ["no-status"]


def test_the_number_of_projects_disagrees() -> None:
    said = take(parts(tally="There are currently 18 projects underway."))
    assert errors(said) == ["count-disagrees"]
    assert ("hvp-projects", "18") in rows(said, "stated_counts", "count", "stated")


def test_a_long_page_of_noise() -> None:
    blocks = tuple(Block(Kind.PARAGRAPH, f"Zebra {i}", 0, i) for i in range(5000))
    said = extract(Document("noise", blocks), known(), "mcc-2031-05-06")
    assert len(said.passages) == 5000
    assert "nothing-found" in errors(said)


def test_a_page_knows_no_order_but_its_own() -> None:
    turned = {THINGS: AREAS[THINGS][::-1], KITES: AREAS[KITES]}
    said = take(parts(areas=turned))
    assert rows(said, "projects", "project", "position") == [
        ("c-b", "1"), ("loud-things", "2"), ("kon", "3"), ("modular-by", "4"),
    ]  # fmt: skip


# The page itself


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}")
@pytest.mark.parametrize("knowing", [True, False])
def test_the_tables_come_out_of_the_page(*, knowing: bool) -> None:
    (file,) = SOURCES.glob("multinational-capability-cooperation_2025-03-03.txt")
    document = read(file.read_bytes(), file.name)
    said = extract(document, known() if knowing else bare(), "mcc-2025-03-03")
    assert not said.findings
    unstated = {"summary", "detail", "joined_alliance", "iso_alpha2"}
    for resource, found in said.rows.items():
        wanted = [row for row in table(resource) if row["source"] == "mcc-2025-03-03"]
        expected = {
            tuple(row[key] for key in KEYS[resource]): {
                name: value for name, value in row.items() if name not in unstated
            }
            for row in wanted
        }
        blank = dict.fromkeys(set(wanted[0]) - unstated, "")
        keyed = {tuple(row[key] for key in KEYS[resource]): {**blank, **row} for row in found}
        if resource == "parties":
            # A party first stated by an edition of the other page has that source in the table.
            others = {row["party"] for row in table("parties")} - {key for (key,) in expected}
            keyed = {key: row for key, row in keyed.items() if key[0] not in others}
        assert keyed == expected
    owned = {"areas", "projects", "participations", "milestones", "quantities", "relations",
             "stated_counts", "formats", "parties"}  # fmt: skip
    assert set(said.rows) == set(said.owns) == owned


# What a page may yet do


def _spoil(content: list[Part], how: str) -> list[Part]:
    names, out = set(SECTIONS), []
    for part in content:
        heading = part.kind == "h" and (part.text in names or part.text in AREAS)
        label, colon, rest = part.text.partition(": ")
        if how == "no marks" and heading:
            out.append(p(part.text))
        elif how == "no captions" and part.kind == "p" and part.text in names:
            continue
        elif how == "labels apart" and colon and label in {"Purpose", "Participants", "Status"}:
            out += [h(4, label), p(rest)]
        elif how == "no purpose label" and label == "Purpose":
            out.append(p(rest))
        elif how == "one level" and heading:
            out.append(h(2, part.text))
        else:
            out.append(part)
    return out


@pytest.mark.parametrize("layout", ["2025", "2022", "old", "new-site"])
@pytest.mark.parametrize(
    "how", ["no marks", "no captions", "labels apart", "no purpose label", "one level"]
)
def test_a_page_with_less_to_go_by(how: str, layout: str) -> None:
    said, whole = take(_spoil(parts(), how), layout=layout), take(parts())
    for resource, found in whole.rows.items():
        key = KEYS[resource]
        assert sorted(said.rows[resource], key=lambda row: [row[k] for k in key]) == sorted(
            found, key=lambda row: [row[k] for k in key]
        )
    assert not said.findings


def test_a_caption_below_a_caption_is_no_project() -> None:
    content = parts()
    at = content.index(h(3, KON)) + 2
    said = take([*content[:at], p("Somebody with a kite"), *content[at:]])
    assert said.rows == take(parts()).rows


def test_a_heading_that_the_package_knows_and_the_page_lacks() -> None:
    what = bare(locators=("How does it work?", KITES, f"{KITES} > {KON}"))
    assert not take(parts(), what).findings
    said = take(parts(end=""), what)
    assert [(f.code, f.level) for f in said.findings] == [("heading-missing", "warning")]


def test_leading_is_stated_of_the_project_itself() -> None:
    for text, lead in (
        ("The network, which is led by Norway, ties them.", "NOR"),
        ("It is led by the Netherlands.", "NLD"),
        ("A Poland-led project.", "POL"),
        ("It works with the XYZ project, led by Norway.", ""),
        ("The exercise was led by Norway.", ""),
        ("It is hosted by Norway.", ""),
    ):
        assert rows(take(one(text)), "projects", "lead") == [(lead,)], text
    said = take(one("It is led by Norway and Poland."))
    assert rows(said, "projects", "lead") == [("",)]
    assert codes(said) == ["several-leads"]


def test_relations_to_the_projects_above() -> None:
    names = ("One Thing (OTH)", "Two Thing (TTH)", "Three Thing (THT)", "Four Thing (FTH)")
    said = take(
        parts(
            {
                names[0]: ("It is good.", "Norway", "Established."),
                names[1]: ("Modelled after its parent project above, it is.", "Norway",
                           "Established. TTH was launched in May 2030."),
                names[2]: ("Like the two initiatives above, it is good.", "Norway",
                           "Established. The project continues as a work strand under the One "
                           "Thing project."),
                names[3]: ("Like the nine initiatives above, it is good.", "Norway",
                           "Established."),
            },
            {KITES: names},
        )
    )  # fmt: skip
    assert set(rows(said, "relations", "project", "relation", "other")) >= {
        ("tth", "modelled-on", "oth"),
        ("tht", "similar-to", "oth"),
        ("tht", "similar-to", "tth"),
        ("tht", "work-strand-of", "oth"),
    }
    assert ("tht-initiatives-above", "2") in rows(said, "stated_counts", "count", "stated")
    assert errors(said) == ["count-disagrees"]


@pytest.mark.parametrize("text", ["by nine Allies in May 2031", "in May 2031 by nine Allies"])
def test_who_launched_it(text: str) -> None:
    said = take(one(status=f"Established. KON was launched {text}."))
    assert rows(said, "quantities", "measure", "value") == [("launching-allies", "9")]
    assert rows(said, "projects", "launched") == [("2031-05",)]
    assert next(x for x in said.passages if "nine" in x.text).settled


def test_quantities_of_every_sort() -> None:
    purpose = (
        "Norway's early contribution of EUR 2.5 million helped. It buys 120mm mortar rounds "
        "against what flies below 1,200 metres."
    )
    status = (
        "Established. Twenty-one KON training campuses are operational so far. "
        " It has 7 of these and 3 of those."
    )
    said = take(one(purpose, status=status))
    assert rows(said, "quantities", "measure", "value", "unit", "party") == [
        ("early-contribution", "2500000", "EUR", "NOR"),
        ("mortar-calibre", "120", "millimetre", ""),
        ("altitude-ceiling-metres", "1200", "metre", ""),
        ("training-campuses", "21", "campus", ""),
    ]
    assert next(x for x in said.passages if "campuses" in x.text).settled
    assert not next(x for x in said.passages if "7 of these" in x.text).settled


@pytest.mark.parametrize(
    ("sentence", "row"),
    [
        ("Norway's early contribution of €16.5m helped.",
         ("early-contribution", "16500000", "EUR", "NOR", "false")),
        ("Norway contributed $2bn to it.", ("contribution", "2000000000", "USD", "NOR", "false")),
        ("Norway has pledged to invest £300 thousand.",
         ("investment", "300000", "GBP", "NOR", "true")),
        ("It has a budget of EUR 1.2 billion.", ("budget", "1200000000", "EUR", "", "false")),
        ("Its joint budget amounts to €2m.", ("joint-budget", "2000000", "EUR", "", "false")),
        ("It is worth 1.5 million euros.", ("value", "1500000", "EUR", "", "false")),
    ],
)  # fmt: skip
def test_sums_of_money_with_signs_and_short_forms(sentence: str, row: tuple[str, ...]) -> None:
    said = take(one(sentence))
    assert rows(said, "quantities", "measure", "value", "unit", "party", "expected") == [row]


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway's contribution of €16.5m is not sure.",
        "Norway would have contributed €16.5m.",
        "Norway's friends contributed €16.5m.",
        "Norway contributed €16-20m.",
        "Norway contributed up to €16m.",
        "If it has a budget of €16m, it grows.",
        "Its budget of €16m was cut.",
        "It had a budget of €16m.",
        "It was worth €16m.",
    ],
)
def test_a_sum_that_is_not_surely_so_is_no_row(sentence: str) -> None:
    assert "quantities" not in take(one(sentence)).rows


@pytest.mark.parametrize(
    "amount",
    ["EUR 2,5 million", "EUR 2 500 000", "EUR 2.500.000", "EUR 2-3 million", "EUR 2 to 3 million",
     "€2m to €3m", "2 or 3 million euros", "EUR 2 dozen", "more than €2m", "EUR 2 m a year"],
)  # fmt: skip
def test_an_amount_in_another_form_is_no_other_amount(amount: str) -> None:
    said = take(one(f"Norway's early contribution of {amount} helped."))
    assert "quantities" not in said.rows


@pytest.mark.parametrize(
    "many", ["Almost 20", "Between 14 and 16", "Between ten and twelve", "14 to 16", "More than 20"]
)
def test_about_so_many_is_not_so_many(many: str) -> None:
    said = take(one(status=f"Established. {many} KON training campuses are operational so far."))
    assert "quantities" not in said.rows
    assert not next(x for x in said.passages if "campuses" in x.text).settled


@pytest.mark.parametrize(
    "tally", ["More than 9 projects are underway.", "5 of 9 projects are underway."]
)
def test_so_many_and_more_is_no_number_of_projects(tally: str) -> None:
    said = take(parts({KON: SECTIONS[KON]}, {KITES: (KON,)}, tally=tally))
    assert not [x for x in said.rows.get("stated_counts", ()) if x["count"] == "hvp-projects"]


_WORDS = st.sampled_from(
    [KITES, KON, YARD, "High Visibility Projects", "How does it work?", "Purpose: It is good.",
     "Purpose:", "Participants: Norway and Poland", "Participants:", "Norway", "Poland, Spain",
     "Status: Established. It was launched in May 2031.", "Status: Gone.", "Status", "A kite",
     "Some text. It was launched in May 1999.", "There are currently 3 projects.", "(", "•",
     "Multinational capability cooperation"]
)  # fmt: skip
_BLOCKS = st.builds(
    Block,
    st.sampled_from(Kind), _WORDS | st.text(min_size=1, max_size=30), st.integers(0, 4),
)  # fmt: skip


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(_BLOCKS, max_size=40), st.booleans())
def test_whatever_the_page_every_passage_is_accounted_for(
    blocks: list[Block],
    marked: bool,  # noqa: FBT001 - Hypothesis passes it by place
) -> None:
    numbered = tuple(replace(block, line=i) for i, block in enumerate(blocks, 1))
    said = extract(Document("any", numbered, marked), known(), "mcc-2031-05-06")
    lines = {block.line for block in numbered if block.text.strip()}
    assert {passage.line for passage in said.passages} == lines
    given_rows = {(fact.resource, fact.key) for x in said.passages for fact in x.facts}
    booked = {(r, tuple(x[k] for k in KEYS[r])) for r, found in said.rows.items() for x in found}
    assert given_rows - EDITION == booked
    projects = {row["project"] for row in said.rows.get("projects", ())}
    for resource in ("participations", "milestones", "quantities", "relations"):
        assert {row["project"] for row in said.rows.get(resource, ())} <= projects
    areas = {row["area"] for row in said.rows.get("areas", ())} | {""}
    assert {row.get("area", "") for row in said.rows.get("projects", ())} <= areas


def test_the_place_of_a_fact_is_the_headings_of_the_page_and_none_of_its_site() -> None:
    body = page([*one()], updated="6 May 2031").html("new")
    assert f"<h1>{TITLE}</h1>" in body
    above = "<h1>Harbour Office</h1><h2>Stories of the day</h2>"
    said = extract(
        read(body.replace(f"<h1>{TITLE}</h1>", f"{above}<h2>{TITLE}</h2>").encode(), "page.html"),
        bare(),
        SOURCE,
    )
    places = {row["locator"] for rows in said.rows.values() for row in rows if "locator" in row}
    assert f"Kites and balloons > {KON}" in places
    assert not any("Stories" in place or "Harbour" in place for place in places)
    told = {each.locator for each in said.passages if "European Union" in each.text}
    assert told == {TITLE}


def test_a_purpose_does_not_say_with_whom_a_project_was_launched() -> None:
    said = take(one("It flies alongside the one other initiative."))
    assert not said.findings
    assert not said.rows.get("stated_counts")
