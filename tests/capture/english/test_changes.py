"""Sentences about who joined and when, around a verb that the test makes up."""

from __future__ import annotations

import pytest

from interopwatch.capture.english.changes import Change, change_in
from interopwatch.capture.english.sentences import Sentence
from known import known

VERB = r"\b[has|have] (joined|entered) the Band{end}"


def told(text: str, verb: str = VERB, items: str = "") -> Change | None:
    return change_in(Sentence.of(text), verb, known(), items)


def dated(found: Change | None) -> dict[str, str]:
    pairs = zip(found.members, found.dates, strict=True) if found else ()
    return {member.party.party: date for member, date in pairs}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Norway joined the Band in May 2031.", {"NOR": "2031-05"}),
        ("In May 2031, Norway and Spain joined the Band.", {"ESP": "2031-05", "NOR": "2031-05"}),
        ("Norway and Spain joined the Band in 2031 and 2032, respectively.",
         {"NOR": "2031", "ESP": "2032"}),
        ("Norway (2031) and Spain (2032) have joined the Band.", {"NOR": "2031", "ESP": "2032"}),
        ("Norway joined the Band in 2031 and Spain in 2032.", {"NOR": "2031", "ESP": "2032"}),
        ("Two countries joined the Band in 2031: Norway and Spain.",
         {"NOR": "2031", "ESP": "2031"}),
        ("Two countries – Norway and Spain – joined the Band in 2031.",
         {"NOR": "2031", "ESP": "2031"}),
        ("Norway, formerly a guest, entered the Band.", {"NOR": ""}),
        ("Norway joined the Band in 2031, to everybody’s joy.", {"NOR": "2031"}),
    ],
)  # fmt: skip
def test_who_came_and_when(text: str, wanted: dict[str, str]) -> None:
    assert dated(told(text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Norway and Spain joined the Band in 2031 and 2032.",
        "Norway and Spain joined the Band in 2031 respectively.",
        "Norway and Utopia joined the Band in 2031.",
        "Norway may have joined the Band in 2031.",
        "Norway joined the Band in 2031, but left.",
        "Norway joined the Band in 2031, as Spain had.",
        "By 2031, Norway had joined the Band.",
        "Nobody heard that Norway joined the Band in 2031.",
        "Norway joined the Band before the meeting in 2031.",
        "Norway joined the Band at the 2031 meeting in 2032.",
    ],
)
def test_what_is_not_sure_is_not_read(text: str) -> None:
    assert told(text) is None


def test_a_list_may_follow_and_its_number_is_told() -> None:
    found = told("In 2031, three countries joined the Band:", items="Norway, Spain, Italy")
    assert found is not None
    assert found.stated == 3
    assert dated(found) == {"NOR": "2031", "ESP": "2031", "ITA": "2031"}


def test_a_verb_may_hold_the_parties_and_their_ordinals() -> None:
    verb = "the Band took in {who:parties} as its [{one:ordinal}] player{end}"
    found = told("In 2031, the Band took in Norway as its fourth player.", verb)
    assert found is not None
    assert (dated(found), found.ordinals) == ({"NOR": "2031"}, (4,))
    assert told("In 2031, Spain the Band took in Norway as its fourth player.", verb) is None


@pytest.mark.parametrize(
    "when",
    [
        "in early 2031",
        "at the end of 2031",
        "in the first half of 2031",
        "in Q2 2031",
        "in mid-2031",
    ],
)
def test_a_vague_time_is_told_as_one(when: str) -> None:
    for text in (
        f"Norway joined the Band {when}.",
        f"{when.capitalize()}, Norway joined the Band.",
    ):
        found = told(text)
        assert found is not None
        assert found.vague
        assert dated(found) == {"NOR": "2031"}


@pytest.mark.parametrize(
    "when",
    [
        "in the margins of the February 2031 meeting",
        "in the margins of the February 2031 meeting of NATO Defence Ministers",
        "on the margins of a meeting of the Council in February 2031",
        "at the February 2031 ministerial",
        "during the meeting of NATO Foreign Ministers in February 2031",
    ],
)
def test_a_meeting_dates_who_came_there(when: str) -> None:
    found = told(f"Norway joined the Band {when}.")
    assert found is not None
    assert (dated(found), found.vague) == ({"NOR": "2031-02"}, False)
