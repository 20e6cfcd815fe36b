"""The catalogue of finding codes."""

from __future__ import annotations

from typing import Final

from interopwatch.findings import FindingType, catalogue

CATALOGUE: Final = {
    code: FindingType(entry["title"], entry["description"], entry.get("level", "error"))
    for code, entry in catalogue().items()
}
"""The finding codes and their definitions, in the order of the checks."""


def as_table() -> str:
    """Format the catalogue as a Markdown table, for ``docs/findings.md``."""
    head = ["| code | level | finding | what it means |", "|---|---|---|---|"]
    rows = [
        f"| `{code}` | {entry.level} | {entry.title} | {entry.description} |"
        for code, entry in CATALOGUE.items()
    ]
    return "".join(f"{line}\n" for line in (*head, *rows))
