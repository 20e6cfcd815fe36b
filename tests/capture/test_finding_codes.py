"""Every code that capture uses is in its catalogue and in the documentation."""

from __future__ import annotations

import ast
import re
from string import Formatter
from typing import TYPE_CHECKING, Final

import pytest

from interopwatch.capture.catalogue import CATALOGUE, as_table, found, refused
from interopwatch.capture.english.phrases import Phrasebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")
OTHERS = {"error", "warning", "notice", "published"}
"""Other words passed with a code: levels, and the name of a field."""
FINDERS = {"find", "doubt", "_doubt", "Finding", "found"}
"""Functions that make findings."""
PHRASES: Final = Phrasebook.of("catalogue.toml").data


def texts(node: ast.AST) -> set[str]:
    """Return the texts in a piece of code, without the names of messages after codes."""
    found = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
    return {text.partition(".")[0] for text in found if isinstance(text, str)}


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        func = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and getattr(func, "attr", getattr(func, "id", "")) in names:
            yield node


def codes(tree: ast.AST) -> set[str]:
    """Return the codes that a module passes to functions that make findings, or prepares."""
    given = {a for c in calls(tree, *FINDERS) for a in (*c.args, *(k.value for k in c.keywords))}
    made = {text for a in given if isinstance(a, ast.Constant) for text in texts(a)}
    return {text for text in made if KEBAB.fullmatch(text)} - OTHERS | texts(tree) & set(CATALOGUE)


@pytest.fixture(scope="module")
def trees(root: Path) -> list[ast.AST]:
    files = sorted((root / "src/interopwatch/capture").rglob("*.py"))
    return [ast.parse(file.read_text(encoding="utf-8")) for file in files]


@pytest.fixture(scope="module")
def used(trees: list[ast.AST]) -> set[str]:
    return {code for tree in trees for code in codes(tree)}


def test_the_codes_are_found_where_they_are_used(used: set[str]) -> None:
    assert {"unknown-party", "left-out", "eop-list-disagrees", "reading-undated"} <= used


def test_the_catalogue_holds_every_code_and_no_other(used: set[str]) -> None:
    assert used == set(CATALOGUE)


def test_the_documentation_has_the_whole_catalogue(root: Path) -> None:
    assert as_table() in (root / "docs/updating.md").read_text(encoding="utf-8")


def wanted(words: Mapping[str, str]) -> set[str]:
    """Return the placeholders of a message and its hint."""
    parts = (part for each in ("says", "hint") for part in Formatter().parse(words.get(each, "")))
    return {name for _, name, _, _ in parts if name}


def test_each_message_is_given_all_that_it_names_and_no_more(trees: list[ast.AST]) -> None:
    seen = 0
    sayings = (("found", PHRASES), ("doubt", PHRASES), ("refused", PHRASES["refusals"]))
    for name, said in sayings:
        for call in (call for tree in trees for call in calls(tree, name)):
            given = {keyword.arg for keyword in call.keywords}
            if isinstance(call.args[0], ast.Constant) and None not in given:
                code, _, form = str(call.args[0].value).partition(".")
                assert wanted({**said[code], **said[code].get(form, {})}) == given, code
                seen += 1
    assert seen > 20


def test_a_message_of_a_code_says_what_differs_and_has_the_rest_of_the_code() -> None:
    one = found("left-out", "page", 3, many=5, text="{x}")
    other = found("left-out.name", "page", 3, name="Norway")
    assert one.code == other.code == "left-out"
    assert one.level == other.level == "warning"
    assert "{x}" in one.message
    assert other.message.startswith("Norway ")
    assert one.hint != other.hint


def test_a_refusal_says_what_to_do() -> None:
    error = refused("too-long", where="page", most=20_000, many=30_000)
    assert "page: " in error.message
    assert "20,000" in error.message
    assert error.hint
