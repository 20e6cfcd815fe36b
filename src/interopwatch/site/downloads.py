"""The package in the formats of other tools, as downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.errors import InteropwatchError
from interopwatch.export.formats import FORMATS, export
from interopwatch.site.addresses import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from interopwatch.package.package import Package
    from interopwatch.site.addresses import Addresses

FOLDER: Final = "downloads"
_BESIDE: Final = "metadata"
"""The format whose files are put beside the descriptor."""


class Download(Struct, frozen=True):
    """A file to download.

    Attributes:
        title: Its title.
        note: A short description.
        path: Its path in the site.
        file: Its path on disk.
        resource: The table that it holds; empty if it holds all of them.
    """

    title: str
    note: str
    path: str
    file: Path
    resource: str = ""


def downloads(
    package: Package, scratch: Path, addresses: Addresses, note: Callable[[str], None]
) -> Iterator[Download]:
    """Yield the package in each format that can be written here.

    Args:
        package: The package, as its descriptor declares it.
        scratch: A folder for the files, needed until the site is written.
        addresses: The paths in use; those of the downloads are added.
        note: Called with messages about what is left out.
    """
    name = slug(package.descriptor.name) or "package"
    by_name = {slug(each.name): each.name for each in package.descriptor.resources}
    for form, kind in FORMATS.items():
        folder = scratch / form
        folder.mkdir()
        place = folder / f"{name}{kind.ending}"
        try:
            export(package, form, place, note)
        except InteropwatchError as error:
            note(". ".join(filter(None, (f"without {form}: {error.message}", error.hint))))
            continue
        made = [place] if kind.makes == "file" else folder.rglob("*")
        for file in sorted(path for path in made if path.is_file()):
            # Metadata names the files of the package by the paths in the descriptor.
            path = (
                file.name if form == _BESIDE else f"{FOLDER}/{file.relative_to(folder).as_posix()}"
            )
            if not addresses.is_free(path):
                path = f"{FOLDER}/{form}/{file.relative_to(folder).as_posix()}"
            part = by_name.get(slug(file.stem), "") if kind.makes == "folder" else ""
            summary = kind.summary.removeprefix("a folder of ")
            description = "" if part else f"{summary[:1].upper()}{summary[1:]}"
            yield Download(file.name, description, addresses.reserve(path), file, part)
