"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to FILE instead of the terminal.",
)


def emit(text: str | Iterable[bytes], output: Path | None, *, styled: bool = False) -> None:
    """Write a result to a file, or else to standard output, as UTF-8 wherever that is.

    Args:
        text: The result: a text, or blocks of whole lines in UTF-8.
        output: The file; standard output if it is ``None``.
        styled: Whether the text has colours, which are for terminals only.

    Raises:
        OutputError: The file cannot be written. It is then as it was.
    """
    blocks = (text.encode(),) if isinstance(text, str) else text
    if output is not None:
        from interopwatch.files import write_whole

        write_whole(output, map(_plain, blocks) if styled else blocks)
    elif styled:
        for block in blocks:
            click.echo(block.decode(), nl=False)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(blocks)  # unlike the text layer, it changes nothing
        sys.stdout.buffer.flush()


def _plain(block: bytes) -> bytes:
    return click.unstyle(block.decode()).encode()
