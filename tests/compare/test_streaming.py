"""Change sets written while they are found: the same bytes, in bounded memory, or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from hypothesis import given

import interopwatch
from commands import Cli
from interopwatch import diff, tell
from interopwatch.changeset.metadata import has_changes
from interopwatch.changeset.serialise import to_json, to_lines
from interopwatch.cli import output
from interopwatch.cli.options import size
from interopwatch.compare import resources as comparing
from interopwatch.compare import strategy as differing
from interopwatch.compare.options import Terms
from interopwatch.compare.packages import flowing
from interopwatch.compare.route import Route, choose
from interopwatch.errors import InteropwatchError, SnapshotError, TableError
from interopwatch.report.flow import rendered
from interopwatch.report.formats import CHANGE_SETS, render_changes
from packages import Made, package, spec
from small_packages import packages

if TYPE_CHECKING:
    from collections.abc import Collection

    from interopwatch import ChangeSet, Package, Store
    from interopwatch.changeset.model import Narrated
    from interopwatch.compare.csvfile import File


def written(old: Package, new: Package, form: str) -> tuple[bytes, bool]:
    def told(changes: ChangeSet) -> tuple[Narrated, ...]:
        return tell(changes, old, new)

    with flowing(old, new, None, Terms()) as flow, rendered(flow, told, form) as found:
        return b"".join(found.blocks), found.has_changes


def whole(old: Package, new: Package, form: str) -> tuple[bytes, bool]:
    changes = diff(old, new)
    return render_changes(changes, tell(changes, old, new), form).encode(), has_changes(changes)


@pytest.mark.parametrize("form", CHANGE_SETS)
def test_what_ships_is_written_the_same(shipped: Store, form: str) -> None:
    names = shipped.names()
    for one, other in pairwise(names):
        old, new = shipped.resolve(one), shipped.resolve(other)
        assert written(old, new, form) == whole(old, new, form)
        assert written(new, old, form) == whole(new, old, form)


@given(old=packages(), new=packages())
def test_any_package_is_written_the_same(old: Made, new: Made) -> None:
    one, other = old.memory("old"), new.memory("new")
    try:
        expected = {form: whole(one, other, form) for form in CHANGE_SETS}
    except InteropwatchError:
        return
    assert {form: written(one, other, form) for form in CHANGE_SETS} == expected
    changes = diff(one, other)
    told = tell(changes, one, other)
    assert expected["json"][0].decode() == to_json(changes, told)
    assert expected["jsonl"][0].decode() == to_lines(changes, told)


def files(folder: Path, number: int, *, reverse: bool = False) -> list[str]:
    """Two CSV files of which every row differs."""
    paths = []
    for name, mark in (("old", "a"), ("new", "b")):
        keys = reversed(range(number)) if reverse and name == "new" else range(number)
        path = folder / f"{name}.csv"
        path.write_text("id,x,y\n" + "".join(f"{key:08},{key % 7},{mark}\n" for key in keys))
        paths.append(str(path))
    return paths


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table counts as large."""
    monkeypatch.setattr(comparing, "SMALL", -1)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("form", [*CHANGE_SETS, "stat"])
def test_large_tables_are_written_as_small_ones(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    *,
    reverse: bool,
) -> None:
    # So many that they come in several batches, of which the scan gives up.
    arguments = ["diff", *files(tmp_path, 9000, reverse=reverse), "--key=id", f"--format={form}"]
    found = Cli(capsys).good(*arguments)
    monkeypatch.setattr(comparing, "SMALL", 1 << 30)
    assert found == Cli(capsys).good(*arguments)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1,1,a\n2,1,b\n", "1,1,a\n2,x,b\n", r"b/tables/r\.csv:3:x: 'x' is no number"),
        ("1,1,a\n2,1,b\n", "1,1,a\n\n2,1\n", r"b/tables/r\.csv:4: 2 cells"),
        ("1,1,a\n2,1,b\n", "1,1,a\nz,1,b\n", r"b/tables/r\.csv:3:id: 'z' is no integer"),
        ("1,1,a\n2,1,b\n", '1,1,"a\nb"\n2,1,"b\n', r"b/tables/r\.csv:4: not CSV"),
        ("1,1,a\n2,1,b\n2,1,b\n", "1,1,a\n", r"a/tables/r\.csv:4: the key id='2' .* on line 3"),
        ("1,1,a\n", "2,1,b\n1,1,a\n1,1,a\n", r"b/tables/r\.csv:4: the key id='1' .* on line 3"),
        ("1,1,a\n", "1,1,a\n2,1,\udcff\n", r"b/tables/r\.csv:3: byte 0xff at offset 17 is not"),
    ],
)
@pytest.mark.parametrize("given_up", [(), (Route.SCAN,), (Route.SCAN, Route.LINES)])
def test_what_is_wrong_with_a_large_file_is_told_with_its_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    message: str,
    given_up: tuple[Route, ...],
) -> None:
    def without(one: File, other: File, more: Collection[Route] = ()) -> Route:
        return choose(one, other, {*given_up, *more})

    monkeypatch.setattr(differing, "choose", without)
    types = {"id": "integer", "x": "number"}
    made = []
    for side, text in (("a", old), ("b", new)):
        shell = package({"r": spec("id,x,y\n", types=types)})
        content = f"id,x,y\n{text}".encode(errors="surrogateescape")
        made.append(Made({**shell.files, "tables/r.csv": content}).store(tmp_path / side).package)
    with pytest.raises(TableError, match=message):
        diff(made[0], made[1])


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("order", ["1,a\n2\n3,c\n", "3,c\n2\n1,a\n"])
def test_rows_that_both_files_share_are_not_looked_at(tmp_path: Path, order: str) -> None:
    # What is the same in both makes no difference; `validate` says what is wrong with it.
    one, other = (
        package({"r": text}).store(tmp_path / side).package
        for side, text in (("a", "id,x\n1,a\n2\n3,c\n"), ("b", f"id,x\n{order}4,d\n"))
    )
    assert [change.key for change in diff(one, other, trust_keys=True).rows] == [{"id": "4"}]


