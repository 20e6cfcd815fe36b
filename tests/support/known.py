"""The vocabulary of the package, for tests of capture."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Party, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parents[2]

KEYS: Final[dict[str, tuple[str, ...]]] = {
    each["name"]: tuple(each["schema"]["primaryKey"])
    for each in json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))["resources"]
}
"""The primary keys of the tables."""

Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of a table of the working edition."""
    with (ROOT / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def vocabulary(parties: Mapping[str, Party], **more: Any) -> Vocabulary:  # noqa: ANN401
    """Return the vocabulary of a package that has these tables, and almost no rows."""
    return Vocabulary(parties, keys=KEYS, **more)


@cache
def known(work: str = "mcc") -> Vocabulary:
    """Return the vocabulary of the working edition."""
    parties = {row["party"]: row for row in table("parties")}
    projects = {fold(row["name"]): row["project"] for row in table("projects")}
    projects |= {fold(r["acronym"]): r["project"] for r in table("projects") if r["acronym"]}
    editions = {row["source"] for row in table("sources") if row["work"] == work}
    located = ("areas", "projects", "formats")
    return vocabulary(
        {
            fold(row["name"]): Party(
                row["party"], parties[row["party"]]["kind"], parties[row["party"]]["name"]
            )
            for row in table("party_names")
        },
        projects=projects,
        areas={fold(row["name"]): row["area"] for row in table("areas")},
        locators=tuple(
            dict.fromkeys(
                row["locator"] for n in located for row in table(n) if row["source"] in editions
            )
        ),
        roles={p: row["alliance_role"] for p, row in parties.items() if row["alliance_role"]},
    )
