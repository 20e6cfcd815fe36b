"""Changes that tests make to a package into which pages were captured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.package.package import open_package
from interopwatch.package.rewritten import changed_files, with_rows

if TYPE_CHECKING:
    from pathlib import Path


def only_known_names(folder: Path) -> None:
    """Remove the spellings of parties that are in no table."""
    package = open_package(folder, "tables")
    parties = {row["party"] for row in package.rows("parties")}
    names = [row for row in package.rows("party_names") if row["party"] in parties]
    for file, content in changed_files(package, with_rows(package, {"party_names": names})).items():
        file.write_bytes(content)
