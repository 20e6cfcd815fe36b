"""The data dictionary: a descriptor's fields, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

from interopwatch.export.dictionary import as_markdown, entries
from packages import EDTF, package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping


def rules(kind: Mapping[str, Any]) -> tuple[str, str]:
    made = package({"t": spec("id,v\na,\n", types={"v": kind})}).memory()
    entry = list(entries(made.resource("t")))[1]
    return entry.type, entry.rules


def test_rules_are_told_in_words() -> None:
    said = {"required": True, "unique": True, "minimum": 1, "maximum": 9}
    assert rules({"type": "integer", "constraints": said}) == (
        "integer",
        "required; unique; at least 1; at most 9",
    )
    assert rules({"constraints": {"enum": ["a", "b"], "maxLength": 1}}) == (
        "string",
        "one of: a, b; of at most 1 characters",
    )
    assert rules({"constraints": {"pattern": "^a+$"}}) == ("string", "matches ^a+$")


def test_categories_are_values_that_there_may_be() -> None:
    labelled = {"categories": [{"value": "1", "label": "One"}, {"value": "2", "label": "Two"}]}
    assert rules(labelled)[1] == "one of: 1, 2"
    assert rules({"categories": ["x", "y"]})[1] == "one of: x, y"


def test_dates_are_told_by_what_they_are_written_in() -> None:
    assert rules({"type": "date", "format": "%d/%m/%Y"})[0] == "date (%d/%m/%Y)"
    assert rules({**EDTF, "constraints": {"pattern": "^.*$"}}) == ("EDTF date", "")


def test_keys_say_what_they_are_and_where_they_lead() -> None:
    table = spec("a,b\n", ["a", "b"], refs={"b": "u.id"})
    made = package({"t": table, "u": "id\n"}).memory()
    assert [entry.rules for entry in entries(made.resource("t"))] == [
        "part of the key",
        "part of the key; refers to u.id",
    ]
    assert [entry.rules for entry in entries(made.resource("u"))] == ["key"]


def test_markdown_shows_whatever_a_descriptor_says_as_it_is() -> None:
    hostile = "<script>alert(1)</script> | [x](javascript:alert(1)) **b**\n# head"
    made = package({
        "t": spec("id,v\na,\n", types={"v": {"title": hostile, "description": hostile,
                  "example": hostile}}, title=hostile, description=hostile),
    }).memory()  # fmt: skip
    page = MarkdownIt("gfm-like", {"linkify": False}).render(as_markdown(made))
    assert "<script" not in page
    assert "<a " not in page
    assert page.count("<h2>") == 1
    assert page.count("<tr>") == 3
    assert page.count("alert(1)") > 4
