"""A snapshot appears completely or not at all, whatever is killed and whoever else writes."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final, NoReturn

import pytest

import interopwatch
from interopwatch import Store, freeze
from interopwatch.cli import run
from packages import package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCKED: Final = """
import os, sys, time
from pathlib import Path

path, date, call, count, flag, release = sys.argv[1:]
real, left = getattr(os, call), int(count)

def slow(*arguments, **options):
    global left
    left -= 1
    if left == 0:
        Path(flag).touch()
        while not Path(release).exists():
            time.sleep(0.01)
    return real(*arguments, **options)

setattr(os, call, slow)
from interopwatch.cli import run
run(["--package", path, "freeze", date, "-m", "slowly"])
"""
"""Freezes, and waits in the n-th call of a function of ``os`` until it is released."""
TABLES: Final = {"r": "id,x\na,1\n", "s": "id\nb\n"}
PATIENCE: Final = 20


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = package(TABLES).store(tmp_path / "home")
    freeze(made, "2019", "an earlier one")
    return made


class Slow:
    """A freeze in another process that waits at one point."""

    def __init__(self, store: Store, call: str, count: int) -> None:
        self._flag = store.package.root.parent / "flag"
        self._release = store.package.root.parent / "release"
        arguments = [store.package.root, "2020", call, count, self._flag, self._release]
        self.process = subprocess.Popen(
            [sys.executable, "-c", BLOCKED, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_there(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._flag.exists():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline, "the other process never came to the point"
            time.sleep(0.01)

    def finish(self) -> tuple[int, str]:
        self._release.touch()
        _, complaint = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, complaint

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


def frozen(store: Store, date: str = "2020") -> subprocess.Popen[str]:
    """Start a freeze in another process."""
    root = str(store.package.root)
    return subprocess.Popen(
        [sys.executable, "-m", "interopwatch", "--package", root, "freeze", date, "-m", "x"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def leftovers(store: Store) -> list[str]:
    """Return the entries beside the snapshots that are not snapshots."""
    names = {p.name for p in store.folder.iterdir()}
    return sorted(names - {*store.names()})


@pytest.mark.parametrize(
    ("call", "count"), [("fsync", 1), ("fsync", 3), ("replace", 1)], ids=["begun", "midway", "end"]
)
def test_a_freeze_that_is_killed_leaves_no_snapshot(store: Store, call: str, count: int) -> None:
    slow = Slow(store, call, count)
    slow.wait_there()
    slow.kill()
    assert store.names() == ("2019",)
    assert leftovers(store), "it was not killed in the middle of writing"
    again = freeze(store, "2020", "once more")
    assert again.rows("r") == ({"id": "a", "x": "1"},)
    assert store.names() == ("2019", "2020")
    assert leftovers(store) == []


def test_of_freezes_at_once_the_others_wait_and_say_so(store: Store) -> None:
    slow = Slow(store, "replace", 1)
    slow.wait_there()
    others = [frozen(store, date) for date in ("2020", "2021")]
    for other in others:
        assert other.stderr is not None
        assert other.stderr.readline() == (
            "note: another command is writing to this package; waiting for it to end\n"
        )
    assert slow.finish() == (0, "")
    same, later = (other.communicate(timeout=PATIENCE)[1] for other in others)
    assert [other.returncode for other in others] == [2, 0]
    assert "exists already" in same
    assert later == ""
    assert store.names() == ("2019", "2020", "2021")
    assert leftovers(store) == []


def test_of_many_freezes_one_wins(store: Store) -> None:
    many = [frozen(store) for _ in range(4)]
    ends = [(p.communicate(timeout=PATIENCE)[1], p.returncode) for p in many]
    assert sorted(code for _, code in ends) == [0, 2, 2, 2]
    for complaint, code in ends:
        assert ("exists already" in complaint) == (code == 2)
        assert "Traceback" not in complaint
    assert store.names() == ("2019", "2020")
    assert store.snapshot("2020").rows("s") == ({"id": "b"},)
    assert leftovers(store) == []


# Folders that cannot be written


@pytest.fixture
def closed(store: Store) -> Iterator[Path]:
    store.folder.chmod(0o555)
    yield store.folder
    store.folder.chmod(0o755)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_folder_that_may_not_be_written(
    store: Store, closed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OSError, match=str(closed)):
        freeze(store, "2020", "x")
    with pytest.raises(SystemExit) as ended:
        run(["--package", str(store.package.root), "freeze", "2020", "-m", "x"])
    assert ended.value.code == 2
    assert "cannot be written" in capsys.readouterr().err
    assert store.names() == ("2019",)


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
@pytest.mark.parametrize("call", ["mkdir", "fsync", "replace"])
def test_a_disk_that_fails_in_the_middle(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    call: str,
    number: int,
) -> None:
    def fail(*arguments: object, **_: object) -> NoReturn:
        raise OSError(number, os.strerror(number), str(arguments[0]))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(OSError, match=os.strerror(number)):
            freeze(store, "2020", "x")
        with pytest.raises(SystemExit) as ended:
            run(["--package", str(store.package.root), "freeze", "2020", "-m", "x"])
    assert ended.value.code == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("error: ")
    assert f"cannot be written: {os.strerror(number)}" in complaint
    assert "Nothing was frozen" in complaint
    assert store.names() == ("2019",)
    assert leftovers(store) == []
    assert freeze(store, "2020", "x").label == "2020"


def test_an_interrupted_freeze_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupt)
        with pytest.raises(SystemExit) as ended:
            run(["--package", str(store.package.root), "freeze", "2020", "-m", "x"])
    assert ended.value.code == 130
    assert store.names() == ("2019",)
    assert leftovers(store) == []


# What ships


def test_the_shipped_reconstructions_can_be_made_again_byte_for_byte(tmp_path: Path) -> None:
    from shutil import copytree

    shipped = interopwatch.open()
    copy = tmp_path / "copy"
    copytree(shipped.package.root / "tables", copy / "tables")
    (copy / "datapackage.json").write_bytes(
        (shipped.package.root / "datapackage.json").read_bytes()
    )
    for package_ in shipped.observed():
        copytree(package_.root, copy / "snapshots" / package_.label)
    store = interopwatch.open(copy)
    made = 0
    for found in shipped.snapshots():
        meta = found.descriptor.frozen
        assert meta is not None
        if meta.basis == "reconstructed":
            again = freeze(store, meta.date, meta.why, "reconstructed", meta.origin)
            files = {p.relative_to(found.root): p for p in found.root.rglob("*") if p.is_file()}
            assert files
            for path, file in files.items():
                assert (again.root / path).read_bytes() == file.read_bytes(), path
            made += 1
    assert made == 3
