"""The command line: arguments in, text out."""

from interopwatch.cli.main import run

__all__ = ["run"]
