"""Several files of a package are replaced together, by one writer at a time."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from faults import ENDED, KILLED, run_until
from interopwatch.errors import OutputError, UnfinishedUpdateError
from interopwatch.package.package import open_package
from interopwatch.timeline.snapshots import locked_store
from interopwatch.updates import JOURNAL, LOCK, is_unfinished, locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="forks")
TABLES: Final = ("a", "b")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "package")


def made(root: Path) -> Path:
    """Make a package of two tables with one cell each, the same in both."""
    (root / "tables").mkdir(parents=True)
    write(root, "old")
    resources = [
        {"name": n, "path": f"tables/{n}.csv", "schema": {"fields": [{"name": "id"}]}}
        for n in TABLES
    ]
    descriptor = {"name": "p", "resources": resources}
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return root


def contents(root: Path, cell: str) -> dict[Path, bytes]:
    return {root / f"tables/{name}.csv": f"id\n{cell}\n".encode() for name in TABLES}


def write(root: Path, cell: str) -> None:
    for file, content in contents(root, cell).items():
        file.write_bytes(content)


def cells(root: Path) -> list[str]:
    return [open_package(root).rows(name)[0]["id"] for name in TABLES]


def replace(root: Path, cell: str) -> None:
    with locked_store(root) as (_, lock):
        lock.replace(contents(root, cell))


def names(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


WHOLE: Final = ["datapackage.json", "tables/a.csv", "tables/b.csv"]


@posix
@pytest.mark.parametrize("fault", ["kill", errno.ENOSPC, errno.EIO])
def test_files_are_replaced_together_whatever_happens_when(
    tmp_path: Path, fault: str | int
) -> None:
    seen = set()
    for step in range(100):
        root = made(tmp_path / str(step))
        ended = run_until(step, fault, lambda: replace(root, "new"), str(root))  # type: ignore[arg-type]  # noqa: B023 - run at once
        with locked_store(root):
            pass  # which completes the interrupted update
        found = cells(root)
        assert found in (["old", "old"], ["new", "new"]), step
        assert names(root) == WHOLE
        seen.add(found[0])
        if ended == ENDED:
            assert found == ["new", "new"]
            break
        assert ended != KILLED or fault == "kill"
    else:
        pytest.fail("it never ended")
    assert seen == {"old", "new"}


def test_a_file_that_cannot_be_written_leaves_all_as_they_were(root: Path) -> None:
    with (
        locked(root) as lock,
        pytest.raises(OutputError, match="cannot be written"),
    ):
        lock.replace({**contents(root, "new"), root / "none" / "c.csv": b""})
    assert names(root) == WHOLE
    assert cells(root) == ["old", "old"]


def interrupted(root: Path) -> None:
    """Kill an update between its journal and the first of its renames."""
    for step in range(100):
        assert run_until(step, "kill", lambda: replace(root, "new"), str(root)) == KILLED
        if (root / JOURNAL).exists():
            return
    pytest.fail("there was no journal")


@posix
def test_who_reads_is_told_that_an_update_was_interrupted(root: Path) -> None:
    interrupted(root)
    before = names(root)
    with pytest.raises(UnfinishedUpdateError, match="interrupted"):
        open_package(root)
    assert names(root) == before


@posix
def test_a_journal_is_worth_nothing_elsewhere(root: Path, tmp_path: Path) -> None:
    interrupted(root)
    (root / LOCK).unlink()
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    before = names(copy)
    assert not is_unfinished(copy)
    assert cells(copy) == ["old", "old"]
    with pytest.raises(UnfinishedUpdateError, match="copied"), locked_store(copy):
        pass
    assert names(copy) == before


def forged(root: Path, incoming: str, file: str, content: bytes) -> None:
    """Write a valid journal, except for the file that it would rename."""
    import hashlib

    journal = root / JOURNAL
    with journal.open("wb") as out:
        said = {
            "format": "interopwatch-update/1",
            "inode": os.fstat(out.fileno()).st_ino,
            "files": [
                {"incoming": incoming, "file": file, "sha256": hashlib.sha256(content).hexdigest()}
            ],
        }
        out.write(json.dumps(said).encode())
    (root / incoming).parent.mkdir(parents=True, exist_ok=True)
    (root / incoming).write_bytes(content)


@pytest.mark.parametrize(
    ("incoming", "file"),
    [
        ("evil", ".git/config"),
        (".git/.incoming-config", ".git/config"),
        ("tables/.incoming-c.csv", "tables/c.csv"),
        ("evil", "tables/a.csv"),
        (".incoming-a.csv", "tables/a.csv"),
        ("../.incoming-x", "../x"),
        ("snapshots/2014/.incoming-x", "snapshots/2014/x"),
    ],
)
def test_a_journal_moves_nothing_but_tables_to_their_places(
    root: Path, incoming: str, file: str
) -> None:
    forged(root, incoming, file, b"id\nevil\n")
    before = names(root.parent)
    with (
        pytest.raises(UnfinishedUpdateError, match="not the journal of an update"),
        locked_store(root),
    ):
        pass
    assert names(root.parent) == before


@pytest.mark.parametrize(
    "text", ["", "{}", "[[1, 2]]", '[[".incoming-a", "tables/a.csv"]]', "[" * 10_000, "null"]
)
def test_what_is_no_journal_is_refused_by_who_writes_and_ignored_by_who_reads(
    root: Path, text: str
) -> None:
    (root / JOURNAL).write_text(text, encoding="utf-8")
    assert cells(root) == ["old", "old"]
    with pytest.raises(UnfinishedUpdateError, match="not the journal"), locked_store(root):
        pass
    assert (root / JOURNAL).read_text(encoding="utf-8") == text


@posix
def test_a_journal_that_is_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / JOURNAL)
    assert cells(root) == ["old", "old"]
    with pytest.raises(UnfinishedUpdateError), locked_store(root):
        pass


@pytest.mark.parametrize("path", ["snapshots/2014/a.csv", ".git/config", "./datapackage.json"])
def test_no_table_is_written_over_what_is_none(root: Path, path: str) -> None:
    file = root / "datapackage.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    said["resources"][0] |= {"path": path, "format": "csv"}
    file.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(Exception, match=r"would be written|files in .git"), locked_store(root):
        pass


@posix
def test_one_waits_for_the_other_and_says_so(root: Path) -> None:
    said: list[str] = []
    with (
        locked(root),
        pytest.raises(OutputError, match="has been writing"),
        locked(root, lambda: said.append("waits"), patience=0.1),
    ):
        pass
    assert said == ["waits"]
    assert not (root / LOCK).exists()


def _each_in_a_process(actions: list[Callable[[Any], None]], ends: float) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=action, args=(ends,)) for action in actions]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0


@posix
def test_writers_at_once_never_mix_and_readers_see_one_edition(root: Path) -> None:
    def writes(who: str) -> Callable[[float], None]:
        def write_until(ends: float) -> None:
            number = 0
            while time.monotonic() < ends:
                replace(root, f"{who}{number}")
                number += 1
            assert number

        return write_until

    def reads(ends: float) -> None:
        number = 0
        while time.monotonic() < ends:
            package = open_package(root)
            found = [package.rows(name)[0]["id"] for name in TABLES]
            if package.is_current():
                assert found[0] == found[1]
                number += 1
        assert number

    _each_in_a_process([writes("x"), writes("y"), reads], time.monotonic() + 1.5)
    found = cells(root)
    assert found[0] == found[1]
    assert names(root) == WHOLE
