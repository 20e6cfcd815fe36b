"""Change sets written while they are found: the same bytes, in bounded memory, or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pytest
import rich.progress  # noqa: F401 - or it would be loaded, and keep the clock, while that is stopped
from hypothesis import given
from msgspec.structs import replace

import interopwatch
from commands import Cli
from interopwatch import diff, tell
from interopwatch.changeset.metadata import has_changes
from interopwatch.changeset.serialise import to_json, to_lines
from interopwatch.cli.options import size
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import stat, stream_diff
from interopwatch.compare.strategy import Strategy
from interopwatch.errors import InteropwatchError, SnapshotError, TableError
from interopwatch.loaders.csv import open_csv
from interopwatch.report import stat as stat_format
from interopwatch.report.formats import CHANGE_SETS
from interopwatch.report.stream import render_stream
from packages import Made, package, spec
from rendered import render_changes
from small_packages import packages

if TYPE_CHECKING:
    from interopwatch import ChangeSet, Package, Store
    from interopwatch.changeset.model import Narrated

LARGE: Final = DiffOptions(in_memory=-1)
SMALL: Final = DiffOptions(in_memory=1 << 40)


def written(
    old: Package, new: Package, form: str, options: DiffOptions | None = None
) -> tuple[bytes, bool]:
    def told(changes: ChangeSet) -> tuple[Narrated, ...]:
        return tell(changes, old, new)

    with (
        stream_diff(old, new, None, options or DiffOptions()) as flow,
        render_stream(flow, told, form) as found,
    ):
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


def files(folder: Path, number: int, width: int = 1, *, reverse: bool = False) -> list[str]:
    """Write two CSV files in which every row differs, with cells of the given width."""
    paths = []
    for name, mark in (("old", "a"), ("new", "b")):
        keys = reversed(range(number)) if reverse and name == "new" else range(number)
        path = folder / f"{name}.csv"
        cell = mark * width
        path.write_text("id,x,y\n" + "".join(f"{key:08},{key % 7},{cell}\n" for key in keys))
        paths.append(str(path))
    return paths


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("form", [*CHANGE_SETS, "stat"])
def test_large_tables_are_written_as_small_ones(
    tmp_path: Path, form: str, *, reverse: bool
) -> None:
    # Enough for several batches, after which the scan gives up.
    paths = files(tmp_path, 4500, reverse=reverse)
    old, new = (open_csv(Path(path), ("id",)) for path in paths)
    if form == "stat":
        large, small = (stat(old, new, options=options) for options in (LARGE, SMALL))
        assert stat_format.render(*large) == stat_format.render(*small)
        return
    expected = written(old, new, form, SMALL)
    for held in (50_000, 1000):
        options = replace(LARGE, workers=3, held=held)
        assert written(old, new, form, options) == expected


@pytest.mark.parametrize("form", CHANGE_SETS)
def test_what_several_processes_tell_is_in_order(tmp_path: Path, form: str) -> None:
    def cell(key: int, *, is_new: bool) -> str:
        return f"{key}.0" if is_new and key % 3 else f"{key + (is_new and key % 2)}"

    types = {"id": "integer", "x": "number"}
    old, new = (
        package(
            {
                name: spec(
                    "id,x\n" + "".join(f"{k},{cell(k, is_new=is_new)}\n" for k in range(3200)),
                    types=types,
                )
                for name in ("one", "two")
            }
        ).write(tmp_path / f"{is_new}")
        for is_new in (False, True)
    )
    expected = written(old, new, form, SMALL)
    for held in (50_000, 1000):
        options = replace(LARGE, workers=3, held=held)
        assert written(old, new, form, options) == expected


@pytest.mark.parametrize("strategies", [set(Strategy), set(Strategy) - {Strategy.SCAN}])
def test_a_table_that_turns_out_to_be_wrong_late_is_withdrawn(
    tmp_path: Path, strategies: set[Strategy]
) -> None:
    types = {"id": "integer", "x": "number"}
    tables = ["id,x\n" + "".join(f"{k},{k + new}\n" for k in range(4500)) for new in (0, 1)]
    texts = (tables[0], tables[1].replace("\n4400,4401\n", "\n4400,many\n"))
    old, new = (
        package({"one": spec(text, types=types), "two": spec(own, types=types)}).write(
            tmp_path / side
        )
        for text, own, side in zip(texts, tables, "ab", strict=True)
    )
    said: list[str] = []
    options = DiffOptions(
        in_memory=-1,
        workers=3,
        held=1000,
        unread=lambda *words: said.append(": ".join(words)),
        strategies=frozenset(strategies),
    )
    text, differs = written(old, new, "jsonl", options)
    assert differs
    assert [line.partition(": ")[0] for line in said] == ["one"]
    assert "4402:x: 'many' is no number" in said[0]
    assert text.count(b'"resource": "one", "key"') == 0
    assert text.count(b'"resource": "two", "key"') == 4500


def test_keys_that_are_spelled_otherwise_are_counted_by_several_processes(tmp_path: Path) -> None:
    types = {"id": "integer", "x": "string"}
    old, new = (
        package(
            {"one": spec("id,x\n" + "".join(f"{k:{width}},{side}\n" for k in keys), types=types)}
        ).write(tmp_path / side)
        for side, width, keys in (("a", "", range(4500)), ("b", "05", reversed(range(4500))))
    )
    options = replace(LARGE, workers=3, held=1000)
    for form in ("json", "terminal"):
        assert written(old, new, form, options) == written(old, new, form, SMALL)


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
@pytest.mark.parametrize(
    "strategies",
    [set(Strategy), set(Strategy) - {Strategy.SCAN}, {Strategy.EQUAL, Strategy.JOIN_CELLS}],
)
def test_what_is_wrong_with_a_large_file_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, message: str, strategies: set[Strategy]
) -> None:
    types = {"id": "integer", "x": "number"}
    made = []
    for side, text in (("a", old), ("b", new)):
        shell = package({"r": spec("id,x,y\n", types=types)})
        content = f"id,x,y\n{text}".encode(errors="surrogateescape")
        made.append(Made({**shell.files, "tables/r.csv": content}).store(tmp_path / side).package)
    options = DiffOptions(in_memory=-1, strategies=frozenset(strategies))
    with pytest.raises(TableError, match=message):
        diff(made[0], made[1], options=options)


@pytest.mark.parametrize("order", ["1,a\n2\n3,c\n", "3,c\n2\n1,a\n"])
def test_rows_that_both_files_share_are_not_looked_at(tmp_path: Path, order: str) -> None:
    # Equal rows make no difference; `validate` reports what is wrong with them.
    one, other = (
        package({"r": text}).store(tmp_path / side).package
        for side, text in (("a", "id,x\n1,a\n2\n3,c\n"), ("b", f"id,x\n{order}4,d\n"))
    )
    assert [change.key for change in diff(one, other, trust_keys=True, options=LARGE).rows] == [
        {"id": "4"}
    ]


def test_too_little_memory_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["diff", *files(tmp_path, 20_000, 210, reverse=True), "--key=id", "--format=csv"]
    ran = Cli(capsys)(*arguments, "--memory-limit", "1KB")
    assert (ran.code, ran.out) == (2, "")
    assert "1,000 bytes" in ran.err
    assert "--memory-limit" in ran.err


WRITE: Final = """
import sys
from functools import partial
from pathlib import Path
from interopwatch import tell
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import stream_diff
from interopwatch.loaders.csv import open_csv
from interopwatch.report.stream import render_stream
old, new = (open_csv(Path(path), ("id",)) for path in sys.argv[1:3])
options = DiffOptions(memory=64_000_000, held=1000)
with (
    stream_diff(old, new, None, options) as flow,
    render_stream(flow, partial(tell, old=old, new=new), "jsonl") as found,
    open(sys.argv[3], "wb") as out,
):
    out.writelines(found.blocks)
