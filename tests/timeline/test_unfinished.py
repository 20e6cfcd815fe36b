"""Unfinished packages are not frozen, unless forced; the snapshot then says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from interopwatch import Store, freeze, validate
from interopwatch.errors import SnapshotError
from packages import Spec, package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROVENANCE: Final = {"resource": "sources"}
SOURCES: Final = "source,work,title,published\ns1,log,The Log,2020-05-01\n"


def store(folder: Path, birds: Spec, **ours: Any) -> Store:  # noqa: ANN401 - JSON
    """Return a package of ringed birds, from one source of May 2020."""
    tables: Mapping[str, Spec | str] = {
        "sources": spec(SOURCES, "source", {"published": "edtf"}, None, {"reference": True}),
        "kinds": spec("id,protected\nowl,yes\ncrow,\n", "id", None, None, {"reference": True}),
        "birds": birds,
    }
    return package(tables, ours={"provenance": PROVENANCE, **ours}).store(folder)


def birds(rows: str, **ours: Any) -> Spec:  # noqa: ANN401 - JSON
    return spec(
        f"id,kind,ringed,note,source,locator\n{rows}",
        "id",
        {"ringed": "edtf"},
        {"kind": "kinds.id", "source": "sources.source"},
        {"lifecycle": {"event": "ringed"}, **ours},
    )


def refused(made: Store, date: str = "2020-06") -> str:
    with pytest.raises(SnapshotError) as raised:
        freeze(made, date, "x")
    assert not (made.folder / date).exists()
    return raised.value.message


def test_a_text_that_is_to_be_written_is_not_frozen(tmp_path: Path) -> None:
    made = store(tmp_path, birds("1,owl,2020,(later),s1,p\n"), placeholder="(later)")
    assert "tables/birds.csv:2:note: '(later)' is a placeholder for a text" in refused(made)
    assert [f.code for f in validate(made)] == ["text-placeholder"]


def test_a_date_that_its_source_cannot_know_is_not_frozen(tmp_path: Path) -> None:
    made = store(
        tmp_path, birds("1,owl,2020-05-01,,s1,p\n2,owl,2020-05-02,,s1,p\n3,owl,2020,,s1,p\n")
    )
    message = refused(made)
    assert ": 1 problem\n" in message
    assert "tables/birds.csv:3:ringed: 2 May 2020 is after the publication of its source" in message
    assert [(f.code, f.line) for f in validate(made)] == [("date-after-source", 3)]


def test_an_end_that_its_source_cannot_know_is_not_frozen(tmp_path: Path) -> None:
    kept: Mapping[str, Any] = {"lifecycle": {"begin": "note", "end": "ringed"}}
    rows = "1,owl,2020-04,2019,s1,p\n2,owl,2020-06,2019,s1,p\n3,owl,2018,2019,s1,p\n"
    made = store(tmp_path, birds(rows, **kept))
    found = [(f.code, f.line) for f in validate(made)]
    assert found == [("date-after-source", 3), ("period-backwards", 4)]


def test_what_is_planned_may_lie_ahead(tmp_path: Path) -> None:
    planned = {"lifecycle": {"event": "ringed", "planned": {"note": "planned"}}}
    made = store(tmp_path, birds("1,owl,2021,planned,s1,p\n", **planned))
    assert freeze(made, "2020-06", "x").label == "2020-06"


RULE: Final = {
    "when": {"kind.protected": "*", "ringed": "*"},
    "then": {"note": "licensed"},
    "says": "who rings a protected bird has a licence",
}


def test_a_row_that_breaks_a_rule_is_not_frozen(tmp_path: Path) -> None:
    rows = "1,owl,2020,,s1,p\n2,owl,,,s1,p\n3,crow,2020,,s1,p\n4,owl,2020,licensed,s1,p\n"
    made = store(tmp_path, birds(rows, rules=[RULE]))
    expected = "tables/birds.csv:2:note: who rings a protected bird has a licence: it is empty"
    message = refused(made)
    assert expected in message
    assert ": 1 problem\n" in message
    assert [(f.code, f.line) for f in validate(made)] == [("rule-broken", 2)]


def test_what_a_capture_left_open_is_not_frozen(tmp_path: Path) -> None:
    entry = {"code": "count-disagrees", "file": "page.txt", "message": "2 stated", "source": "s1"}
    made = store(tmp_path, birds("1,owl,2020,,s1,p\n"), unresolved=[entry])
    assert "page.txt: left open by a capture: 2 stated" in refused(made)
    assert [f.code for f in validate(made)] == ["capture-unresolved"]


def test_a_day_that_is_not_over_is_not_frozen(tmp_path: Path) -> None:
    made = store(tmp_path, birds("1,owl,2020,,s1,p\n"))
    ahead = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    assert f"{ahead}: not over yet" in refused(made, ahead)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    assert freeze(made, yesterday, "x").label == yesterday


def test_a_forced_snapshot_says_what_was_not_finished(tmp_path: Path) -> None:
    entry = {"code": "count-disagrees", "file": "page.txt", "message": "2 stated", "source": "s1"}
    made = store(
        tmp_path,
        birds("1,owl,2020,(later),s1,p\n"),
        placeholder="(later)",
        unresolved=[entry],
    )
    found = freeze(made, "2020-06", "x", force=True)
    frozen = found.descriptor.frozen
    assert frozen is not None
    assert [text.split(":")[0] for text in frozen.forced] == ["page.txt", "tables/birds.csv"]
    assert found.descriptor.unresolved == ()
    assert [f for f in validate(made) if f.file.startswith("snapshots/")] == []


def test_rows_that_break_their_schema_are_not_forced(tmp_path: Path) -> None:
    made = store(tmp_path, birds("1,gull,2020,,s1,p\n"))
    with pytest.raises(SnapshotError, match="tables cannot be frozen"):
        freeze(made, "2020-06", "x", force=True)
