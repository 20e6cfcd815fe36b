from __future__ import annotations

import pytest

from interopwatch.capture.english.lists import PartyList, goes_on, parties_in
from interopwatch.capture.english.names import mentions
from known import known


def read(text: str) -> PartyList:
    return parties_in(text, known())


def ids(text: str) -> list[str]:
    listed = read(text)
    assert listed.understood, listed
    return [member.party.party for member in listed.members]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norway", ["NOR"]),
        ("Norway, Iceland and the Netherlands", ["NOR", "ISL", "NLD"]),
        ("Norway, Iceland, and the Netherlands.", ["NOR", "ISL", "NLD"]),
        ("Norway,Iceland & Poland", ["NOR", "ISL", "POL"]),
        ("Norway; Iceland; Poland", ["NOR", "ISL", "POL"]),
        ("Norway, Iceland as well as Poland", ["NOR", "ISL", "POL"]),
        ("Türkiye,\u00a0 the United Kingdom and the US", ["TUR", "GBR", "USA"]),
        ("New Zealand,\u00a0Serbia and Bosnia and Herzegovina", ["NZL", "SRB", "BIH"]),
        ("Bosnia and Herzegovina and Serbia", ["BIH", "SRB"]),
        ("the U.S., the U.K. and Norway", ["USA", "GBR", "NOR"]),
        ("Norway, the U.S. and Poland", ["NOR", "USA", "POL"]),
        ("The Netherlands and Turkey", ["NLD", "TUR"]),
        ("Norway and the NATO Support and Procurement Agency (NSPA)", ["NOR", "nspa"]),
        ("Norway and the NATO Support and Procurement Agency", ["NOR", "nspa"]),
        ("Norway and the United Kingdom (UK)", ["NOR", "GBR"]),
        ("Republic of Korea, Republic of Moldova and Japan", ["KOR", "MDA", "JPN"]),
        ("Nor\u00adway, Ice\u200bland and Poland", ["NOR", "ISL", "POL"]),
        ("Norway, Iceland and Poland take part in the project.", ["NOR", "ISL", "POL"]),
        ("Currently Norway and Iceland", ["NOR", "ISL"]),
        ("The following Allies participate: Norway and Iceland", ["NOR", "ISL"]),
        ("Norway and Iceland (new)", ["NOR", "ISL"]),
        ("Norway, the three Baltic States and Poland", ["NOR", "EST", "LVA", "LTU", "POL"]),
        ("Norway and the Baltic States (Estonia and Latvia)", ["NOR", "EST", "LVA"]),
        ("Belgium, the Netherlands and Luxembourg (Benelux)", ["BEL", "NLD", "LUX"]),
        ("Europe: Ireland and Serbia; Middle East and North Africa: Jordan", ["IRL", "SRB", "JOR"]),
        ("Ireland | Europe, Japan | Asia-Pacific", ["IRL", "JPN"]),
        ("No. | Partner, 1 | Ireland, 2 | Japan", ["IRL", "JPN"]),
    ],
)
def test_a_list_is_the_names_in_it(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("Norway, Poland and NATO partner Austria", {"AUT"}),
        ("Norway, Poland and NATO partners Austria and Australia", {"AUT", "AUS"}),
        ("Norway, Poland and NATO partners Austria, Ireland and Australia", {"AUT", "AUS", "IRL"}),
        ("Norway, Poland and partner country Austria", {"AUT"}),
        ("Norway, NATO partner Austria and Poland", {"AUT"}),
        ("Norway, Poland and Austria (NATO partner)", {"AUT"}),
        ("NATO Allies Norway and Poland, and the partner nations Austria and Ireland",
         {"AUT", "IRL"}),
    ],
)  # fmt: skip
def test_a_partner_is_who_is_called_one(text: str, partners: set[str]) -> None:
    listed = read(text)
    assert listed.understood
    assert {m.party.party for m in listed.members if m.capacity == "partner"} == partners
    allies = {m.party.party for m in listed.members if m.capacity == "ally"}
    assert allies <= {"NOR", "POL"}
    assert "NOR" in allies