print(*[line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
def test_within_a_limit_the_disk_is_used(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-c", WRITE, *files(tmp_path, 80_000, 300, reverse=True), str(out)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert out.stat().st_size > 100 << 20
    # Not getrusage, which also counts the process before it became this program.
    assert int(ran.stdout) << 10 < 350 << 20


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
    paths = files(tmp_path, 200_000, 200, reverse=True)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    out = tmp_path / "result" / "out"
    out.parent.mkdir()
    words = ["--key=id", f"--format={form}", "--memory-limit=100MB", "-o", str(out)]
    command = ["diff", *paths, *words]
    with subprocess.Popen(
        [sys.executable, "-m", "interopwatch", *command],
        env={**os.environ, "TMPDIR": str(scratch)},
        stderr=subprocess.PIPE,
    ) as process:
        # A file in the folder: an interrupt while the folder is being created cannot remove it, and
        # on a busy machine that may take any time.
        while not any(scratch.glob("*/*")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"")
    assert list(scratch.rglob("*")) == []
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("number", range(3))
def test_an_interrupt_while_a_query_begins_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    begun = count()
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        if next(begun) == number:
            raise KeyboardInterrupt

    old, new = (open_csv(Path(path), ("id",)) for path in files(tmp_path, 60_000, reverse=True))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stat(old, new, options=LARGE)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_nothing_is_shown_where_nobody_looks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", count(0, 10).__next__)  # every call of the clock is late
    arguments = ["diff", *files(tmp_path, 20_000, 210), "--key=id", "--format=stat"]
    assert Cli(capsys)(*arguments).err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert "in parallel" in Cli(capsys)(*arguments).err


def test_a_package_in_memory_is_compared_there(tmp_path: Path) -> None:
    one, other = (package({"r": f"id,x\n1,{cell}\n"}) for cell in "ab")
    assert len(diff(one.memory(), other.memory(), options=LARGE).rows) == 1
    assert len(diff(one.memory(), other.write(tmp_path), options=LARGE).rows) == 1


@pytest.mark.parametrize("side", [0, 1])
def test_a_large_snapshot_that_was_edited_is_refused(two_snapshots: Path, side: int) -> None:
    store = interopwatch.open(two_snapshots)
    snapshot = store.resolve(store.names()[0])
    path = snapshot.path(snapshot.descriptor.resources[0].name)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n", 1))
    pair = [snapshot, store.package]
    with pytest.raises(SnapshotError, match="changed since snapshot"):
        diff(pair[side], pair[1 - side], options=LARGE)
