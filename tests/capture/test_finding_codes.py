"""Every code that capture gives is in its catalogue and in the documentation."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from interopwatch.capture.catalogue import CATALOGUE, as_table

if TYPE_CHECKING:
    from pathlib import Path

KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")
OTHERS = {"error", "warning", "notice", "published"}
"""Other words that are given with a code: levels, and the name of a field."""
FINDERS = {"find", "doubt", "_doubt", "Finding"}
"""What makes findings."""


def codes(file: Path) -> set[str]:
    """The codes that a module gives to whatever makes findings."""
    calls = [n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call)]
    made = [c for c in calls if getattr(c.func, "attr", getattr(c.func, "id", "")) in FINDERS]
    given = [a for c in made for a in (*c.args, *(k.value for k in c.keywords))]
    texts = {a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return {text for text in texts if KEBAB.fullmatch(text)} - OTHERS


@pytest.fixture(scope="module")
def used(root: Path) -> set[str]:
    folder = root / "src/interopwatch/capture"
    return {code for file in sorted(folder.rglob("*.py")) for code in codes(file)}


def test_the_codes_are_found_where_they_are_used(used: set[str]) -> None:
    assert {"unknown-party", "left-out", "eop-list-disagrees", "reading-undated"} <= used


def test_the_catalogue_holds_every_code_and_no_other(used: set[str]) -> None:
    assert used == set(CATALOGUE)


def test_the_documentation_has_the_whole_catalogue(root: Path) -> None:
    assert as_table() in (root / "docs/updating.md").read_text(encoding="utf-8")
