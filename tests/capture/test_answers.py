"""What a file of answers may contain, so that each answer is valid in a cell of a table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interopwatch.capture.questions import FORMAT, from_json
from interopwatch.errors import CaptureError


def said(*answers: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "format": FORMAT,
        "answers": [{"id": f"q{i}", "answer": a} for i, a in enumerate(answers)],
    }


def test_white_space_around_an_answer_is_none_of_it() -> None:
    assert from_json(said(" some words ", "\n", ""), "f") == {
        "q0": "some words",
        "q1": "",
        "q2": "",
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, "f: q0: null is no text in quotes"),
        (True, "f: q0: true is no text"),
        (5, "f: q0: 5 is no text"),
        (["words"], 'f: q0: ["words"] is no text'),
        ({"a": "x" * 10_000}, 'f: q0: {"a": "xxx'),
        ("half \ud800 a pair", "f: q0: it holds the character U+D800"),
        ("a\0b", "U+0000"),
        ("two\nlines", "U+000A"),
        ("two\u2028lines", "U+2028"),
        ("\x1b[2Jcleared", "U+001B"),
    ],
)
def test_what_no_cell_should_hold_is_refused(answer: object, expected: str) -> None:
    with pytest.raises(CaptureError) as caught:
        from_json(said(answer), "f")
    assert expected in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    "answers", [None, 5, "words", {"q": "words"}, ["q"], [{"id": "q"}], [{"id": 5, "answer": ""}]]
)
def test_answers_of_another_shape_are_refused(answers: object) -> None:
    with pytest.raises(CaptureError, match="f: these are no answers"):
        from_json({"format": FORMAT, "answers": answers}, "f")


def test_two_answers_to_one_question_are_refused() -> None:
    twice = said("one", "other")
    twice["answers"][1]["id"] = "q0"
    with pytest.raises(CaptureError, match="f: q0: it is answered twice, and differently"):
        from_json(twice, "f")
    twice["answers"][1]["answer"] = "one"
    assert from_json(json.loads(json.dumps(twice)), "f") == {"q0": "one"}
