"""Small packages ("worlds"), and the commands that write to them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import club_package
import editions
from faults import KILLED, run_until
from interopwatch.changeset.serialise import to_json
from interopwatch.compare.packages import diff
from interopwatch.files import INCOMING
from interopwatch.package.package import open_package
from interopwatch.package.table import record
from interopwatch.package.tidy import tidied
from interopwatch.timeline.snapshots import Store, locked_store
from interopwatch.updates import JOURNAL, LOCK, is_unfinished

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

REPOSITORY: Final = Path(__file__).parents[2]
HOME: Final = "home"
"""The folder of the package in a world."""
PAGE: Final = "mcc.txt"
_UNTIDY: Final = ("clubs", "members", "people")


@dataclass(frozen=True)
class Scenario:
    """A command that writes.

    Attributes:
        name: What is written.
        build: Makes the world in an existing folder.
        arguments: The arguments of the command, in a world.
        output: The path of its output in the world; empty if it updates the package.
    """

    name: str
    build: Callable[[Path], None]
    arguments: Callable[[Path], Sequence[str]]
    output: str = ""


def files(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, by path."""
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def visible(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder except the tool's own."""
    return {
        name: content
        for name, content in files(folder).items()
        if not any(part.startswith((INCOMING, LOCK, JOURNAL)) for part in name.split("/"))
    }


def is_pending(world: Path) -> bool:
    """Return whether the package of a world has an interrupted update."""
    return is_unfinished(world / HOME)


def recover(world: Path) -> None:
    """Do what each command that writes to a package does first."""
    with locked_store(world / HOME):
        pass


def clubs(world: Path) -> None:
    """Make a package with two snapshots and a newer working edition."""
    store = club_package.store(world / HOME)
    text = store.package.path("clubs").read_text("utf-8")
    store.package.path("clubs").write_text(f"{text}d,Delta,2023,,,,,b2,\n", encoding="utf-8")
    _tidy(store)


def _tidy(store: Store) -> None:
    for file, content in tidied(open_package(store.package.root)).items():
        file.write_bytes(content)


def unfrozen(world: Path) -> None:
    """Make a package without snapshots."""
    clubs(world)
    shutil.rmtree(world / HOME / "snapshots")


def untidy(world: Path) -> None:
    """Make a package with some tables that are not in canonical order."""
    clubs(world)
    for name in _UNTIDY:
        file = world / HOME / "tables" / f"{name}.csv"
        header, *rows = file.read_text("utf-8").splitlines()
        file.write_text("".join(f"{line}\n" for line in (header, *reversed(rows))), "utf-8")


def pages(world: Path) -> None:
    """Make the shipped package without its rows, and a page to capture."""
    editions.home(REPOSITORY, world / HOME)
    (world / PAGE).write_text(editions.mcc().text("2025"), encoding="utf-8")


def with_changes(world: Path) -> None:
    """Make a change set beside its older package."""
    clubs(world)
    store = Store(open_package(world / HOME))
    changes = diff(store.snapshot("2020-06-30"), store.snapshot("2024-03-07"))
    (world / "changes.json").write_text(to_json(changes), encoding="utf-8")


def with_older_output(world: Path) -> None:
    """Make a package, and an output file to be replaced."""
    clubs(world)
    (world / "out.txt").write_text("what an earlier command said\n", encoding="utf-8")


def tidy_large(world: Path) -> None:
    """Make changes larger than one block of output."""
    clubs(world)
    file = world / HOME / "tables" / "notes.csv"
    rows = (record([f"n{n}", "word " * 20, "b2", ""]) for n in range(2_000))
    file.write_text(file.read_text("utf-8") + "".join(rows), encoding="utf-8")
    _tidy(Store(open_package(world / HOME)))


def interrupted(build: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return a builder of worlds with an update killed between its journal and its renames."""
    known: list[int] = []
    before: dict[str, bytes] = {}

    def made(world: Path) -> None:
        if not before:
            build(world)
            before.update(files(world))
        for step in known or range(200):
            shutil.rmtree(world)
            for name, content in before.items():
                (world / name).parent.mkdir(parents=True, exist_ok=True)
                (world / name).write_bytes(content)
            root = world / HOME
            contents = _replaced(root)
            replacing = partial(_replace, root, contents)
            ended = run_until(step, "kill", replacing, str(root))
            assert ended == KILLED
            if is_pending(world):
                known[:] = [step]
                return
        raise AssertionError("no update was interrupted")

    return made


def _replaced(root: Path) -> dict[Path, bytes]:
    """Return other content for two files of a package that belong together."""
    package = open_package(root)
    names = [resource.name for resource in package.descriptor.resources][:2]
    contents = {package.path(name): package.path(name).read_bytes() for name in names}
    text = package.file.read_text("utf-8")
    return {**contents, package.file: text.replace("{", '{\n  "description": "new",', 1).encode()}


def _replace(root: Path, contents: Mapping[Path, bytes]) -> None:
    with locked_store(root) as (_, lock):
        lock.replace(contents)


def _at_home(*words: str) -> Callable[[Path], Sequence[str]]:
    return lambda world: ("--package", str(world / HOME), *words)


def _capture(world: Path) -> Sequence[str]:
    home, page = str(world / HOME), str(world / PAGE)
    return ("--package", home, "capture", page, "--checked", "2026-01-02")


def _to_file(*words: str) -> Callable[[Path], Sequence[str]]:
    return lambda world: ("--package", str(world / HOME), *words, "-o", str(world / "out.txt"))


def _apply(world: Path) -> Sequence[str]:
    home, changes, new = (str(world / name) for name in (HOME, "changes.json", "new"))
    return ("--package", home, "apply", changes, "2020-06-30", "-o", new)


def _export(world: Path) -> Sequence[str]:
    return ("--package", str(world / HOME), "export", "zip", str(world / "out.txt"))


_FREEZE: Final = ("freeze", "2024-12", "-m", "a third look")
_BACK: Final = ("freeze", "2019", "-m", "a look back", "--basis", "reconstructed")
SCENARIOS: Final = (
    Scenario("freeze", clubs, _at_home(*_FREEZE)),
    Scenario("freeze the first", unfrozen, _at_home(*_FREEZE)),
    Scenario("freeze by reconstruction", clubs, _at_home(*_BACK)),
    Scenario("tidy", untidy, _at_home("tidy")),
    Scenario("capture", pages, _capture),
    Scenario("apply", with_changes, _apply, "new"),
    Scenario("report -o", clubs, _to_file("report", "2024-03-07", "tables"), "out.txt"),
    Scenario(
        "diff -o over a file",
        with_older_output,
        _to_file("diff", "2024-03-07", "tables", "--format", "jsonl"),
        "out.txt",
    ),
    Scenario(
        "diff -o of many rows",
        tidy_large,
        _to_file("diff", "2024-03-07", "tables", "--format", "json"),
        "out.txt",
    ),
    Scenario("export over a file", with_older_output, _export, "out.txt"),
    Scenario("finish, by tidy", interrupted(untidy), _at_home("tidy")),
    Scenario("finish, by freeze", interrupted(clubs), _at_home(*_FREEZE)),
    Scenario("finish, by capture", interrupted(pages), _capture),
)
"""Every command that writes; those called ``finish`` find an interrupted update first."""
