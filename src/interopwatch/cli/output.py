"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import click

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to FILE instead of the terminal.",
)


def emit(text: str, output: Path | None, *, styled: bool = False) -> None:
    """Write a result to a file, or else to standard output, as UTF-8 wherever that is.

    Args:
        text: The result.
        output: The file; standard output if it is ``None``.
        styled: Whether the text has colours, which are for terminals only.

    Raises:
        OutputError: The file cannot be written. It is then as it was.
    """
    if output is not None:
        from interopwatch.writing import write_whole

        write_whole(output, (click.unstyle(text) if styled else text).encode())
    elif styled:
        click.echo(text, nl=False)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())  # unlike the text layer, it changes nothing
        sys.stdout.buffer.flush()
