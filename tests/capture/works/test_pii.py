"""The page about the Partnership Interoperability Initiative, as tables."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from initiative_page import EOPS, FIXTURE, LIST, PLATFORM
from interopwatch.capture.model import Block, Document, Kind
from interopwatch.capture.page import read as reading
from interopwatch.capture.recognise import recognise
from interopwatch.capture.works import registry
from known import known, table, vocabulary
from page_lines import marked, page
from pages import SITES, TEXT_LAYOUTS, Page, h, li, p
from pages import page as whole_page
from source_texts import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.model import Extract
    from pages import Layout, Site


extract = partial(registry.extract, registry.WORKS["pii"])


def read(text: str = FIXTURE, *changes: tuple[str, str], **more: str) -> Extract:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return extract(page(text, **more), known("pii"), "pii-2031-09-05")


def rows(extract: Extract, resource: str, *fields: str, **where: str) -> list[tuple[str, ...]]:
    return sorted(
        tuple(row.get(field, "") for field in fields)
        for row in extract.rows.get(resource, ())
        if all(row.get(name) == value for name, value in where.items())
    )


def spells(extract: Extract) -> list[tuple[str, ...]]:
    return rows(extract, "memberships", "party", "spell", "start", "end", format="eop")


def members(extract: Extract) -> list[str]:
    return [party for (party,) in rows(extract, "memberships", "party", format="ip")]


def codes(extract: Extract, level: str = "error") -> list[str]:
    return [finding.code for finding in extract.findings if finding.level == level]


def counts(extract: Extract) -> dict[str, str]:
    return dict(rows(extract, "stated_counts", "count", "stated"))  # type: ignore[arg-type]


SPELLS: Final = [
    ("FIN", "1", "2021~", "2026"),
    ("JPN", "1", "2021~", ""),
    ("MNG", "1", "2025-06", ""),
    ("SRB", "1", "2024-05", ""),
    ("SWE", "1", "2021~", "2027"),
]
FIVE: Final = ["BIH", "JPN", "KOR", "NZL", "SRB"]


def test_the_spells_of_partners_are_read() -> None:
    found = read()
    assert spells(found) == SPELLS
    reasons = rows(found, "memberships", "party", "end_reason", "locator", format="eop")
    assert reasons[0] == ("FIN", "joined NATO", EOPS)
    assert reasons[1] == ("JPN", "", EOPS)
    assert not codes(found)


def test_the_platform_is_read_from_its_list_only() -> None:
    found = read()
    assert members(found) == FIVE
    assert set(rows(found, "memberships", "spell", "start", "end", "locator", format="ip")) == {
        ("1", "", "", PLATFORM)
    }


def test_every_stated_number_is_a_row_with_its_place() -> None:
    assert rows(read(), "stated_counts", "count", "filter", "stated", "locator") == [
        ("eop-ever", "format=eop", "5", EOPS),
        ("eop-first-granted", "format=eop&start=2021~", "3", EOPS),
        ("ip-partners-as-members", "format=ip&end=", "5", PLATFORM),
        ("ip-partners-before-list", "format=ip&end=", "5", PLATFORM),
        (
            "ip-partners-in-introduction",
            "format=ip&end=",
            "5",
            "Partnership Interoperability Initiative",
        ),
    ]


def test_formats_stand_where_their_launch_is_told() -> None:
    fields = ("format", "name", "acronym", "parent", "launched", "launch_event", "locator")
    assert rows(read(), "formats", *fields) == [
        ("eop", "Enhanced Opportunities Partners", "EOP", "pii", "", "", EOPS),
        ("ip", "Interoperability Platform", "IP", "pii", "2021", "Oslo Summit", PLATFORM),
        (
            "pii", "Partnership Interoperability Initiative", "PII", "", "2021", "Oslo Summit",
            "Partnership Interoperability Initiative",
        ),
    ]  # fmt: skip


def test_lists_of_aims_and_benefits_and_the_bodies_are_provisions() -> None:
    fields = ("format", "kind", "position", "party", "locator")
    assert rows(read(), "provisions", *fields) == [
        ("eop", "benefit", "1", "", EOPS),
        ("eop", "benefit", "2", "", EOPS),
        ("eop", "benefit", "3", "", EOPS),
        ("ip", "body", "1", "operations-policy-committee", PLATFORM),
        ("ip", "body", "2", "military-committee", PLATFORM),
        ("ip", "body", "3", "cnad", PLATFORM),
        ("ip", "body", "4", "command-control-and-consultation-board", PLATFORM),
        ("pii", "aim", "1", "", "How it works"),
        ("pii", "aim", "2", "", "How it works"),
    ]


def test_a_meeting_long_past_stays_planned_where_the_page_has_it_so() -> None:
    found = read()
    assert rows(found, "meetings", "meeting", "date", "event", "level", "status") == [
        ("turin-2023", "2023-07", "Turin Summit", "defence ministers", "planned")
    ]
    assert codes(found, "notice") == ["planned-in-the-past"]
    held = read(FIXTURE, ("will meet again", "met again"))
    assert rows(held, "meetings", "meeting", "status") == [("turin-2023", "held")]
    assert not codes(held, "notice")


def test_who_joined_is_an_ally_and_who_is_listed_a_partner() -> None:
    fields = ("party", "kind", "name", "alliance_role", "joined_alliance", "locator")
    found = {row[0]: row[1:] for row in rows(read(), "parties", *fields)}
    assert found["FIN"] == ("country", "Finland", "ally", "2026", EOPS)
    assert found["MNG"] == ("country", "Mongolia", "partner", "", EOPS)
    assert found["KOR"] == ("country", "Republic of Korea", "partner", "", PLATFORM)
    title = "Partnership Interoperability Initiative"
    assert found["nato"] == ("organisation", "NATO", "", "", title)
    assert found["cnad"][1] == "Conference of National Armaments Directors"


def test_every_block_is_accounted_for_in_order() -> None:
    found = read()
    text = " ".join(" ".join(line.strip(" •").split()) for line in FIXTURE.split("\n"))
    said = " ".join(passage.text for passage in found.passages)
    assert said.split() == text.split()
    keys = {
        name: {tuple(row[field] for field in key) for row in found.rows[name]}
        for name, key in {
            "memberships": ("format", "party", "spell"), "parties": ("party",),
            "provisions": ("format", "kind", "position"), "stated_counts": ("count",),
            "formats": ("format",), "meetings": ("format", "meeting"),
        }.items()
    }  # fmt: skip
    keys["sources"] = {("pii-2031-09-05",)}
    given = {name: set[tuple[str, ...]]() for name in keys}
    for passage in found.passages:
        for fact in passage.facts:
            given[fact.resource].add(fact.key)
    assert given == keys


def test_lists_are_settled_and_prose_is_not() -> None:
    settled = {p.text for p in read().passages if p.settled}
    assert any(text.startswith("Bosnia") for text in settled)
    assert any(text.startswith("These 5 partners") for text in settled)
    assert any(text.startswith("The current Enhanced") for text in settled)
    assert {EOPS, PLATFORM, "How it works"} <= settled
    assert not any("Soon after" in text or "room" in text or "tea" in text for text in settled)


def test_a_list_of_contents_is_no_heading() -> None:
    contents = f"09:30\nOn this page\n• How it works\n{EOPS}\n{PLATFORM}\n"
    names = vocabulary(known().parties, locators=("How it works", EOPS, PLATFORM))
    for know in (names, known("pii")):
        found = extract(page(FIXTURE.replace("09:30\n", contents)), know, "pii-2031-09-05")
        assert found.rows == read().rows


def test_a_caption_is_no_heading() -> None:
    assert all(p.locator != "A corner of a room" for p in read().passages)


JOINED: Final = "In 2026 and 2027 respectively, Finland and Sweden joined NATO."
LATER: Final = (
    "Serbia and Mongolia became the fourth and fifth EOPs in May 2024 and June 2025 respectively."
)
FIRST: Final = (
    "Soon after the 2021 Oslo Summit, three partners were given these “enhanced opportunities”: "
    "Finland, Japan and Sweden."
)
OTHER_WORDS: Final = """
Finland and Sweden became NATO Allies in 2026 and 2027 respectively.
Finland joined NATO in 2026 and Sweden in 2027.
Finland (2026) and Sweden (2027) joined the Alliance.
Finland and Sweden, both former EOPs, became full members of NATO in 2026 and 2027, respectively.
Having completed accession in 2026 and 2027 respectively, Finland and Sweden are no longer EOPs.
Finland’s relationship with NATO evolved from that of an EOP to a member of NATO in 2026. \
Sweden acceded to NATO in 2027.
Finland became a NATO member in 2026, and Sweden became a member in 2027.
Finland, a former EOP, became the 33rd member of NATO in 2026. Sweden joined the Alliance in 2027.
After accession in 2026 and 2027 respectively, Finland and Sweden’s status has changed from that \
of EOPs to that of full members of the Alliance.

