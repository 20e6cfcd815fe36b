"""Inside capture, imports run one way: English, pages, works, and then everything else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NAME = "interopwatch.capture."
LAYERS = (("model",), ("english",), ("catalogue",), ("page",), ("works",))
"""A module may import from its own layer and those before it. The last layer is the rest."""


def layer(module: str) -> int:
    first = module.partition(".")[0]
    return next((i for i, names in enumerate(LAYERS) if first in names), len(LAYERS))


def imports(folder: Path) -> list[tuple[str, str]]:
    """Return each module of capture with each one that it imports, including for type hints."""
    found = []
    for file in sorted(folder.rglob("*.py")):
        module = file.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
        found += [
            (module, name.removeprefix(NAME))
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and (name := node.module or "").startswith(NAME)
        ]
    return found


@pytest.fixture(scope="module")
def edges(root: Path) -> list[tuple[str, str]]:
    return imports(root / "src/interopwatch/capture")


def test_no_module_imports_from_a_later_layer(edges: list[tuple[str, str]]) -> None:
    assert len(edges) > 100
    assert [(a, b) for a, b in edges if layer(b) > layer(a)] == []


def test_a_work_imports_no_other_work(edges: list[tuple[str, str]]) -> None:
    works = {"pii", "mcc", "essay"}
    pairs = {
        (a.split(".")[1], b.split(".")[1])
        for a, b in edges
        if a.startswith("works.") and b.startswith("works.")
    }
    assert not {(a, b) for a, b in pairs if a in works and b in works and a != b}


def test_no_circle(edges: list[tuple[str, str]]) -> None:
    left = {module: {b for a, b in edges if a == module} for module, _ in edges}
    while free := {module for module, needs in left.items() if not needs & left.keys()}:
        left = {module: needs for module, needs in left.items() if module not in free}
    assert left == {}
