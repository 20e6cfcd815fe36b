"""Every format renders every report, and no cell does harm in any of them."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from typing import Final

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from interopwatch import Report, Sense, build_report, diff, tell
from interopwatch.report.formats import REPORTS, render_report
from interopwatch.text import as_json, for_markdown, for_spreadsheet, for_terminal, texts_as_json
from rendered import render_changes
from report_scenarios import CONTROLS, HOSTILE, SCENARIOS, pair


def plain(text: str, form: str) -> str:
    """Return what a reader of a format sees, on one line."""
    if form == "json":
        return " ".join(_strings(json.loads(text)))
    text = click.unstyle(text)
    if form == "markdown":
        text = re.sub(r"<br>|(?m:^- )|(?<!\\)[*_#]", "", text)
        text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    elif form == "html":
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return " ".join(text.split())


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


def sentences(report: Report) -> list[str]:
    lines = [n for s in report.sections for g in s.groups for n in g.lines]
    places = [part for line in lines for part in (line.sentence, line.source, line.locator) if part]
    return [*report.headline, *places, *report.remarks, report.unchanged]


@pytest.mark.parametrize("form", REPORTS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_format_says_all_of_a_report(scenario: str, form: str) -> None:
    old, new = SCENARIOS[scenario]()
    report = build_report(old, new)
    text = render_report(report, form)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    said = plain(text, form)
    assert [s for s in sentences(report) if " ".join(s.split()) not in said] == []
    titles = [x for s in report.sections for x in (s.title, *(g.topic for g in s.groups))]
    assert all(title.casefold() in said.casefold() for title in titles)


def test_json_is_the_report() -> None:
    report = build_report(*pair("Alpha"))
    assert json.loads(render_report(report, "json")) == report.to_dict()
    assert report.to_dict()["headline"] == list(report.headline)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_change_is_in_every_form_of_the_exact_diff(scenario: str) -> None:
    old, new = SCENARIOS[scenario]()
    changes = diff(old, new)
    reported = tell(changes, old, new)
    found = json.loads(render_changes(changes, reported, "json"))
    assert [(r["resource"], r["key"], r["kind"]) for r in found["rows"]] == [
        (c.resource, c.key, c.kind) for c in changes.rows
    ]
    assert all(r["before"] == c.before for r, c in zip(found["rows"], changes.rows, strict=True))
    assert all(r["after"] == c.after for r, c in zip(found["rows"], changes.rows, strict=True))
    listed = list(csv.DictReader(io.StringIO(render_changes(changes, reported, "csv"), newline="")))
    expected = {
        (c.resource, "/".join(c.key.values()), field)
        for c in changes.rows
        for field in c.fields
        if (c.before or {}).get(field, "") != (c.after or {}).get(field, "")
    }
    assert {(line["resource"], line["key"], line["field"]) for line in listed} == expected
    text = click.unstyle(render_changes(changes, reported, "terminal"))
    marks = {"added": "+", "removed": "-", "changed": "~"}
    for item in reported:
        change = item.change
        keys = ["/".join(change.key.values())]
        if change.has_new_key:
            keys.insert(0, "/".join((change.before or {})[name] for name in change.key))
        vague = {Sense.RETRACTED: "removed", Sense.UNDATED: "added"}
        what = item.sense if item.source else vague.get(item.sense, item.sense)
        head = f"  {marks[change.kind]} {' → '.join(keys)}  {what}"
        assert f"{head}\n" in text
    assert text.count("form only") == len(changes.form)
    assert bool(text) == bool(changes or changes.form)


# Hostile cells


@pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)
def test_no_cell_commands_a_terminal(cell: str) -> None:
    report = build_report(*pair(cell, cell))
    text = render_report(report, "terminal")
    assert "\x1b[35m" not in text
    assert "\x1b]" not in text
    assert not CONTROLS.search(click.unstyle(text))
    assert not any(line.startswith(("  + forged", "# forged")) for line in text.split("\n"))


@pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)
def test_no_cell_makes_a_line_of_its_own_in_a_diff(cell: str) -> None:
    def shown(name: str) -> str:
        old, new = pair(name)
        changes = diff(old, new)
        return click.unstyle(render_changes(changes, tell(changes, old, new), "terminal"))

    text = shown(cell)
    assert not CONTROLS.search(text)
    assert text.count("\n") == shown("harmless").count("\n")


def _structure(text: str) -> list[tuple[str, str]]:
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text)
    every = [t for token in tokens for t in (token, *(token.children or ()))]
    # How a text is split does not matter, but other tokens do; comments are invisible.
    pieces = ("text", "softbreak", "text_special")
    kept = [(t.type, t.tag) for t in every if t.type not in pieces and t.content != "<!-- -->"]
    breaks = [t.content for t in every if t.type == "html_inline"]
    assert set(breaks) <= {"<br>", "<!-- -->"}
    return kept


@pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)
def test_no_cell_becomes_markup_in_markdown(cell: str) -> None:
    text = render_report(build_report(*pair(cell, cell)), "markdown")
    harmless = render_report(build_report(*pair("harmless", "harmless")), "markdown")
    assert _structure(text) == _structure(harmless)
    assert not CONTROLS.search(text)
    assert not re.search(r"(?<!\\)@", text)


@pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)
def test_json_holds_a_cell_as_it_is(cell: str) -> None:
    old, new = pair(cell, cell)
    text = render_report(build_report(old, new), "json")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    titles = {
        line["source_title"]
        for section in json.loads(text)["sections"]
        for group in section["groups"]
        for line in group["lines"]
    }
    assert f"{cell}, 7 March 2024" in titles
    changes = diff(old, new)
    exactly = json.loads(render_changes(changes, tell(changes, old, new), "json"))
    assert {r["after"]["name"] for r in exactly["rows"] if r["after"] and "name" in r["after"]} == {
        cell
    }


@pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)
def test_no_cell_is_a_formula_in_a_spreadsheet(cell: str) -> None:
    old, new = pair(cell)
    changes = diff(old, new)
    text = render_changes(changes, tell(changes, old, new), "csv")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(line) for line in lines} == {len(lines[0])}
    cells = [each for line in lines for each in line]
    assert cell in cells or f"'{cell}" in cells
    assert not [each for each in cells if each[:1] in ("=", "+", "-", "@", "\t", "\r")]


# The three escapes


@given(st.text())
def test_terminal_text_holds_no_controls_and_loses_nothing_else(text: str) -> None:
    shown = for_terminal(text)
    assert not CONTROLS.search(shown)
    assert for_terminal(shown) == shown
    if text.isascii() and not CONTROLS.search(text):
        assert shown == text


@given(st.text())
def test_spreadsheet_cells_are_texts_or_numbers(cell: str) -> None:
    shown = for_spreadsheet(cell)
    assert shown in (cell, f"'{cell}")
    if shown[:1] in ("=", "+", "-", "@"):
        float(shown)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"- {for_markdown(text)}")
    types = {t.type for token in tokens for t in (token, *(token.children or ()))}
    assert types <= {
        "bullet_list_open", "list_item_open", "paragraph_open", "inline", "text", "text_special",
        "softbreak", "paragraph_close", "list_item_close", "bullet_list_close", "html_inline",
    }  # fmt: skip
    every = [t for token in tokens for t in (token.children or ())]
    assert {t.content for t in every if t.type == "html_inline"} <= {"<!-- -->"}
    shown = "".join(t.content for t in every if t.type != "html_inline")
    expected = for_terminal(re.sub(r"[\u2028\u2029]+", " ", text))
    assert shown.split() == expected.split()


@given(st.text(st.sampled_from("a1 @#$:/w.-\n\u00ad\u061c\u200e\u2066\ufeff\U000e0041[]`\\")))
def test_markdown_makes_no_link_mention_or_mathematics_of_a_text(text: str) -> None:
    shown = for_markdown(f"{text} https://a.example www.a.example me@a.example @me a#1 $x$ GH-1")
    assert not re.search(r"[@#](?=\w)|\w://|www\.|(?<!\\)(?:\\\\)*\$|GH-(?=\w)", shown)
    assert "::" not in shown[:2]


INVISIBLE: Final = (
    "\u00ad\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
    "\u2069\ufeff\U000e0001\U000e0041\U000e007f"
)


@pytest.mark.parametrize("hidden", INVISIBLE, ids=ascii)
def test_what_is_invisible_or_reorders_is_shown_by_its_code(hidden: str) -> None:
    text = f"a{hidden}b"
    assert for_terminal(text) == ascii(text)[1:-1]
    written = as_json(text)
    assert written.isascii()
    assert json.loads(written) == text
    assert texts_as_json(text) == written
    assert hidden not in for_markdown(text)


def test_joiners_stay_where_a_script_or_an_emoji_needs_them() -> None:
    needed = [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u2764\ufe0f",
        "\U0001f469\u200d\U0001f680",
    ]
    assert [for_terminal(text) for text in needed] == needed
    assert for_terminal("pay\u200dpal \ufe01\ufe02") == "pay\\u200dpal \\ufe01\\ufe02"
