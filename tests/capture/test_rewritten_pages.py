"""What an editor may write next year: each sentence gives the right rows, or is reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from editions import BOATS, KITES, LAMPS, TENTS, mcc, pii
from interopwatch.capture.capture import capture
from interopwatch.capture.page.read import read
from interopwatch.capture.questions import questions
from later_pages import AUGUST, BY, CHECKED, boats, errors, of_march, one, partners, told
from pages import h

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package
    from interopwatch.capture.capture import Capture

STATUS = BOATS[3].text.removeprefix("Status: ")
PLATFORM = "Armenia, Australia, Austria, Bosnia and Herzegovina, Georgia, Jordan, Ukraine and the"
MEMBERS = "Currently, 8 partners are members of the IP."


@pytest.fixture(scope="module")
def march(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return of_march(root, tmp_path_factory.mktemp("rewritten"))


def is_quoted(found: Capture, said: str) -> bool:
    return any(said in each.message for each in found.findings if each.level != "notice")


@pytest.mark.parametrize(
    "said",
    [
        "The work is Norwegian-led.",
        "The Finnish and Swedish navies row.",
        "The Baltic navies look on.",
        "The European Defence Agency (EDA) helps.",
        "IOC was reached the following year.",
        "IOC was reached a year later.",
        "Dozens of boats are on the water.",
        "Half of the boats are on the water.",
    ],
)
def test_what_hints_at_a_party_a_time_or_a_number_is_told(march: Package, said: str) -> None:
    assert is_quoted(boats(march, f"{STATUS} {said}"), said)


@pytest.mark.parametrize(
    "said", ["The boats do well.", "IOC was reached in the first half of 2025."]
)
def test_what_hints_at_nothing_is_not_told(march: Package, said: str) -> None:
    assert not is_quoted(boats(march, f"{STATUS} {said}"), said)


def test_a_clause_behind_a_fact_is_told_for_what_it_hints_at(march: Package) -> None:
    found = boats(march, f"{STATUS.rstrip('.')} under Norwegian command.")
    assert is_quoted(found, "under Norwegian command")


@pytest.mark.parametrize(
    "said",
    [
        "Norway and Finland contributed €3 million and €4 million respectively.",
        "Elbonia and Norway contributed €3 million.",
    ],
)
def test_a_sum_of_several_is_nobodys(march: Package, said: str) -> None:
    found = boats(march, f"{STATUS} {said}")
    assert found.package.rows("quantities") == march.rows("quantities")
    assert is_quoted(found, said)


def test_a_number_that_a_rule_read_is_not_told_as_unread(march: Package) -> None:
    found = boats(march, f"{STATUS} In total, 4 nations participate.")
    assert one(found.package, "stated_counts", "bfr-countries")["stated"] == "4"
    assert not is_quoted(found, "4 nations")


def test_a_project_is_launched_but_once(march: Package) -> None:
    found = boats(march, f"{STATUS} BFR was launched in May 2025.")
    assert one(found.package, "milestones", "bfr", "launched", "1")["date"] == "2024-10"
    assert "dates-disagree" in errors(found)
    exactly = boats(march, f"{STATUS} BFR was launched on 3 October 2024.")
    assert one(exactly.package, "milestones", "bfr", "launched", "1")["date"] == "2024-10-03"
    assert one(exactly.package, "projects", "bfr")["launched"] == "2024-10-03"
    assert errors(exactly) == set()


def test_observers_of_the_platform_are_no_number_of_other_partners(march: Package) -> None:
    more = f"{MEMBERS.rstrip('.')}; a further two have observer status."
    found = partners(march, (MEMBERS, more))
    assert found.package.rows("stated_counts") == march.rows("stated_counts")
    assert is_quoted(found, "a further two have observer status")


def test_a_date_beside_a_partner_in_a_list_is_when_it_began(march: Package) -> None:
    found = partners(march, ("Jordan, Ukraine and", "Jordan (since May 2015), Ukraine and"))
    assert one(found.package, "memberships", "ip", "JOR", "1")["start"] == "2015-05"
    assert errors(found) == set()


def test_a_clause_about_a_total_is_told_apart_from_what_was_read(march: Package) -> None:
    said = "Allies welcomed Japan as an EOP on 3 May 2025, bringing the total to seven."
    found = partners(
        march,
        (" Upon", f" {said} Upon"),
        current="Australia, Georgia, Japan, Jordan and Ukraine",
    )
    assert one(found.package, "memberships", "eop", "JPN", "1")["start"] == "2025-05-03"
    assert any(each.endswith("not read: “bringing the total to seven”")
               for each in told(found, "not-understood"))  # fmt: skip


def test_no_passage_is_told_to_be_the_unread_part_of_itself(march: Package) -> None:
    found = boats(
        march, "Being established. BFR, launched in October 2024, was mended in 2025.", BY
    )
    (message,) = told(found, "date-not-understood")
    assert message.startswith("not all that this says was read: “BFR, launched in October 2024")


def test_a_question_about_an_area_shows_the_text_below_its_heading(march: Package) -> None:
    page = mcc(("Camps and light", [TENTS, LAMPS]), ("Water", [BOATS]), ("Wind", [KITES]),
               updated=AUGUST)  # fmt: skip
    found = capture(march, [read(page.text("2025").encode(), "page.txt")], checked=CHECKED)
    (asked,) = [each for each in questions(found) if each.id == "words:areas/wind/summary"]
    assert asked.passage == "Why wind matter to everyone, in one sentence."


@pytest.mark.parametrize(
    ("heading", "taken"),
    [
        ("Boats for Rivers", "bfr"),
        ("Boatss for Rivers", "bfr"),
        ("4.2 Boats for Rivers", "bfr"),
        ("Boats for Rivers (being established)", "bfr"),
        ("BOATS FOR RIVERS (BFR)", "bfr"),
    ],
)
def test_a_section_under_another_heading_is_the_project_of_the_contents_list(
    march: Package, heading: str, taken: str
) -> None:
    section = [h(3, heading), *BOATS[1:]]
    page = mcc(("Camps and light", [TENTS, LAMPS]), ("Water", [section]), updated=AUGUST)
    text = page.text("2025").replace(f"  1. {heading}", "  1. Boats for Rivers (BFR)")
    found = capture(march, [read(text.encode(), "page.txt")], checked=CHECKED)
    assert found.package.rows("projects") == march.rows("projects")
    assert found.package.rows("participations") == march.rows("participations")
    assert taken in {row["project"] for row in found.package.rows("projects")}
    assert errors(found) == set()


def test_headings_in_capitals_tell_no_other_spelling(march: Package) -> None:
    text = mcc(updated=AUGUST).text("2025")
    text = text.replace("Camps and light", "CAMPS AND LIGHT").replace("Water", "WATER")
    found = capture(march, [read(text.encode(), "page.txt")], checked=CHECKED)
    assert found.package.rows("areas") == march.rows("areas")


def test_signs_and_badges_beside_headings_are_no_part_of_them(march: Package) -> None:
    text = mcc(updated=AUGUST).html("new")
    signed = re.sub(r"(?=</h[23]>)", ' <a class="anchor" href="#here">#</a>', text)
    signed = signed.replace("</h1>", '<a class="headerlink" href="#top">¶</a></h1>')
    badge = re.sub(r"(?=<h3><button[^>]*>LAMPLIGHT)", "<p>NEW</p>", text)
    assert signed != text != badge
    for each in (signed, badge):
        found = capture(march, [read(each.encode(), "page.html")], checked=CHECKED)
        assert found.package.rows("areas") == march.rows("areas")
        assert found.package.rows("projects") == march.rows("projects")
        assert errors(found) == set()


@pytest.mark.parametrize(
    ("said", "date", "expected"),
    [
        ("BFR was completed in March 2025.", "2025-03", "false"),
        ("The project was concluded on 3 March 2025.", "2025-03-03", "false"),
        ("BFR was formally closed in 2025.", "2025", "false"),
        ("It is expected to be completed in 2027.", "2027", "true"),
    ],
)
def test_when_a_project_was_completed_is_a_milestone(
    march: Package, said: str, date: str, expected: str
) -> None:
    found = boats(march, f"{STATUS} {said}")
    row = one(found.package, "milestones", "bfr", "completed", "1")
    assert (row["date"], row["expected"]) == (date, expected)
    assert errors(found) == set()


def test_what_is_completed_beside_a_project_is_not_the_project(march: Package) -> None:
    said = "The first phase was completed in March 2025."
    found = boats(march, f"{STATUS} {said}")
    assert found.package.rows("milestones") == march.rows("milestones")
    assert is_quoted(found, said)


@pytest.mark.parametrize(
    "said",
    [
        "Finland / Norway / Sweden / United Kingdom",
        "Finland, Norway, Sweden and, the United Kingdom",
        "Allies: Finland, Norway, Sweden and the United Kingdom",
    ],
)
def test_lists_that_are_divided_in_other_ways(march: Package, said: str) -> None:
    found = boats(march, STATUS, said)
    assert found.package.rows("participations") == march.rows("participations")
    assert errors(found) == set()


def test_partners_behind_a_label_in_a_list_are_partners(march: Package) -> None:
    found = boats(march, STATUS, f"{BY}; partners: Ireland and Austria")
    for party in ("IRL", "AUT"):
        assert one(found.package, "participations", "bfr", party, "participant")["capacity"] == (
            "partner"
        )
    assert errors(found) == set()


def test_what_is_not_known_in_a_list_is_quoted_as_it_stands(march: Package) -> None:
    found = boats(march, STATUS, "Finland, Norway, Sweden and, since May 2025, the United Kingdom")
    (message,) = told(found, "unknown-party")
    assert message.endswith("“since May 2025”")


def test_a_page_that_ends_in_the_midst_of_a_list_takes_nothing_out(march: Package) -> None:
    sentence = ("Since then, many have met in the IP format, including the Military Committee, the "
                "Operations Policy Committee and the Partnerships and Cooperative Security "
                "Committee.")  # fmt: skip
    text = pii(updated=AUGUST).text("2025").replace(MEMBERS, f"{MEMBERS} {sentence}")
    whole = capture(march, [read(text.encode(), "page.txt")], checked=CHECKED)
    assert len(whole.package.rows("provisions")) == len(march.rows("provisions")) + 3
    later = text.replace(AUGUST, "02 Aug. 2025 09:00")
    later = later[: later.index(", the Operations Policy Committee")]
    cut = capture(whole.package, [read(later.encode(), "page.txt")], work="pii", checked=CHECKED)
    assert cut.package.rows("provisions") == whole.package.rows("provisions")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("It will be launched in May 2026.", ("milestones", "bfr", "launched", "1")),
        ("Its fleet will have 20 aircraft.", ("quantities", "bfr", "fleet-aircraft")),
    ],
)
def test_a_plan_takes_back_nothing_that_was_done(
    march: Package, said: str, key: tuple[str, ...]
) -> None:
    resource, *rest = key
    before = boats(march, f"{STATUS} Its fleet has 12 aircraft.").package
    found = boats(before, f"Being established. {said}")
    row = one(found.package, resource, *rest)
    assert row == one(before, resource, *rest)
    assert row["expected"] == "false"
    (message,) = told(found, "listed-again")
    assert "as still to come" in message
    assert "listed-again" in errors(found)


def test_the_whole_of_which_a_number_is_a_part_is_not_that_number(march: Package) -> None:
    said = "Nine of the planned twelve training campuses have been established."
    found = boats(march, f"{STATUS} {said}")
    assert found.package.rows("quantities") == march.rows("quantities")
    assert is_quoted(found, said)


def test_a_number_that_begins_a_sentence_is_told(march: Package) -> None:
    said = "Twelve are on the water."
    assert is_quoted(boats(march, f"{STATUS} {said}"), said)


@pytest.mark.parametrize("days", ["7-8 July 2025", "7 – 8 July 2025", "7 to 8 July 2025"])
def test_of_days_that_are_told_as_one_none_is_the_day(march: Package, days: str) -> None:
    said = (f"At the Ankara Summit on {days}, defence ministers of the IP countries met with their "
            "counterparts.")  # fmt: skip
    found = partners(march, (MEMBERS, f"{MEMBERS} {said}"))
    assert one(found.package, "meetings", "ip", "ankara-2025")["date"] == "2025-07"
    assert is_quoted(found, days)


def test_since_when_is_not_asked_of_partners_of_whom_the_tables_know_it(march: Package) -> None:
    said = "Ukraine was recognised as a sixth EOP in June 2020."
    found = partners(march, (said, "Ukraine came next, in the June of 2020."))
    assert one(found.package, "memberships", "eop", "UKR", "1")["start"] == "2020-06"
    assert told(found, "eop-list-disagrees") == []
    assert errors(found) == {"rests-on-unread"}


def test_a_count_that_goes_as_its_rows_have_other_dates_is_told(march: Package) -> None:
    first = next(row for row in march.rows("stated_counts") if row["count"] == "eop-first-granted")
    granted = (
        "Shortly after the 2014 Wales Summit, five partners were granted these “enhanced "
        "opportunities”: Australia, Finland, Georgia, Jordan and Sweden."
    )
    exactly = (
        "In September 2014, Australia, Finland, Georgia, Jordan and Sweden were granted these "
        "“enhanced opportunities”."
    )
    found = partners(march, (granted, exactly))
    assert first not in found.package.rows("stated_counts")
    assert any("stated_counts eop-first-granted" in each for each in
               told(found, "no-longer-stated"))  # fmt: skip


@pytest.mark.parametrize(
    ("note", "role", "capacity"),
    [
        ("Austria (observer since May 2025)", "observer", "partner"),
        ("Austria (observer, since May 2025)", "observer", "partner"),
        ("Austria (partner, since May 2025)", "participant", "partner"),
    ],
)
def test_a_note_may_say_what_one_is_and_since_when(
    march: Package, note: str, role: str, capacity: str
) -> None:
    found = boats(march, STATUS, f"{BY.replace(' and', ',')} and {note}")
    row = one(found.package, "participations", "bfr", "AUT", role)
    assert (row["capacity"], row["joined"]) == (capacity, "2025-05")
    assert errors(found) == set()


@pytest.mark.parametrize("note", ["lead nation until 2019", "observer until 2025", "partnership"])
def test_a_note_that_says_more_is_told(march: Package, note: str) -> None:
    found = boats(march, STATUS, f"{BY} ({note})")
    assert errors(found) == {"unknown-party", "rests-on-unread"}
    assert found.package.rows("participations") == march.rows("participations")


def test_observers_behind_a_label_observe(march: Package) -> None:
    found = boats(march, STATUS, f"{BY}. Observers: Austria and Ireland")
    for party in ("AUT", "IRL"):
        assert one(found.package, "participations", "bfr", party, "observer")["joined"] == ""
    assert errors(found) == set()


def test_who_observes_is_no_partner_of_the_platform(march: Package) -> None:
    found = partners(march, ("Jordan, Ukraine and", "Jordan (observer), Ukraine and"))
    assert found.package.rows("memberships") == march.rows("memberships")
    assert any("Jordan is listed among the partners of the Interoperability Platform as observer"
               in each for each in told(found, "unknown-party"))  # fmt: skip
    assert "unknown-party" in errors(found)


def test_a_page_is_of_no_later_day_than_it_was_looked_at(march: Package) -> None:
    text = pii(updated="01 Aug. 2035 09:00").text("2025").encode()
    found = capture(march, [read(text, "page.txt")], checked=CHECKED)
    assert told(found, "future-edition") == [
        "the page is of 2035-08-01, and was looked at on 2025-08-02"
    ]
    assert errors(found) == set()  # the clock may be wrong as well as the page


@pytest.mark.parametrize(
    "said", ["Elbonia leads the project.", "Elbonia joined.", "Norwey and Finland left."]
)
def test_who_is_not_known_and_came_or_went_is_told(march: Package, said: str) -> None:
    found = boats(march, f"{STATUS} {said}")
    assert found.package.rows("participations") == march.rows("participations")
    assert is_quoted(found, said)


@pytest.mark.parametrize("said", ["The crews joined hands.", "Patience leads to calm."])
def test_what_only_sounds_like_it_is_not_told(march: Package, said: str) -> None:
    assert not is_quoted(boats(march, f"{STATUS} {said}"), said)


@pytest.mark.parametrize("said", ["FOC is planned for FY2028.", "FOC was reached in June."])
def test_a_date_without_its_year_is_told(march: Package, said: str) -> None:
    found = boats(march, f"{STATUS} {said}")
    assert found.package.rows("milestones") == march.rows("milestones")
    assert is_quoted(found, said)


def test_who_hosts_an_exercise_has_no_row_and_is_told(march: Package) -> None:
    said = "Since May 2025, Norway has hosted the annual exercise OARS."
    found = boats(march, f"{STATUS} {said}")
    assert one(found.package, "milestones", "bfr", "annual-exercise", "1")["date"] == "2025-05"
    assert is_quoted(found, said)
    assert not is_quoted(found, "no rule reads the date")


def test_flags_beside_names_are_no_part_of_them(march: Package) -> None:
    found = boats(march, STATUS, "🇫🇮 Finland, 🇳🇴 Norway, 🇸🇪 Sweden and the 🇬🇧 United Kingdom")
    assert found.package.rows("participations") == march.rows("participations")
    assert errors(found) == set()


def test_what_the_contents_list_says_of_a_project_is_no_acronym(march: Package) -> None:
    text = mcc(updated=AUGUST).text("2025")
    text = text.replace("2. LAMPLIGHT", "2. LAMPLIGHT (5 Allies, launched February 2019)")
    found = capture(march, [read(text.encode(), "page.txt")], checked=CHECKED)
    assert one(found.package, "projects", "lamplight") == one(march, "projects", "lamplight")


@pytest.mark.parametrize(
    "said",
    [
        "In May 2025, Poland was added as a participant.",
        "Poland was admitted to the project in May 2025.",
        "Poland signed up to the project in May 2025.",
        "In May 2025, the project welcomed Poland as its fifth participant.",
        "A further Ally, Poland, joined the project in May 2025.",
        "In May 2025, Poland became the fifth participant.",
        "Since May 2025, Poland also participates.",
        "In May 2025, Poland joined the project, and Iceland withdrew from it.",
        "In May 2025, Poland joined the project, bringing the number of participants to five.",
        "Two more nations, Poland and Iceland, joined in May 2025.",
    ],
)
def test_who_joined_in_other_words(march: Package, said: str) -> None:
    found = boats(march, f"{STATUS} {said}")
    assert one(found.package, "participations", "bfr", "POL", "participant")["joined"] == "2025-05"
    assert errors(found) == set()


@pytest.mark.parametrize(
    "said",
    [
        "The project has been suspended.",
        "Work on it is currently on hold.",
        "It has not reached IOC.",
        "The effort was merged with another one.",
    ],
)
def test_what_became_of_a_project_is_told(march: Package, said: str) -> None:
    assert is_quoted(boats(march, f"{STATUS} {said}"), said)


@pytest.mark.parametrize(
    "said", ["It has since grown to four nations.", "It now brings together four nations."]
)
def test_a_project_that_has_grown_states_its_number(march: Package, said: str) -> None:
    found = boats(march, f"{STATUS} {said}")
    assert one(found.package, "stated_counts", "bfr-countries")["stated"] == "4"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Established, delivering.", "established-and-delivering"),
        ("Established – delivering.", "established-and-delivering"),
        ("Established & delivering.", "established-and-delivering"),
        ("Established – the boats row.", "established"),
    ],
)
def test_a_status_in_another_form(march: Package, said: str, status: str) -> None:
    found = boats(march, f"{said} {STATUS.partition('. ')[2]}")
    assert one(found.package, "projects", "bfr")["status"] == status


def test_since_when_one_leads_stands_behind_its_name(march: Package) -> None:
    found = boats(march, STATUS, BY.replace("Norway", "Norway (lead nation, since 2024)"))
    assert one(found.package, "projects", "bfr")["lead"] == "NOR"
    assert one(found.package, "milestones", "bfr", "lead-assumed", "1")["date"] == "2024"
    assert errors(found) == set()


def test_partners_may_have_a_line_of_their_own(march: Package) -> None:
    found = boats(march, STATUS, f"{BY}\n\nPartners: Austria and Ireland")
    for party in ("AUT", "IRL"):
        row = one(found.package, "participations", "bfr", party, "participant")
        assert row["capacity"] == "partner"
    assert errors(found) == set()


def test_the_launch_may_have_a_label(march: Package) -> None:
    found = boats(march, "Established\n\nLaunch date: 16 June 2019")
    assert one(found.package, "projects", "bfr")["launched"] == "2019-06-16"
    assert errors(found) == set()


def test_a_date_in_the_contents_list_is_told(march: Package) -> None:
    entry = "1. Boats for Rivers (BFR)"
    found = boats(march, STATUS, BY, entry, f"{entry} (launched 2022)")
    assert is_quoted(found, "Boats for Rivers (BFR) (launched 2022)")
    assert found.package.rows("projects") == boats(march, STATUS).package.rows("projects")


def test_text_from_a_printed_page_has_ligatures(march: Package) -> None:
    found = boats(march, f"{STATUS} The ﬁrst boat was delivered in May 2025.")
    assert one(found.package, "milestones", "bfr", "first-delivery", "1")["date"] == "2025-05"
    assert errors(found) == set()


@pytest.mark.parametrize(
    "names",
    [
        "Armenia, Republic of, Australia, Austria (Republic of),",
        "Armenia, Republic of; Australia, Commonwealth of; Austria;",
        "Armenia\n\nAustralia\n\nAustria, Republic of\n\n",
    ],
)
def test_names_as_registers_have_them(march: Package, names: str) -> None:
    found = partners(march, ("Armenia, Australia, Austria,", names))
    assert found.package.rows("memberships") == march.rows("memberships")
    assert errors(found) == set()


EUROPE = ["Armenia", "Austria", "Bosnia and Herzegovina", "Georgia", "Ukraine"]
WORLD = ["Australia", "Jordan", "the United Arab Emirates"]
REGIONS = {"Europe": EUROPE, "Asia-Pacific and the Middle East": WORLD}


@pytest.mark.parametrize(
    "listed",
    [
        "\n\n".join(line for place, names in REGIONS.items() for line in (place, *names)),
        "\n\n".join(line for place, names in REGIONS.items() for line in (place, ", ".join(names))),
        "\n\n".join(f"{place}: {', '.join(names)}." for place, names in REGIONS.items()),
        "; ".join(f"{place}: {', '.join(names)}" for place, names in REGIONS.items()),
        "\n".join(
            line for place, names in REGIONS.items()
            for line in (place, *(f"  • {name}" for name in names))
        ),
        f"Europe (5): {', '.join(EUROPE)}\n\nOther regions (3): {', '.join(WORLD)}",
        "| Partner | Region |\n|---|---|\n"
        + "\n".join(f"| {name} | Europe |" for name in EUROPE + WORLD),
        "Partner\tRegion\n" + "\n".join(f"{name}\tEurope" for name in EUROPE + WORLD),
    ],
)  # fmt: skip
def test_partners_by_parts_of_the_world(march: Package, listed: str) -> None:
    found = partners(march, (f"{PLATFORM} United Arab Emirates.", listed))
    assert found.package.rows("memberships") == march.rows("memberships")
    assert errors(found) == set()


SIXTH = "Ukraine was recognised as a sixth EOP in June 2020."


@pytest.mark.parametrize(
    ("said", "ever"),
    [
        ("Austria became the seventh in May 2025.", "7"),
        ("In May 2025, Austria became the seventh partner with this status.", "7"),
        ("Austria was granted the same status in May 2025.", "6"),
    ],
)
def test_the_next_partner_in_other_words(march: Package, said: str, ever: str) -> None:
    current = "Australia, Austria, Georgia, Jordan and Ukraine"
    found = partners(march, (SIXTH, f"{SIXTH} {said}"), current=current)
    assert one(found.package, "memberships", "eop", "AUT", "1")["start"] == "2025-05"
    assert one(found.package, "stated_counts", "eop-ever")["stated"] == ever
    assert errors(found) == set()


def test_who_joined_after_a_number_each_with_a_date(march: Package) -> None:
    evolved = (
        "Upon completing the accession processes in 2023 and 2024 respectively, Finland and "
        "Sweden’s relationship with the Alliance evolved from that of Enhanced Opportunities "
        "Partners to full members of NATO."
    )
    joined = (
        "Two of these partners have since joined the Alliance: Finland in 2023 and Sweden in 2024."
    )
    found = partners(march, (evolved, joined))
    assert found.package.rows("memberships") == march.rows("memberships")
    assert errors(found) == set()


def test_an_ally_that_joined_next_is_no_partner_that_came(march: Package) -> None:
    found = partners(march, (SIXTH, f"{SIXTH} Sweden became the 32nd in May 2025."))
    assert found.package.rows("memberships") == march.rows("memberships")
    assert is_quoted(found, "Sweden became the 32nd in May 2025.")


def test_the_day_of_one_thing_at_a_summit_is_not_that_of_another(march: Package) -> None:
    launched = "(PII) was launched at the Wales Summit in 2014"
    platform = "Currently, 8 partners are members of the IP."
    found = partners(
        march,
        (launched, "(PII) was launched at the Wales Summit on 5 September 2014"),
        (platform, f"The IP was launched at the Wales Summit. {platform}"),
    )
    assert one(found.package, "formats", "pii")["launched"] == "2014-09-05"
    assert one(found.package, "formats", "ip")["launched"] == "2014-09"


def test_a_launch_may_stand_above_the_status(march: Package) -> None:
    said, status = "BFR was launched in May 2019.", "Established."
    found = boats(march, status, f"{BY}\n\n{said}")
    assert one(found.package, "projects", "bfr")["launched"] == "2019-05"
    assert errors(found) == set()


def test_what_stands_below_a_list_is_not_in_it_for_its_heading(march: Package) -> None:
    below = "Partners in Europe also meet in the Euro-Atlantic Partnership Council."
    listed = f"{PLATFORM} United Arab Emirates."
    found = partners(march, (listed, f"{listed}\n\nEurope\n\n{below}"))
    assert found.package.rows("memberships") == march.rows("memberships")
    assert errors(found) == set()


def test_as_of_when_a_list_is_is_not_since_when_its_last_name_is(march: Package) -> None:
    found = boats(march, STATUS, f"{BY} (as of 1 June 2025)")
    assert "joined" not in {
        name for row in found.package.rows("participations")
        for name, cell in row.items() if cell == "2025-06-01"
    }  # fmt: skip
    assert is_quoted(found, "(as of 1 June 2025)")


def test_a_time_line_below_the_status_heads_nothing(march: Package) -> None:
    lines = "  • May 2025: Poland joined the project\n  • 2028: the first boats row"
    found = boats(march, f"{STATUS}\n\n{lines}")
    assert one(found.package, "participations", "bfr", "POL", "participant")["joined"] == "2025-05"
    assert found.package.rows("areas") == boats(march, STATUS).package.rows("areas")
    assert is_quoted(found, "2028: the first boats row")
