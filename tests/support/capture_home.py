"""What tests do to a package that pages were captured into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.package.package import open_package
from interopwatch.package.rewritten import changed_files, with_rows

if TYPE_CHECKING:
    from pathlib import Path


def only_known_names(folder: Path) -> None:
    """Forget the spellings of names of parties that no table holds."""
    package = open_package(folder, "tables")
    parties = {row["party"] for row in package.rows("parties")}
    names = [row for row in package.rows("party_names") if row["party"] in parties]
    for file, content in changed_files(package, with_rows(package, {"party_names": names})).items():
        file.write_bytes(content)