def test_the_country_that_leads_a_supporting_cluster_takes_no_part() -> None:
    listed = read("Norway and Iceland, supported by the German-led CBRN Cluster (CC)")
    assert [(m.party.party, m.role, m.capacity) for m in listed.members] == [
        ("NOR", "participant", "ally"),
        ("ISL", "participant", "ally"),
        ("cbrn-cluster", "supporter", "organisation"),
    ]
    assert listed.understood


def test_a_sentence_behind_the_list_is_its_rest() -> None:
    listed = read(
        "Norway and the NATO Support and Procurement Agency (NSPA). With 7 countries, on."
    )
    assert listed.rest == "With 7 countries, on."
    assert [m.party.party for m in listed.members] == ["NOR", "nspa"]
    assert read("Norway and Poland. Germany joined in 2031.").rest == "Germany joined in 2031."


@pytest.mark.parametrize(
    ("text", "kept", "unknown"),
    [
        ("Norway, Atlantis and Poland", ["NOR", "POL"], ["Atlantis"]),
        ("Norway, the Atlantis and Poland", ["NOR", "POL"], ["the Atlantis"]),
        ("Norway and Austria (host)", ["NOR"], ["Austria (host)"]),
        ("Norway, Austria (host), Poland", ["NOR", "POL"], ["Austria (host)"]),
        ("Norway and Austria (until 2031)", ["NOR"], ["Austria (until 2031)"]),
        ("Norway and Austria (since about 2031)", ["NOR"], ["Austria (since about 2031)"]),
        ("Norway and Austria, as an observer", ["NOR"], ["Austria, as an observer"]),
        ("Norway until 2031 and Poland", ["POL"], ["Norway until 2031"]),
        ("Norway, non-NATO Austria and Poland", ["NOR", "POL"], ["non-NATO Austria"]),
        (
            "Norway and Poland; observers: Spain and Iceland",
            ["NOR", "POL"],
            ["observers: Spain and Iceland"],
        ),
        ("Norway, Poland and others", ["NOR", "POL"], ["others"]),
        ("Norway, Poland and six other Allies", ["NOR", "POL"], ["six other Allies"]),
        ("all Allies", [], ["all Allies"]),
        ("to be confirmed", [], ["to be confirmed"]),
        ("Norway (since 2031", [], ["Norway (since 2031"]),
        ("Norway's army and Poland", ["POL"], ["Norway's army"]),
    ],
)
def test_what_is_not_surely_a_name_is_reported_and_the_rest_kept(
    text: str, kept: list[str], unknown: list[str]
) -> None:
    listed = read(text)
    assert [m.party.party for m in listed.members] == kept
    assert list(listed.unknown) == unknown
    assert not listed.understood


def test_a_note_in_parentheses_may_say_who_observes_and_since_when() -> None:
    listed = read("Norway (since May 2031), Austria (observer) and Spain (joined in 2032)")
    assert [(m.party.party, m.role, m.joined) for m in listed.members] == [
        ("NOR", "participant", "2031-05"),
        ("AUT", "observer", ""),
        ("ESP", "participant", "2032"),
    ]
    assert listed.understood


def test_a_list_in_a_list_ends_with_its_sentence() -> None:
    listed = read("Norway; observers: Spain and Iceland. With 7 countries, on.")
    assert [m.party.party for m in listed.members] == ["NOR"]
    assert listed.unknown == ("observers: Spain and Iceland",)
    assert listed.rest == "With 7 countries, on."


def test_a_mark_that_is_no_footnote_and_a_second_naming_are_said() -> None:
    listed = read("Norway, Spain****, Poland and Norway")
    assert [m.party.party for m in listed.members] == ["NOR", "POL"]
    assert listed.unknown == ("Spain****",)
    assert [party.party for party in listed.repeated] == ["NOR"]


@pytest.mark.parametrize("said", ["Three Allies:", "Three Allies take part:"])
def test_a_number_before_the_list_and_a_lead_in_it(said: str) -> None:
    listed = read(f"{said} Norway (lead nation), Poland and Spain")
    assert listed.stated == 3
    assert listed.leads == ((known().parties["norway"], ""),)
    assert len(listed.members) == 3


