"""The data that ships with the library is valid, and no package crashes the checks."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from book_package import shelf
from interopwatch import InteropwatchError, open_package
from interopwatch.timeline.snapshots import open_store
from interopwatch.validation import validate, validate_package
from packages import Made


def test_nothing_is_wrong_with_the_data_that_ships_with_the_library(root: Path) -> None:
    assert validate(open_store(root)) == ()


def test_nothing_is_wrong_with_any_shipped_snapshot_checked_thoroughly(root: Path) -> None:
    steps: list[str] = []
    found = validate(open_store(root), thorough=True, watch=lambda what, _: steps.append(what))
    assert found == ()
    names = open_store(root).names()
    assert [step for step in steps if "checking snapshot" in step] == [
        f"checking snapshot {name}" for name in names
    ]


FILES = sorted(shelf().files)
ODD: tuple[Any, ...] = (None, True, 0, -1.5, "", "x", "{", "\ud800", [], [None], {}, {"": []})


def checked(made: Made) -> None:
    """Check a package with any damage; a user's mistake is not a traceback."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, content in made.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        try:
            package = open_package(folder)
        except InteropwatchError:
            return
        for finding in validate_package(package):
            assert name not in str(finding)


@given(st.sampled_from(FILES), st.floats(0, 1), st.binary(max_size=3), st.integers(0, 3))
def test_whatever_stands_in_a_file_the_checks_go_on(
    path: str, place: float, inserted: bytes, removed: int
) -> None:
    content = shelf().files[path]
    at = int(place * len(content))
    changed = content[:at] + inserted + content[at + removed :]
    checked(Made({**shelf().files, path: changed}))


def spots(value: object) -> list[tuple[Any, Any]]:
    """Return every object or list in JSON, with each of its keys."""
    found: list[tuple[Any, Any]] = []
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in steps:
        found.append((value, key))
        found += spots(inner)
    return found


@given(st.data())
def test_whatever_stands_in_a_descriptor_the_checks_go_on(data: st.DataObject) -> None:
    raw = shelf().descriptor
    places = spots(raw)
    inside, key = places[data.draw(st.integers(0, len(places) - 1))]
    inside[key] = data.draw(st.sampled_from(ODD))
    checked(Made({**shelf().files, "datapackage.json": json.dumps(raw).encode()}))
