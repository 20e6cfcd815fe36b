"""The catalogue of findings: every code that a check can give, and what it means."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from msgspec import toml

from interopwatch.findings import FindingType

CATALOGUE: Final = toml.decode(
    files("interopwatch.validation").joinpath("catalogue.toml").read_text("utf-8"),
    type=dict[str, FindingType],
)
"""What each code stands for, in the order of the checks."""


def as_table() -> str:
    """The catalogue as a table in Markdown, for ``docs/findings.md``."""
    head = ["| code | level | finding | what it means |", "|---|---|---|---|"]
    rows = [
        f"| `{code}` | {entry.level} | {entry.title} | {entry.description} |"
        for code, entry in CATALOGUE.items()
    ]
    return "".join(f"{line}\n" for line in (*head, *rows))
