"""``interopwatch apply``, ``invert`` and ``compose``: operations on change sets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from interopwatch.changeset.serialise import read, to_json, to_lines
from interopwatch.cli.completion import snapshot_names
from interopwatch.cli.main import named, opened
from interopwatch.cli.options import output_option
from interopwatch.cli.output import emit
from interopwatch.cli.streams import say
from interopwatch.errors import ChangeSetError
from interopwatch.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.changeset.changeset import ChangeSet

_MAKE_ONE: Final = "`interopwatch diff OLD NEW --format json -o FILE` makes a change set."
_STDIN: Final = "-"


@click.command("apply")
@click.argument("changes")
@click.argument("old", shell_complete=snapshot_names)
@click.option(
    "-o",
    "--output",
    "new",
    required=True,
    type=click.Path(path_type=Path),
    metavar="NEW",
    help="The folder to create; it must not exist.",
)
@click.pass_context
def apply_command(ctx: click.Context, changes: str, old: str, new: Path) -> None:
    """Apply a change set to OLD and write the newer package to a new folder.

    CHANGES is the output of `diff --format json` or `jsonl`, or - for standard input. Tables
    are written in canonical form, and all other files byte for byte. Nothing is written if OLD
    is not what the change set was made from.
    """
    from interopwatch.changeset.apply import apply
    from interopwatch.files import place_folder, refuse_existing, unwritten

    refuse_existing(new)
    package, changed = named(ctx, opened(ctx, names=True), old), _read(changes)
    files = apply(package, changed)
    # Again, since it may have been created in the meantime.
    refuse_existing(new)
    try:
        place_folder(new.parent, new.name, files)
    except OSError as error:
        hint = "Nothing was written. Choose a folder that can be created."
        raise unwritten(new, error, hint) from None
    say(f"Wrote {new}: {_contents(files)}.")


@click.command("invert")
@click.argument("changes")
@output_option
def invert_command(changes: str, output: Path | None) -> None:
    """Reverse a change set, so that it leads from the newer package to the older one.

    CHANGES is the output of `diff --format json` or `jsonl`, or - for standard input. The
    result is JSON, or JSON Lines if FILE ends with .jsonl. Its rows are not classified: they
    have the sense "undated" and no sentence.
    """
    _write(~_read(changes), output)


@click.command("compose")
@click.argument("first")
@click.argument("second")
@output_option
def compose_command(first: str, second: str, output: Path | None) -> None:
    """Combine two consecutive change sets into one that does what FIRST and then SECOND do.

    Both are outputs of `diff --format json` or `jsonl`; one may be - for standard input. The
    result is JSON, or JSON Lines if FILE ends with .jsonl. Its rows are not classified: they
    have the sense "undated" and no sentence.
    """
    if first == second == _STDIN:
        raise click.UsageError("Only one of the two can come from standard input.")
    _write(_read(first) + _read(second), output)


def _contents(files: Mapping[str, bytes]) -> str:
    """Describe the contents of a package.

    >>> _contents({"datapackage.json": b'{"resources": []}', "terms.pdf": b"%PDF"})
    '0 tables, 1 other file and their descriptor'
    """
    from interopwatch.package.descriptor import FILE_NAME
    from interopwatch.package.labels import counted
    from interopwatch.package.parse import parse

    paths = [
        r.source.paths if r.source else (r.path,)
        for r in parse(files[FILE_NAME].decode(), FILE_NAME).resources
    ]
    # A missing table stays missing; one with inline data has no file.
    resources = [some for some in paths if not some or not files.keys().isdisjoint(some)]
    of_tables = {path for some in paths for path in some}
    others = len(files.keys() - of_tables) - 1  # without the descriptor
    if not others:
        nouns = ("table and its descriptor", "tables and their descriptor")
        return counted(len(resources), nouns)
    tables = counted(len(resources), ("table", "tables"))
    return f"{tables}, {counted(others, ('other file', 'other files'))} and their descriptor"


def _read(name: str) -> ChangeSet:
    """Read a change set, in JSON or JSON Lines, from a file or standard input.

    Raises:
        ChangeSetError: It cannot be read, or is not a change set.
    """
    where = "standard input" if name == _STDIN else name
    try:
        content = sys.stdin.buffer.read() if name == _STDIN else read_regular(Path(name))
        # Editors and shells on Windows may write a byte order mark first.
        return read(content.decode("utf-8-sig"), where)
    except FileNotFoundError:
        raise ChangeSetError(
            f"{where}: there is no such file",
            hint=_MAKE_ONE,
        ) from None
    except UnicodeDecodeError as error:
        raise ChangeSetError(f"{where}: byte {error.start} is not UTF-8") from None
    except OSError as error:
        raise ChangeSetError(f"{where}: {error.strerror or error}", hint=_MAKE_ONE) from None


def _write(changes: ChangeSet, output: Path | None) -> None:
    """Write a change set: as JSON Lines to a ``.jsonl`` file, otherwise as JSON."""
    lines = output is not None and output.suffix == ".jsonl"
    emit(to_lines(changes) if lines else to_json(changes), output, "json")