@pytest.mark.usefixtures("large")
def test_too_little_memory_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["diff", *files(tmp_path, 20_000, reverse=True), "--key=id", "--format=csv"]
    ran = Cli(capsys)(*arguments, "--memory-limit", "1KB")
    assert (ran.code, ran.out) == (2, "")
    assert "1,000 bytes" in ran.err
    assert "--memory-limit" in ran.err


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
def test_within_a_limit_the_disk_is_used(tmp_path: Path) -> None:
    paths = files(tmp_path, 400_000, reverse=True)
    run = (
        "import sys; from interopwatch.cli import run\n"
        "try: run(sys.argv[1:])\n"
        "finally: print(*[line.split()[1] for line in open('/proc/self/status')\n"
        "                 if line.startswith('VmHWM')], file=sys.stderr)\n"
    )
    out = tmp_path / "out.jsonl"
    arguments = [
        "diff",
        *paths,
        "--key=id",
        "--format=jsonl",
        "--memory-limit=64MB",
        f"-o{out}",
    ]
    ran = subprocess.run(
        [sys.executable, "-c", run, *arguments], capture_output=True, text=True, check=True
    )
    assert out.stat().st_size > 100 << 20
    # Not what getrusage tells: that counts what the process was before it became this program.
    assert int(ran.stderr.split()[-1]) << 10 < 350 << 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", 1), ("512MB", 512 * 10**6), ("1.5 GiB", 3 << 29), ("2gb", 2 * 10**9), ("10KiB", 10240)],
)
def test_a_size(text: str, expected: int) -> None:
    context = click.Context(click.Command("x"))
    assert size(context, click.Option(["--x"]), text) == expected


@pytest.mark.parametrize("text", ["", "0", "0.1", "-1", "much", "1XB", "1e3", "MB"])
def test_what_is_no_size(cli_at_nothing: Cli, text: str) -> None:
    ran = cli_at_nothing("diff", "a", "b", f"--memory-limit={text}")
    assert ran.code == 2
    assert "--memory-limit" in ran.err


@pytest.fixture
def cli_at_nothing(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.mark.skipif(os.name != "posix", reason="interrupts are signals")
@pytest.mark.parametrize("form", ["stat", "jsonl"])
def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, form: str) -> None:
    paths = files(tmp_path, 600_000, reverse=True)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    out = tmp_path / "result" / "out"
    out.parent.mkdir()
    command = ["diff", *paths, "--key=id", f"--format={form}", "-o", str(out)]
    with subprocess.Popen(
        [sys.executable, "-m", "interopwatch", *command],
        env={**os.environ, "TMPDIR": str(scratch)},
        stderr=subprocess.PIPE,
    ) as process:
        while not any(scratch.iterdir()) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.05)  # whoever is interrupted while the folder is being made cannot know of it
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"")
    assert not any(scratch.iterdir())
    assert not any(out.parent.iterdir())


@pytest.mark.usefixtures("large")
def test_nothing_is_shown_where_nobody_looks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_PATIENCE", 0)
    arguments = ["diff", *files(tmp_path, 30_000), "--key=id", "--format=stat"]
    assert Cli(capsys)(*arguments).err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert "side by side" in Cli(capsys)(*arguments).err


@pytest.mark.usefixtures("large")
def test_a_package_in_memory_is_compared_there(tmp_path: Path) -> None:
    one, other = (package({"r": f"id,x\n1,{cell}\n"}) for cell in "ab")
    assert len(diff(one.memory(), other.memory()).rows) == 1
    assert len(diff(one.memory(), other.store(tmp_path).package).rows) == 1


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("side", [0, 1])
def test_a_large_snapshot_that_was_edited_is_refused(two_snapshots: Path, side: int) -> None:
    store = interopwatch.open(two_snapshots)
    snapshot = store.resolve(store.names()[0])
    path = snapshot.path(snapshot.descriptor.resources[0].name)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n", 1))
    pair = [snapshot, store.package]
    with pytest.raises(SnapshotError, match="not what it was"):
        diff(pair[side], pair[1 - side])
