"""Change sets that a command is given: a file, or ``-`` for standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from interopwatch.changeset.serialise import read, to_json, to_lines
from interopwatch.cli.output import emit
from interopwatch.errors import ChangeSetError

if TYPE_CHECKING:
    from interopwatch.changeset.model import ChangeSet

STDIN = "-"


def taken(name: str) -> ChangeSet:
    """The change set in a file, in JSON or JSON Lines, or on standard input.

    Raises:
        ChangeSetError: It cannot be read, or is no change set.
    """
    where = "standard input" if name == STDIN else name
    try:
        content = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        return read(content.decode("utf-8-sig"), where)
    except FileNotFoundError:
        raise ChangeSetError(
            f"{where}: there is no such file",
            hint="`interopwatch diff OLD NEW --format json -o FILE` makes one.",
        ) from None
    except UnicodeDecodeError as error:
        raise ChangeSetError(f"{where}: byte {error.start} is not UTF-8") from None
    except OSError as error:
        raise ChangeSetError(f"{where}: {error.strerror or error}") from None


def put(changes: ChangeSet, output: Path | None) -> None:
    """Write a change set: as JSON Lines into a file that is called so, and else as JSON.

    Raises:
        OutputError: The file cannot be written. It is then as it was.
    """
    lines = output is not None and output.suffix == ".jsonl"
    emit(to_lines(changes) if lines else to_json(changes), output)
