"""Silence never clears: what no rule read again is kept, and reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from editions import BOATS, KITES, LAMPS, TENTS, home, mcc, pii
from initiative_page import FIXTURE
from interopwatch.capture.capture import capture
from interopwatch.capture.model import Outcome
from interopwatch.capture.page.read import read
from interopwatch.capture.questions import questions
from interopwatch.package.rewritten import with_rows
from interopwatch.validation import validate_package
from later_pages import AUGUST, BY, CHECKED, SMALL, boats, errors, of_march, one, partners, told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interopwatch import Package


@pytest.fixture(scope="session")
def march(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return of_march(root, tmp_path_factory.mktemp("silence"))


@pytest.mark.parametrize(
    "sentence",
    ["BFR took to the water some time in autumn.", "BFR saw the light of day on 15.10.2024."],
)
def test_a_sentence_that_no_rule_reads_leaves_what_is_known(march: Package, sentence: str) -> None:
    found = boats(march, f"Being established. {sentence}")
    assert one(found.package, "projects", "bfr")["launched"] == "2024-10"
    assert one(found.package, "milestones", "bfr", "launched", "1")["date"] == "2024-10"
    (message,) = told(found, "rests-on-unread")
    assert f"“{sentence}”" in message
    assert "projects bfr launched “2024-10”" in message
    assert "milestones bfr/launched/1" in message
    assert errors(found) == {"rests-on-unread"}


def test_a_date_told_less_exactly_stands_where_other_cells_changed(march: Package) -> None:
    found = boats(march, "Established. BFR was launched in 2024.")
    row = one(found.package, "projects", "bfr")
    assert row["status"] != one(march, "projects", "bfr")["status"]
    assert row["launched"] == "2024-10"
    assert errors(found) == set()


def test_one_sentence_is_told_once(march: Package) -> None:
    found = boats(march, "Being established. BFR saw the light of day on 15.10.2024.")
    assert len([each for each in found.findings if "15.10.2024" in each.message]) == 1


def test_who_is_not_listed_any_more_is_gone_only_if_the_list_was_read(march: Package) -> None:
    shorter = boats(march, BOATS[3].text.removeprefix("Status: "), "Finland and Norway")
    parties = {r["party"] for r in shorter.package.rows("participations") if r["project"] == "bfr"}
    assert parties == {"FIN", "NOR"}
    unread = boats(march, BOATS[3].text.removeprefix("Status: "), "Finland, Ruritania and Norway")
    parties = {r["party"] for r in unread.package.rows("participations") if r["project"] == "bfr"}
    assert parties == {"FIN", "NOR", "SWE", "GBR"}
    assert "unknown-party" in errors(unread)


def test_an_end_stands_when_the_page_is_silent_of_it(march: Package) -> None:
    start = "Upon completing the accession"
    text = pii().text("2025")
    sentence = next(s for s in text.split(". ") if s.startswith(start)).partition(".\n")[0]
    found = partners(march, (f" {sentence}.", ""))
    for party, year in (("FIN", "2023"), ("SWE", "2024")):
        row = one(found.package, "memberships", "eop", party, "1")
        assert (row["end"], row["end_reason"]) == (year, "joined NATO")
        assert one(found.package, "parties", party)["alliance_role"] == "ally"
    (message,) = told(found, "no-longer-stated")
    assert "memberships eop/FIN/1 end “2023” and end_reason “joined NATO”" in message
    assert errors(found) == set()


def test_an_end_stands_even_if_the_party_is_listed_again(march: Package) -> None:
    rows = [
        {**row, "end": "2024", "end_reason": "left"} if row["party"] == "ARM" else row
        for row in march.rows("memberships")
    ]
    found = partners(with_rows(march, {"memberships": rows}))
    row = one(found.package, "memberships", "ip", "ARM", "1")
    assert (row["end"], row["end_reason"]) == ("2024", "left")
    assert "listed-again" in errors(found)


def test_a_sixth_partner_is_no_total_for_ever(march: Package) -> None:
    found = partners(
        march,
        ("Upon completing", "In May 2025, Japan was recognised as an EOP. Upon completing"),
        current="Australia, Georgia, Japan, Jordan and Ukraine",
    )
    assert errors(found) == set()
    assert one(found.package, "memberships", "eop", "JPN", "1")["start"] == "2025-05"
    assert one(found.package, "stated_counts", "eop-ever")["stated"] == "6"


def test_two_ordinals_with_a_date_each_are_read(march: Package) -> None:
    found = partners(
        march,
        (
            "a sixth EOP in June 2020.",
            "a sixth EOP in June 2020 and Japan as a seventh in May 2025.",
        ),
        current="Australia, Georgia, Japan, Jordan and Ukraine",
    )
    assert errors(found) == set()
    assert one(found.package, "memberships", "eop", "UKR", "1")["start"] == "2020-06"
    assert one(found.package, "memberships", "eop", "JPN", "1")["start"] == "2025-05"
    assert one(found.package, "stated_counts", "eop-ever")["stated"] == "7"


def test_a_new_sentence_beside_known_text_is_not_that_text_in_other_words(march: Package) -> None:
    found = boats(
        march, BOATS[3].text.removeprefix("Status: "), f"{BY}. Italy rejoined it in March 2025"
    )
    (entry,) = (e for e in found.pages[0].passages if e.text.startswith("Italy rejoined"))
    assert entry.outcome is Outcome.UNKNOWN
    (message,) = told(found, "date-not-understood")
    assert "Italy rejoined it in March 2025" in message


def test_a_clause_that_gave_nothing_is_quoted(march: Package) -> None:
    status = BOATS[3].text.removeprefix("Status: ").rstrip(".")
    found = boats(march, f"{status}, and Norway admires the project.")
    (entry,) = (e for e in found.pages[0].passages if "Norway admires" in e.text)
    assert entry.outcome is Outcome.PARTLY
    assert entry.left == "and Norway admires the project"
    assert any("and Norway admires the project" in each for each in told(found, "not-understood"))


def test_clauses_beside_each_other_are_quoted_as_they_stand(march: Package) -> None:
    status = BOATS[3].text.removeprefix("Status: ")
    found = boats(march, f"{status} Italy, which admires it since May 2025, looks on.")
    (message,) = told(found, "date-not-understood")
    assert "“Italy, which admires it since May 2025, looks on.”" in message


def test_a_project_under_another_name_keeps_its_rows(march: Package) -> None:
    found = boats(
        march, BOATS[3].text.removeprefix("Status: "), BY,
        "Boats for Rivers (BFR)", "Rowing Craft Fleet (RCF)", "BFR was", "RCF was",
    )  # fmt: skip
    row = one(found.package, "projects", "bfr")
    assert (row["name"], row["acronym"], row["launched"]) == (
        "Rowing Craft Fleet",
        "RCF",
        "2024-10",
    )
    assert {r["project"] for r in found.package.rows("projects")} == {"stc", "lamplight", "bfr"}
    assert told(found, "project-renamed")
    assert errors(found) == set()


@pytest.mark.parametrize(
    "said",
    [
        ("Italy joined in March 2031.", "Spain withdrew in 2026."),
        ("BFR was launched in May 2026.",),
        ("Italy joined in March 2025. Italy left in May 2024.",),
    ],
)
def test_what_an_edition_cannot_know_or_nobody_can_do_is_an_error(
    march: Package, said: tuple[str, ...]
) -> None:
    for each in said:
        found = boats(march, f"Established. {each}")
        wrong = {f.code for f in found.findings if f.level == "error"}
        assert wrong & {"date-after-source", "period-backwards"}, each


def test_who_joined_nato_is_an_ally_and_no_partner_any_more(march: Package) -> None:
    found = partners(march, (" Upon", " Georgia joined NATO in May 2025. Upon"))
    assert one(found.package, "parties", "GEO")["alliance_role"] == "ally"
    assert one(found.package, "memberships", "eop", "GEO", "1")["end"] == "2025-05"
    # The page still lists it as a partner: a person decides.
    assert told(found, "eop-list-disagrees")
    raw = [dict(row) for row in march.rows("parties")]
    for row in raw:
        row["joined_alliance"] = "2025" if row["party"] == "GEO" else row["joined_alliance"]
    broken = capture(with_rows(march, {"parties": raw}), [])
    assert broken.is_sound  # an earlier error is not the page's fault
    codes = [f.code for f in validate_package(with_rows(march, {"parties": raw}))]
    assert codes.count("rule-broken") == 2


@pytest.mark.parametrize(
    ("said", "bound"),
    [
        ("More than 30 countries take part.", "“More than 30” is a lower bound"),
        ("It unites over two dozen countries.", "“over two dozen” is a lower bound"),
        ("At least 25 Allies use it, or 12 or more partners.", "“At least 25” and “12 or more”"),
    ],
)
def test_a_lower_bound_is_told_as_one_and_recorded_nowhere(
    march: Package, said: str, bound: str
) -> None:
    found = boats(march, f"{BOATS[3].text.removeprefix('Status: ')} {said}")
    (message,) = told(found, "lower-bound")
    assert said in message
    assert bound in message
    assert found.package.rows("quantities") == march.rows("quantities")
    assert found.package.rows("stated_counts") == march.rows("stated_counts")


def test_a_lower_bound_in_the_place_of_a_known_number_leaves_it(march: Package) -> None:
    found = boats(
        march, BOATS[3].text.removeprefix("Status: "), BY,
        "have launched 3 projects", "have launched more than 3 projects",
    )  # fmt: skip
    assert one(found.package, "stated_counts", "hvp-projects")["stated"] == "3"
    (message,) = told(found, "rests-on-unread")
    assert "“more than 3” is a lower bound" in message
    assert "stated_counts hvp-projects" in message


def test_what_somebody_only_says_is_no_row(march: Package) -> None:
    status = BOATS[3].text.removeprefix("Status: ")
    found = boats(march, f"{status} BFR reached IOC in May 2025, said a minister.")
    assert found.package.rows("milestones") == march.rows("milestones")
    assert "only reports what somebody says" in told(found, "date-not-understood")[0]


@pytest.mark.parametrize("said", ["It grew by 3.5 tonnes.", "It lies 10km away.", "It is the 5th."])
def test_numbers_of_every_form_are_seen_where_no_rule_reads_them(march: Package, said: str) -> None:
    found = boats(march, f"{BOATS[3].text.removeprefix('Status: ')} {said}")
    assert any(said in each for each in told(found, "not-understood"))


def worded(march: Package, **texts: str) -> Package:
    """Return the package with our own texts about the boats."""
    rows = [dict(row) for row in march.rows("projects")]
    for row in rows:
        row["summary"] = texts["summary"] if row["project"] == "bfr" else "Something else: Norway."
    formats = [{**row, "summary": texts.get("formats", "It is.")} for row in march.rows("formats")]
    return with_rows(march, {"projects": rows, "formats": formats})


def test_a_text_of_ours_that_the_page_has_overtaken_is_pointed_to(march: Package) -> None:
    status = BOATS[3].text.removeprefix("Status: ")
    led = boats(march, f"{status} Norway leads the project.").package
    package = worded(led, summary="Boats under Norwegian lead, for Sweden too.", formats="All 3.")
    later = boats(package, f"{status} Finland leads the project.")
    (found,) = (f for f in later.findings if f.code == "wording-outdated")
    line = [row["project"] for row in later.package.rows("projects")].index("bfr") + 2
    assert (found.file, found.line, found.field) == ("tables/projects.csv", line, "summary")
    assert found.message == (
        "bfr: our summary still says “Norwegian”, and the page has lead “Finland”"
    )
    less = boats(package, f"{status} Norway leads the project.", "Finland, Norway and Denmark")
    (message,) = told(less, "wording-outdated")
    assert (
        message == "bfr: our summary still says “Sweden”, and the page has no such participant "
        "any more"
    )
    assert not told(boats(package, f"{status} Norway leads the project."), "wording-outdated")
    more = boats(package, f"{status} Norway leads the project.", BY, "launched 3", "launched 4")
    assert any("still says “3”" in each for each in told(more, "wording-outdated"))


def test_a_passage_with_an_organisation_that_gave_no_row_is_told(march: Package) -> None:
    said = "The Military Committee looked at the boats."
    found = boats(march, f"{BOATS[3].text.removeprefix('Status: ')} {said}")
    assert any(said in each for each in told(found, "not-understood"))
    said = "NATO looked at the boats."
    found = boats(march, f"{BOATS[3].text.removeprefix('Status: ')} {said}")
    assert not told(found, "not-understood")


@pytest.mark.parametrize(
    "odd", [{"filter": "nonsense"}, {"filter": "nothing=1"}, {"stated": "a few"}]
)
def test_a_count_that_cannot_be_checked_stands(march: Package, odd: Mapping[str, str]) -> None:
    row = {
        "count": "odd", "resource": "projects", "filter": "", "stated": "1",
        "source": "mcc-2025-03-03", "locator": "Somewhere",
    }  # fmt: skip
    rows = [*march.rows("stated_counts"), {**row, **odd}]
    before = with_rows(march, {"stated_counts": rows})
    page = mcc(("Camps and light", [TENTS, LAMPS]), ("Water", [BOATS]), updated=AUGUST)
    found = capture(before, [read(page.text("2025").encode(), "page.txt")])
    assert dict(one(found.package, "stated_counts", "odd")) == {**row, **odd}


def test_a_list_is_not_whole_where_lines_of_names_go_on_behind_it(march: Package) -> None:
    names = ["Finland", "Norwayy", "Sweden", "the United Kingdom"]
    below = "Participants:\n\n" + "\n\n".join(names)
    found = boats(march, "Being established. BFR was launched in October 2024.", BY,
                  f"Participants: {BY}", below)  # fmt: skip
    assert found.package.rows("participations") == march.rows("participations")
    assert not found.is_sound


def test_items_that_a_paragraph_divides_from_their_list_stand(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    package = home(root, tmp_path_factory.mktemp("divided")).package
    first = capture(package, [read(FIXTURE.encode(), "page.txt")]).package
    text = FIXTURE.replace("05 Sep. 2031", "05 Oct. 2031")
    text = text.replace("• tea;\n", "• tea;\n\nAnd some others:\n\n")
    found = capture(first, [read(text.encode(), "page.txt")])
    assert found.package.rows("provisions") == first.rows("provisions")
    (told,) = [each for each in found.findings if each.code == "rests-on-unread"]
    assert "And some others" in told.message
    assert "eop/benefit/2; provisions eop/benefit/3" in told.message


def test_how_long_a_passage_is_makes_no_text_of_ours_outdated(march: Package) -> None:
    rows = [{**row, "detail": "Six of them came."} for row in march.rows("milestones")]
    before = with_rows(march, {"milestones": rows})
    page = mcc(updated=AUGUST, intro="Countries can do six things together.").text("2025")
    found = capture(before, [read(page.encode(), "page.txt")], checked=CHECKED)
    assert "wording-outdated" not in {each.code for each in found.findings}


def test_a_question_for_words_shows_what_was_not_read_beside_the_row(march: Package) -> None:
    page = mcc(("Camps and light", [TENTS, LAMPS]), ("Water", [BOATS, KITES]), updated=AUGUST)
    found = capture(march, [read(page.text("2025").encode(), "page.txt")], checked=CHECKED)
    (asked,) = [each for each in questions(found) if each.id == "words:projects/kite/summary"]
    assert "Purpose: Kites that carry a line across a gap." in asked.passage
    assert "Being established." in asked.passage


def test_a_question_about_a_page_of_one_line_shows_only_what_is_quoted(march: Package) -> None:
    text = pii(current="Australia, Jordan and Ukraine", updated=AUGUST).html("new")
    text = text.replace("went well when they", "went well for Elbonia in May 2025, when they")
    text = text.replace("sixth EOP in June 2020.", "sixth EOP in the June of 2020, it is said.")
    lines = capture(march, [read(text.encode(), "page.html")], checked=CHECKED)
    one = capture(march, [read(text.replace("\n", " ").encode(), "page.html")], checked=CHECKED)
    before, after = ({q.id: q.passage for q in questions(found)} for found in (lines, one))
    assert before.keys() == after.keys()
    quoted = [id_ for id_ in after if id_.startswith("rests-on-unread")]
    assert quoted
    assert all(after[id_] and after[id_] in before[id_] for id_ in quoted)
    assert {after[id_] for id_ in after if id_.startswith("eop-list-disagrees")} == {""}


def test_a_picture_in_the_midst_of_a_list_divides_it_not(march: Package) -> None:
    text = pii(updated=AUGUST).html("new")
    names = "Armenia, Australia, Austria, Bosnia and Herzegovina, Georgia, Jordan, Ukraine and the"
    assert f"<p>{names} United Arab Emirates.</p>" in text
    items = [each.replace(" and the", "") for each in names.split(", ")]
    items += ["the United Arab Emirates"]
    picture = "<figure><img src=x><figcaption>A view of the hall</figcaption></figure>"
    lines = "".join(f"<li>{each}</li>" for each in items)
    for place in ("<li>Armenia", "<li>Austria"):
        divided = lines.replace(place, f"</ul>{picture}<ul>{place}")
        page = text.replace(f"<p>{names} United Arab Emirates.</p>", f"<ul>{divided}</ul>")
        found = capture(march, [read(page.encode(), "page.html")], checked=CHECKED)
        assert found.package.rows("memberships") == march.rows("memberships")
        assert found.is_sound


def test_a_passage_of_which_nothing_was_read_is_quoted_whole(march: Package) -> None:
    long = " ".join(f"Norway rowed for {n} hours with oars of ash." for n in range(2, 12))
    said = "Estonia came to see them."
    found = boats(march, f"{BOATS[3].text.removeprefix('Status: ')}", BY, SMALL, f"{long} {said}")
    assert any(said in each for each in told(found, "not-understood"))
