"""What capture can find wrong with a page: every code, and what it means."""

from __future__ import annotations

from typing import Final

from interopwatch.capture.english.phrases import Phrasebook

CATALOGUE: Final[dict[str, str]] = Phrasebook.of("catalogue.toml").data
"""What each code stands for. Whether it is an error depends on how much hangs on it."""


def as_table() -> str:
    """The catalogue as a table in Markdown, for ``docs/updating.md``."""
    rows = [f"| `{code}` | {text} |" for code, text in CATALOGUE.items()]
    return "".join(f"{line}\n" for line in ("| code | what it means |", "|---|---|", *rows))