def test_a_number_with_its_list_in_parentheses() -> None:
    listed = read("3 Allies (Norway (lead), Poland and Spain). More may join.")
    assert listed.stated == 3
    assert [m.party.party for m in listed.members] == ["NOR", "POL", "ESP"]
    assert listed.leads == ((known().parties["norway"], ""),)
    assert (listed.understood, listed.rest) == (True, "More may join.")
    # Supporters are not part of its number.
    assert not read("2 Allies (Norway and Poland) and Austria").understood
    assert not read("3 Allies (" + "(" * 50_000).members


@pytest.mark.parametrize(
    "text",
    [
        "All Allies except Norway and Spain",
        "Poland, Iceland, excluding Norway and Spain",
        "The following Allies have not joined: Norway and Spain",
        "Poland and Iceland; Norway and Spain are observers",
    ],
)
def test_who_is_left_out_is_nobody_of_the_list(text: str) -> None:
    listed = read(text)
    assert {"NOR", "ESP"}.isdisjoint(each.party.party for each in listed.members)
    assert not listed.understood


def test_since_when_one_leads_is_not_since_when_it_takes_part() -> None:
    listed = read("Poland and Norway (lead nation, since May 2031)")
    assert listed.leads == ((known().parties["norway"], "2031-05"),)
    assert [each.joined for each in listed.members] == ["", ""]


@pytest.mark.parametrize("text", ["", "and", ",", "the", "NATO partner", "(", ")", "and the", "*"])
def test_hardly_a_list(text: str) -> None:
    assert not read(text).members


def test_noise_is_read_in_a_moment_and_nothing_is_found() -> None:
    assert not read("(" * 200_000).members
    assert not read("zebra " * 40_000).members
    assert len(read("Norway, " * 8_000).members) == 1


def test_parties_named_in_prose() -> None:
    text = (
        "NATO works with the European Union (EU) and France's army (in the US), not with us, "
        "through the NATO Support and Procurement Agency (NSPA)."
    )
    found = mentions(text, known())
    assert [m.party.party for m in found] == ["nato", "eu", "FRA", "USA", "nspa"]
    assert [text[m.start : m.end] for m in found] == [m.name for m in found]
    assert found[-1].name == "NATO Support and Procurement Agency (NSPA)"


def test_a_name_is_found_whatever_its_spaces_letters_and_quotes_are() -> None:
    text = "The\N{NO-BREAK SPACE}NATO fleet, Tu\N{COMBINING DIAERESIS}rkiye, “Norway’s” and [Spain."
    assert [m.name for m in mentions(text, known())] == [
        "NATO", "Tu\N{COMBINING DIAERESIS}rkiye", "Norway",
    ]  # fmt: skip
    assert not mentions("Norway-based, non-NATO and Spainish", known())


@pytest.mark.parametrize(
    "name", ["BiH", "Bosnia–Herzegovina", "former Yugoslav Republic of Macedonia", "the UK"]
)
def test_a_short_name_and_one_with_a_dash_stand_in_a_list(name: str) -> None:
    found = parties_in(f"Germany, {name} and Italy", known())
    assert len(found.members) == 3
    assert found.understood


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NORWAY, THE NETHERLANDS AND BOSNIA AND HERZEGOVINA.", ["NOR", "NLD", "BIH"]),
        ("NORWAY AND THE UNITED STATES (US)", ["NOR", "USA"]),
        ("Norway | the Netherlands | Poland", ["NOR", "NLD", "POL"]),
        ("Norway | | Poland | Bosnia and Herzegovina |", ["NOR", "POL", "BIH"]),
    ],
)
def test_names_may_stand_in_capitals_or_in_cells(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


def test_a_cell_that_is_no_name_is_told() -> None:
    assert read("Norway | three ships | Poland").unknown == ("three ships",)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Norway", "surely"),
        ("Norwey", "surely"),
        ("Norwey, Iceland", "surely"),
        ("Poland | Iceland", "surely"),
        ("the Agency for Odds", "surely"),
        ("NATO partner Ruritania", "surely"),
        ("Ruritania. With 3 countries, it is small.", "surely"),
        ("Ruritania", "maybe"),
        ("Read More", "maybe"),
        ("Norway joined in 2031.", ""),
        ("In 2031, Norway and Iceland joined.", ""),
        ("Read more", ""),
    ],
)
def test_how_sure_it_is_that_a_list_goes_on(text: str, how: str) -> None:
    assert goes_on(text, known()) == how