Serbia was recognized as a fourth EOP in May 2024. In June 2025, Mongolia became the fifth EOP.
In May 2024, NATO recognised Serbia as an Enhanced Opportunities Partner. Mongolia was granted \
EOP status in June 2025, in view of its gifts.
At the Turin Summit in May 2024, Serbia was recognised as an EOP. Mongolia was recognised as \
the fifth EOP at the Pisa Summit in June 2025.
Serbia was accepted as an EOP in May 2024. Mongolia has become an EOP since June 2025.
Serbia has been an EOP since May 2024. Mongolia joined the EOPs in June 2025.
Serbia has since been recognised by Allies as an EOP, in May 2024. Since June 2025, Mongolia has \
been one of NATO’s Enhanced Opportunities Partners.

Shortly after the Oslo Summit, three nations – Sweden, Japan and Finland – were granted these \
opportunities.
Shortly after the 2021 Oslo Summit, three partners were granted these “enhanced opportunities” – \
Finland, Japan and Sweden – for their gifts.
Shortly after the Oslo Summit, Sweden, Finland and Japan were granted “enhanced opportunities”.
"""
CASES: Final = [
    (old, new)
    for old, news in zip((JOINED, LATER, FIRST), OTHER_WORDS.split("\n\n"), strict=True)
    for new in news.strip().split("\n")
]


@pytest.mark.parametrize(("old", "new"), CASES, ids=lambda text: text[:40])
def test_the_same_in_other_words_is_the_same(old: str, new: str) -> None:
    found = read(FIXTURE, (old, new))
    assert spells(found) == SPELLS
    assert not [c for c in codes(found) if c != "count-disagrees"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Finland and Sweden joined NATO in 2026 and 2027.",
        "Finland and Sweden joined NATO in 2026, 2027 and 2028 respectively.",
        "Finland and Sweden joined NATO in 2026 respectively.",
        "Finland, Sweden and Utopia joined NATO in 2026.",
        "Japan was glad that Finland and Sweden joined NATO in 2026 and 2027 respectively.",
        "Before Finland joined NATO in 2026, Sweden was glad.",
    ],
)
def test_what_is_not_sure_is_not_read(sentence: str) -> None:
    found = read(
        FIXTURE, ("In 2026 and 2027 respectively, Finland and Sweden joined NATO.", sentence)
    )
    assert [row[3] for row in spells(found)] == [""] * 5
    # Neither is listed any more: that is reported, and nothing is inferred.
    assert codes(found) == ["eop-list-disagrees"] * 2
    passage = next(p for p in found.passages if p.text == sentence)
    assert not passage.facts
    assert not passage.settled
    assert "not sure who or when" in passage.note


@pytest.mark.parametrize(
    "sentence",
    [
        "Ireland will become an EOP in June 2032.",
        "Ireland was not recognised as an EOP in June 2030.",
        "Ireland may become a sixth EOP.",
        "Ireland wishes to join NATO, and Malta applied in 2022.",
        "Ireland was recognised as an EOP by June 2030 at the latest.",
        "Ireland was recognised as an EOP in June 2030, but lost it in 2031.",
        "Ireland has not received EOP status.",
        "Allies may extend EOP status to Ireland in June 2032.",
        "Ireland has been an observer among the EOPs since June 2030.",
        "Mongolia lost its EOP status in 2026 only on paper.",
        "Ireland joined the meeting of EOPs in June 2030.",
        "Allies regretted Japan's EOP status in June 2030.",
        "Ireland, which became an EOP in June 2030, lost it.",
        "Japan was not an EOP until June 2030.",
        "Japan was an EOP until at least June 2030.",
        "June 2032 may see Ireland become an EOP.",
    ],
)
def test_what_is_not_so_is_not_read(sentence: str) -> None:
    found = read(FIXTURE, ("Each “Enhanced", f"{sentence} Each “Enhanced"))
    assert spells(found) == SPELLS


def test_an_end_without_a_date_is_by_the_day_of_the_page() -> None:
    found = read(FIXTURE, ("In 2026 and 2027 respectively, Finland and Sweden joined NATO.",
                           "Finland and Sweden have since joined NATO."))  # fmt: skip
    assert {row[3] for row in spells(found)} == {"", "../2031-09-05"}
    assert not codes(found)


def test_a_partner_that_left_has_an_end_and_one_that_came_back_a_second_spell() -> None:
    gone = "Japan ceased to be an EOP in March 2028. "
    found = read(
        FIXTURE, ("Each “Enhanced", f"{gone}Each “Enhanced"), ("are: Japan, ", "are: ")
    )  # fmt: skip
    assert ("JPN", "1", "2021~", "2028-03") in spells(found)
    assert rows(found, "memberships", "end_reason", format="eop", party="JPN") == [("",)]
    assert not codes(found)
    back = gone + "Japan was recognised as an EOP in May 2030. "
    found = read(FIXTURE, ("Each “Enhanced", f"{back}Each “Enhanced"))
    assert [row for row in spells(found) if row[0] == "JPN"] == [
        ("JPN", "1", "2021~", "2028-03"),
        ("JPN", "2", "2030-05", ""),
    ]
    # The page speaks of the fifth partner ever: one that began later is none of the five.
    assert not codes(found)
    counted = rows(found, "stated_counts", "filter", "stated", count="eop-ever")
    assert counted == [("format=eop&start!=2030-05", "5")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Japan ceased to be an EOP in March 2028.",
        "Since March 2028, Japan is no longer an EOP.",
        "Japan has no longer been an EOP since March 2028.",
        "Japan lost its EOP status in March 2028.",
        "In March 2028, Japan gave up its status as an Enhanced Opportunities Partner.",
        "The EOP status of Japan was withdrawn in March 2028.",
        "In March 2028, NATO ended Japan’s EOP status.",
        "Japan withdrew from the group of EOPs in March 2028.",
        "Japan was one of the EOPs until March 2028.",
        "Japan’s status ended in March 2028.",
        "In March 2028, Japan lost its status.",
        "Japan, which lost its EOP status in March 2028, trains with Allies.",
    ],
)
def test_that_a_partner_left_may_be_said_in_many_ways(sentence: str) -> None:
    found = read(
        FIXTURE, ("Each “Enhanced", f"{sentence} Each “Enhanced"), ("are: Japan, ", "are: ")
    )
    assert ("JPN", "1", "2021~", "2028-03") in spells(found)
    assert not codes(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ireland followed as a sixth EOP in May 2030.",
        "Ireland received EOP status in May 2030.",
        "In May 2030, Allies granted EOP status to Ireland.",
        "Allies also extended the status of EOP to Ireland in May 2030.",
        "Ireland has been an EOP since May 2030.",
        "Ireland joined the EOPs in May 2030.",
        "In May 2030, Ireland was added to the group of Enhanced Opportunities Partners.",
        "May 2030 saw Ireland become a sixth EOP.",
        "Ireland, which was recognised as a sixth EOP in May 2030, takes part in exercises.",
    ],
)
def test_that_a_partner_came_may_be_said_in_many_ways(sentence: str) -> None:
    found = read(
        FIXTURE, ("Each “Enhanced", f"{sentence} Each “Enhanced"), ("are: ", "are: Ireland, ")
    )
    assert ("IRL", "1", "2030-05", "") in spells(found)
    assert not codes(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "In May 2030, NATO granted EOP status to the UAE and the Republic of Korea.",
        "Allies extended enhanced opportunities to the UAE, which trains with them, and others.",
        "NATO granted EOP status to the Republic of Korea and the UAE in May 2030.",
    ],
)
def test_whom_nato_made_partners_are_all_read_or_none(sentence: str) -> None:
    found = read(
        FIXTURE,
        ("Each “Enhanced", f"{sentence} Each “Enhanced"),
        ("are: ", "are: Republic of Korea, the UAE, "),
    )
    dated = {party for party, _, start, _ in spells(found) if start == "2030-05"}
    assert dated == ({"KOR", "ARE"} if "2030" in sentence else set())


def test_two_sentences_in_one_are_each_read() -> None:
    told = "Ireland became a sixth EOP in May 2030, while Japan ceased to be an EOP in March 2028."
    found = read(
        FIXTURE, ("Each “Enhanced", f"{told} Each “Enhanced"), ("are: Japan", "are: Ireland")
    )
    assert ("IRL", "1", "2030-05", "") in spells(found)
    assert ("JPN", "1", "2021~", "2028-03") in spells(found)
    assert not codes(found)


def test_a_current_partner_of_unknown_start_is_a_row_with_a_warning() -> None:
    found = read(FIXTURE, ("are: Japan,", "are: Ireland, Japan,"))
    assert ("IRL", "1", "", "") in spells(found)
    assert "eop-list-disagrees" in codes(found, "warning")


def test_a_list_that_disagrees_is_an_error_and_not_mended() -> None:
    missing = read(FIXTURE, ("are: Japan, Mongolia", "are: Mongolia"))
    assert codes(missing) == ["eop-list-disagrees"]
    assert spells(missing) == SPELLS
    stale = read(FIXTURE, ("are: Japan, Mongolia", "are: Finland, Japan, Mongolia"))
    assert codes(stale) == ["eop-list-disagrees"]
    assert spells(stale) == SPELLS


def test_dates_that_disagree_are_an_error() -> None:
    more = "Serbia was recognised as an EOP in May 2025. Each “Enhanced"
    assert codes(read(FIXTURE, ("Each “Enhanced", more))) == ["dates-disagree"]
    finer = "Serbia was recognised as an EOP on 3 May 2024. Each “Enhanced"
    found = read(FIXTURE, ("Each “Enhanced", finer))
    assert ("SRB", "1", "2024-05-03", "") in spells(found)
    assert not codes(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [("which now has 5", "which now has 6"), ("At present 5", "At present four"),
     ("These 5", "These twenty-four"), ("fourth and fifth", "fifth and sixth"),
     ("Summit, three partners", "Summit, four partners")],
)  # fmt: skip
def test_a_count_that_disagrees_is_an_error(old: str, new: str) -> None:
    found = read(FIXTURE, (old, new))
    assert codes(found) == ["count-disagrees"]
    assert members(found) == FIVE
    assert spells(found) == SPELLS


def test_an_unknown_country_is_an_error_and_the_others_are_read() -> None:
    found = read(FIXTURE, ("Japan, New", "Japan, Ruritania, New"))
    assert members(found) == FIVE
    assert codes(found) == ["unknown-party"]
    assert any("“Ruritania”" in f.message for f in found.findings)
    became = read(FIXTURE, ("Serbia and Mongolia became", "Ruritania and Mongolia became"))
    assert any("not sure who or when" in passage.note for passage in became.passages)


def test_half_a_list_of_bodies_is_not_taken_for_the_whole() -> None:
    found = read(FIXTURE, ("format, including at", "format, among them at"), ("like", "such as"))
    assert not rows(found, "provisions", "party", kind="body")


def test_an_unknown_body_is_an_error() -> None:
    found = read(FIXTURE, ("the Operations Policy Committee,", "the Tea Committee,"))
    assert codes(found) == ["unknown-party"]


@pytest.mark.parametrize(
    "new",
    [
        "New Zealand, Korea, Bosnia and Herzegovina, Serbia, and Japan.",
        "Bosnia-Herzegovina, Japan, New Zealand, South Korea and Serbia",
        "The Republic of Korea; New Zealand; Serbia; Japan; and Bosnia and Herzegovina.",
    ],
)
def test_the_list_in_another_order_or_spelling_is_the_same(new: str) -> None:
    new = new.replace("Korea, Bosnia", "South Korea, Bosnia")
    assert members(read(FIXTURE, (LIST, new))) == FIVE


def test_the_list_may_be_items_or_lines_one_for_each() -> None:
    names = ("Bosnia and Herzegovina", "Japan", "New Zealand", "Serbia", "the Republic of Korea")
    for mark in ("• ", ""):
        found = read(FIXTURE, (LIST, "\n".join(mark + name for name in names)))
        assert members(found) == FIVE
        assert not codes(found)
        given = [p for p in found.passages if p.text == "Japan"]
        assert {f.key for f in given[0].facts} == {("ip", "JPN", "1"), ("JPN",)}
    found = read(FIXTURE, (LIST, "\n".join("• " + n for n in (*names[:4], "Ruritania"))))
    assert codes(found) == ["count-disagrees"] * 3 + ["unknown-party"] or set(codes(found)) == {
        "count-disagrees",
        "unknown-party",
    }


@pytest.mark.parametrize(
    ("last", "level"),
    [("the Republic of Koreas", "error"), ("the Republic. It is far away.", "error"),
     ("Ruritania", "warning")],
)  # fmt: skip
def test_a_list_of_lines_is_not_whole_if_its_last_line_may_be_a_name(last: str, level: str) -> None:
    lines = ("Bosnia and Herzegovina", "Japan", "New Zealand", "Serbia", last)
    found = read(FIXTURE, (LIST, "\n".join(lines)), ("These 5 partners", "These partners"))
    told = {str(f.level): f.message for f in found.findings if f.code == "unknown-party"}
    assert list(told) == [level]
    assert last.partition(".")[0] in told[level]
    lists = found.lists.get("memberships", ())
    assert not [fields for fields in lists if fields.get("format") == "ip"]


def test_a_sentence_behind_the_last_line_of_a_list_is_no_part_of_it() -> None:
    names = ("Bosnia and Herzegovina", "Japan", "New Zealand", "Serbia")
    last = "the Republic of Korea. They meet whenever somebody has baked more cake than is good."
    found = read(FIXTURE, (LIST, "\n".join((*names, last))))
    assert members(found) == FIVE
    assert not codes(found)


def test_a_list_may_be_in_capitals_or_in_rows() -> None:
    rows_of = "Bosnia and Herzegovina | Japan | New Zealand\n\nSerbia | the Republic of Korea"
    for listed in (LIST.upper(), rows_of):
        found = read(FIXTURE, (LIST, listed))
        assert members(found) == FIVE
        assert not codes(found)
        assert "Japan" in [row["name"] for row in found.rows["parties"]]


def test_the_current_partners_may_be_items_below() -> None:
    listed = "The current Enhanced Opportunities Partners are:"
    text = FIXTURE.replace(f"• {listed} Japan, Mongolia and Serbia.", f"{listed}\n• Japan\n• Serbia"
                           "\n• Mongolia\n\nAnd so on.")  # fmt: skip
    found = read(text)
    assert spells(found) == SPELLS
    assert not codes(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "There are currently three EOPs: Mongolia, Japan and Serbia.",
        "At present, there are three Enhanced Opportunities Partners – Mongolia, Japan and Serbia.",
        "There are now three EOPs (Mongolia, Japan and Serbia).",
        "The EOPs currently are Mongolia, Japan and Serbia.",
        "The Enhanced Opportunities Partners are currently Mongolia, Japan and Serbia.",
        "The EOPs are now Mongolia, Japan and Serbia.",
        "Mongolia, Japan and Serbia are currently Enhanced Opportunities Partners.",
        "Currently, three nations have this status: Mongolia, Japan and Serbia.",
        "Three countries now enjoy this status: Mongolia, Japan and Serbia.",
        "Three partners currently hold EOP status: Mongolia, Japan and Serbia.",
        "Mongolia, Japan and Serbia currently have EOP status.",
        "The three current EOPs are Mongolia, Japan and Serbia.",
        "Enhanced Opportunities Partners: Mongolia, Japan and Serbia.",
    ],
)
def test_the_current_partners_in_other_words(sentence: str) -> None:
    old = "The current Enhanced Opportunities Partners are: Japan, Mongolia and Serbia."
    found = read(FIXTURE, (old, sentence))
    assert spells(found) == SPELLS
    assert not codes(found)
    assert "list-missing" not in codes(found, "warning")
    assert counts(found).get("eop-current") == ("3" if "three" in sentence.lower() else None)
    wrong = read(FIXTURE, (old, sentence.replace("Mongolia, Japan", "Japan")))
    assert "eop-list-disagrees" in codes(wrong)


@pytest.mark.parametrize(
    "intro",
    [
        "The following 5 nations currently participate in the Interoperability Platform:",
        "The Interoperability Platform currently brings together five partners:",
        "Members of the Interoperability Platform:",
        "The current partners in the Interoperability Platform are ",
        "The partners in the Interoperability Platform are currently ",
    ],
)
def test_the_platform_is_introduced_in_other_words(intro: str) -> None:
    old = "These 5 partners are currently in the Interoperability Platform:\n"
    found = read(FIXTURE, (old, intro if intro.endswith(" ") else intro + "\n"))
    assert members(found) == FIVE
    assert not codes(found)


def test_the_number_before_a_list_in_the_same_line_is_read_though_a_name_begins_with_new() -> None:
    old = "These 5 partners are currently in the Interoperability Platform:\n"
    found = read(FIXTURE, (old, old.replace("\n", " ")))
    assert "New\u00a0Zealand" in LIST
    assert counts(found) == counts(read())
    assert members(found) == FIVE


def test_a_number_that_was_not_read_keeps_its_sentence_unsettled() -> None:
    old = "These 5 partners are currently in the Interoperability Platform:"
    found = read(FIXTURE, (old, "The Interoperability Platform has 5 members:"))
    assert members(found) == FIVE
    assert not next(p for p in found.passages if p.text.endswith("members:")).settled


@pytest.mark.parametrize(
    "sentence",
    [
        "The following partners have left the Interoperability Platform: Austria, Ireland.",
        "New partners in the Interoperability Platform: Austria, Ireland.",
        "Partners of the Interoperability Platform may be nations such as: Austria, Ireland.",
        "In 2022, the partners of the Interoperability Platform were: Austria, Ireland.",
        "The potential EOPs are Austria and Ireland.",
        "Former Enhanced Opportunities Partners are: Austria and Ireland.",
        "Some 30 partners are members of the IP. About 4 nations are currently part of it.",
        "Currently 7 partners are no longer part of the IP.",
    ],
)
def test_lists_and_numbers_of_others_are_not_read(sentence: str) -> None:
    found = read(FIXTURE, ("At present 5", f"{sentence} At present 5"))
    assert {name: found.rows[name] for name in ("memberships", "stated_counts")} == {
        name: read().rows[name] for name in ("memberships", "stated_counts")
    }


def test_numbers_of_the_past_and_of_others_are_no_counts() -> None:
    more = "In 2021, 24 partners were part of the IP. 32 Allies are members of NATO. At present"
    assert counts(read(FIXTURE, ("At present", more))) == counts(read())


def test_a_launch_at_two_dates_is_an_error() -> None:
    more = "The Interoperability Platform was launched in 2022. Since then"
    assert codes(read(FIXTURE, ("Since then", more))) == ["dates-disagree"]


def test_a_summit_is_no_country_and_the_country_is_no_summit() -> None:
    more = "Georgia was recognised as an EOP at the Wales Summit in June 2028. Each “Enhanced"
    found = read(FIXTURE, ("Each “Enhanced", more), ("are: Japan,", "are: Georgia, Japan,"))
    assert ("GEO", "1", "2028-06", "") in spells(found)
    assert len(spells(found)) == 6


def test_a_list_without_a_sentence_before_it_is_read_under_its_heading() -> None:
    names = f"Armenia, Austria, Ireland, {LIST}"
    intro = "These 5 partners are currently in the Interoperability Platform:\n"
    found = read(FIXTURE, (intro, ""), (LIST, names))
    assert members(found) == sorted(["ARM", "AUT", "IRL", *FIVE])
    assert set(codes(found)) == {"count-disagrees"}


def test_half_a_page_has_errors_and_no_facts_that_are_not_there() -> None:
    half = FIXTURE[: FIXTURE.index(LIST)]
    found = read(half)
    assert not members(found)
    assert {"list-missing", "part-missing"} <= set(codes(found))
    start = read(FIXTURE[: FIXTURE.index(EOPS)])
    assert "part-missing" in codes(start)
    assert "part-missing" in codes(start, "warning")


def test_nations_and_bulleted_sections_of_older_editions() -> None:
    text = FIXTURE.replace(f"\n{EOPS}\n", f"\n  • {EOPS}\n    ")
    text = text.replace(f"\n{PLATFORM}\n", f"\n  • {PLATFORM}\n    ")
    text = text.replace("5 partners", "5 nations").replace("three partners", "three nations")
    found = read(text)
    assert spells(found) == SPELLS
    assert members(found) == FIVE
    assert rows(found, "memberships", "locator", party="SRB", format="ip") == [(PLATFORM,)]
    assert counts(found)["ip-partners-before-list"] == "5"
    assert not codes(found)


def whole(text: str = FIXTURE) -> Page:
    """Return the fixture as a page for every layout."""
    heads = {EOPS, PLATFORM, "How it works"}
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    parts = [h(1, lines[0])]
    for line in lines[2:]:
        if line in heads:
            parts.append(h(2, line))
        else:
            parts.append(li(line[2:]) if line.startswith("• ") else p(line))
    return whole_page(parts, updated="05 Sep. 2031 09:30")


@pytest.mark.parametrize("layout", TEXT_LAYOUTS)
def test_every_layout_of_the_text_gives_the_same_rows(layout: Layout) -> None:
    document = reading.read(whole().text(layout).encode(), "page.txt")
    assert recognise(document).source == "pii-2031-09-05"
    assert extract(document, known("pii"), "pii-2031-09-05").rows == read().rows


@pytest.mark.parametrize("site", SITES)
def test_both_sites_give_the_same_rows(site: Site) -> None:
    document = reading.read(whole().html(site).encode(), "page.html")
    assert recognise(document).source == "pii-2031-09-05"
    assert extract(document, known("pii"), "pii-2031-09-05").rows == read().rows


def html(level: int = 2) -> Document:
    lines = []
    for raw in FIXTURE.split("\n"):
        line = raw.strip()
        if line in {EOPS, PLATFORM, "How it works"}:
            line = f"{'#' * level} {line}"
        elif line == "Partnership Interoperability Initiative":
            line = f"# {line}"
        lines.append(line.replace("• ", "- "))
    return marked("\n".join(lines))


def test_headings_are_those_that_the_page_marks() -> None:
    text = read()
    found = extract(html(), known("pii"), "pii-2031-09-05")
    assert found.rows == text.rows
    assert not codes(found)


def test_headings_that_are_only_in_bold_type_are_known_from_before() -> None:
    lines = FIXTURE.replace("• ", "- ").replace("Partnership", "# Partnership", 1)
    document = marked("\n".join(line.strip() for line in lines.split("\n")))
    places = ("Partnership Interoperability Initiative", "How it works", EOPS, PLATFORM)
    names = vocabulary(known("pii").parties, locators=places)
    assert extract(document, names, "pii-2031-09-05").rows == read().rows


def test_headings_are_found_below_others() -> None:
    document = html(3)
    first = next(i for i, b in enumerate(document.blocks) if b.text == "How it works")
    blocks = (
        *document.blocks[:first],
        Block(Kind.HEADING, "Background", 2),
        *document.blocks[first:],
    )
    found = extract(Document("page.html", blocks, marked=True), known("pii"), "pii-2031-09-05")
    assert rows(found, "memberships", "locator", party="JPN", format="ip") == [
        (f"Background > {PLATFORM}",)
    ]


def test_our_own_words_are_never_among_the_fields() -> None:
    for resource in read().rows.values():
        for row in resource:
            assert not {"summary", "text", "review", "topic", "detail"} & set(row)


def test_what_a_work_owns_takes_in_every_row_it_gives() -> None:
    found = read()
    for resource, wanted in found.owns.items():
        for row in found.rows[resource]:
            assert any(owned(row, terms) for terms in wanted)
    for row in table("provisions"):
        if row["kind"] == "role":
            assert not any(owned(row, terms) for terms in found.owns["provisions"])


def owned(row: Mapping[str, str], terms: Mapping[str, str]) -> bool:
    return all(row.get(name) == value for name, value in terms.items())


HOSTILE: Final = [
    "",
    "«0» «17» became a sixth EOP in «3».",
    "A, " * 20_000,
    "became a sixth EOP in " * 3_000,
    "The following 21 partners are part of the Interoperability Platform: " * 500,
    "2014 " * 20_000 + "Summit in " * 5_000,
    "Wales Summit " * 10_000,
    "((((" * 20_000,
    "EOP are " * 20_000,
    "There are currently the current " * 120 + "EOP Elbonia",
    "in 2021, " * 10_000 + "Japan joined NATO",
    "٣ partners \u202e\u0000 are members of the Interoperability Platform",
    "Japan was recognised as a 99th EOP in 31 February 2024.",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_noise_is_no_fact_and_no_traceback(text: str) -> None:
    found = extract(page(text), known("pii"), "pii-2031-09-05")
    assert not spells(found)
    assert not members(found)
    assert extract(page(text), vocabulary({}), "pii-2031-09-05").work == "pii"


@given(st.data())
@settings(max_examples=examples(40), deadline=None)
def test_whatever_is_cut_out_no_fact_is_made_up(data: st.DataObject) -> None:
    size = len(FIXTURE)
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    found = read(FIXTURE[:start] + FIXTURE[end:])
    # A cut inside a name or a date may shorten it, but never invent a party.
    assert set(members(found)) <= {*FIVE, "KOR", "ALB"}
    assert {row[0] for row in spells(found)} <= {"FIN", "JPN", "MNG", "SRB", "SWE"}


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}")
@pytest.mark.parametrize("informed", [True, False], ids=["known", "by-layout"])
def test_the_edition_at_hand_is_the_tables(informed: bool) -> None:  # noqa: FBT001 - a case
    (file,) = SOURCES.glob("*_2024-03-07.txt")
    know = known("pii") if informed else vocabulary(known().parties)
    found = extract(page(file.read_text(encoding="utf-8")), know, "pii-2024-03-07")
    assert not codes(found)
    unstated = {"summary", "text", "review", "iso_alpha2", "url"}
    for resource in sorted(found.rows):
        wanted = [
            {name: value for name, value in row.items() if name not in unstated}
            for row in table(resource)
            if row["source"] == "pii-2024-03-07" and row.get("kind") != "role"
        ]
        given = [dict(row) for row in found.rows[resource]]
        for row in given:
            for name in wanted[0]:
                row.setdefault(name, "")
        order = sorted(wanted[0])
        assert sorted(given, key=lambda r: [r[n] for n in order]) == sorted(
            wanted, key=lambda r: [r[n] for n in order]
        ), resource
