"""Every code that a check uses is in the catalogue and in the documentation."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from interopwatch.validation.catalogue import CATALOGUE, as_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEBAB = re.compile(r"[a-z]+(-[a-z]+)+")
NO_CODES = {"rev-list", "diff-tree", "package-error", "foreign-key", "primary-key"}
"""Arguments of git, and frictionless's names of its own errors."""


def sources(root: Path) -> Iterator[Path]:
    """Yield the modules that make findings."""
    package = root / "src/interopwatch"
    yield package / "package" / "integrity.py"
    yield package / "package" / "policy.py"
    yield package / "package" / "unfinished.py"
    yield package / "timeline" / "sums.py"
    yield from sorted(p for p in (package / "validation").glob("*.py") if p.stem != "catalogue")


def codes(file: Path) -> set[str]:
    """Return every text in a module that looks like a code."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    # The part after a full stop selects one of several messages of a code.
    named = {text.partition(".")[0] for text in texts}
    return {text for text in named if KEBAB.fullmatch(text)} - NO_CODES


@pytest.fixture(scope="module")
def used(root: Path) -> set[str]:
    return {code for file in sources(root) for code in codes(file)}


def test_the_codes_are_found_where_they_are_used(used: set[str]) -> None:
    assert {"cell-type", "snapshot-edited", "count-wrong", "snapshot-leftover"} <= used


def test_every_code_is_in_the_catalogue(used: set[str]) -> None:
    assert used - set(CATALOGUE) == set()


def test_everything_in_the_catalogue_is_used(used: set[str]) -> None:
    assert set(CATALOGUE) - used == {"frictionless-*"}


def test_the_documentation_has_the_whole_catalogue(root: Path) -> None:
    page = (root / "docs/findings.md").read_text(encoding="utf-8")
    assert as_table() in page, "write it again: cog -r docs/findings.md"
    for code, entry in CATALOGUE.items():
        assert f"| `{code}` | {entry.level} | {entry.title} | {entry.description} |" in page


def test_every_entry_is_one_row_of_plain_text() -> None:
    for code, entry in CATALOGUE.items():
        assert entry.title, code
        assert entry.description.endswith("."), code
        assert not set("|\n") & set(entry.title + entry.description), code
