"""The package itself as files of a site, so that the site's address is also the package's."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import DescriptorError, InteropwatchError
from interopwatch.file_names import why_refused
from interopwatch.package.descriptor import FILE_NAME, dump
from interopwatch.timeline.snapshots import FOLDER
from interopwatch.timeline.sums import SUMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.site.addresses import Addresses

    File = bytes | Path

INERT: Final = (
    ".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".geojson", ".gz", ".zip",
    ".parquet", ".xlsx", ".xls", ".ods", ".sqlite", ".md", ".yaml", ".yml", ".png", ".jpg", ".jpeg",
    ".gif", ".webp",
)  # fmt: skip
"""Extensions of files that browsers do not run when they open them. As HTML or SVG, the content of
a cell could run scripts with the site's origin."""
ELSEWHERE: Final = "data"
"""The folder of files that cannot keep their path."""


class PublishedFiles:
    """The files of a package in a site.

    Attributes:
        files: The files by their path in the site.
        moved: For each path in the descriptor, the path in the site.
        places: For each resource, the paths of its files in the site.
        snapshots: For each snapshot, the path of its descriptor in the site.
    """

    def __init__(
        self,
        package: Package,
        snapshots: Sequence[Package],
        addresses: Addresses,
        note: Callable[[str], None],
    ) -> None:
        """Find the files of a package and its snapshots; only the descriptor is read.

        Args:
            package: The package, as its descriptor declares it.
            snapshots: Its snapshots.
            addresses: The paths in use; those of the package are added.
            note: Called with messages about what is left out.
        """
        self.files: dict[str, File] = {}
        self.places: dict[str, tuple[str, ...]] = {}
        self.snapshots: dict[str, str] = {}
        self._addresses, self._note = addresses, note
        self.moved = self._add_package(package)
        self.files[FILE_NAME] = dump(_pointed(package.descriptor.raw, self.moved)).encode()
        for snapshot in snapshots:
            self._add_snapshot(snapshot)

    def _add_package(self, package: Package) -> Mapping[str, str]:
        """Add the files of all resources; return the new path of each path in the descriptor."""
        moved: dict[str, str] = {}
        descriptor = package.descriptor
        for resource in (*descriptor.resources, *descriptor.files):
            for path in package.paths_of(resource.name) if resource.path or resource.source else ():
                if path not in moved:
                    content = self._content(package, resource, path)
                    if content is None:
                        continue
                    moved[path] = self._place(path)
                    self.files[moved[path]] = content
                self.places[resource.name] = (*self.places.get(resource.name, ()), moved[path])
        return moved

    def _content(self, package: Package, resource: Resource, path: str) -> File | None:
        if package.files is not None:
            return package.files.get(path)
        try:
            file = package.file_in(path)
        except DescriptorError as error:
            self._note(f"{resource.name}: {error.message}: it is left out of the site")
            return None
        if not file.is_file():
            self._note(
                f"{resource.name}: {file}: there is no such file: it is left out of the site"
            )
            return None
        return file

    def _place(self, path: str) -> str:
        """Return the path of a file in the site: its own, unless it is taken or could run."""
        plain = posixpath.normpath(path)
        if not plain.lower().endswith(INERT):
            plain = f"{plain}.txt"
        if self._addresses.is_free(plain):
            return self._addresses.reserve(plain)
        if self._addresses.is_free(other := f"{ELSEWHERE}/{plain}"):
            return self._addresses.reserve(other)
        stem, ending = posixpath.splitext(plain)
        return self._addresses.new(ELSEWHERE, [path, stem], ending)

    def _add_snapshot(self, snapshot: Package) -> None:
        """Add a snapshot unchanged, so that its checksums can be verified."""
        paths = [FILE_NAME, SUMS]
        try:
            for resource in (*snapshot.descriptor.resources, *snapshot.descriptor.files):
                paths += snapshot.paths_of(resource.name)
            found = {f"{FOLDER}/{snapshot.label}/{p}": snapshot.file_in(p) for p in paths}
        except InteropwatchError as error:
            self._note(f"snapshot {snapshot.label}: {error.message}: it is left out of the site")
            return
        missing = [file for file in found.values() if not file.is_file()]
        odd = [p for p in found if not self._may_publish(p)]
        if missing or odd:
            problem = f"{missing[0]} is missing" if missing else f"{odd[0]} cannot be published"
            self._note(f"snapshot {snapshot.label}: {problem}: it is left out of the site")
            return
        for path, file in found.items():
            self.files[self._addresses.reserve(path)] = file
        self.snapshots[snapshot.label] = f"{FOLDER}/{snapshot.label}/{FILE_NAME}"

    def _may_publish(self, path: str) -> bool:
        is_inert = path.lower().endswith(INERT) or path.endswith(f"/{SUMS}")
        return is_inert and self._addresses.is_free(path) and not why_refused(path)


def _pointed(raw: Mapping[str, Any], moved: Mapping[str, str]) -> dict[str, Any]:
    """Return a descriptor with the paths of the site."""

    def on_site(path: Any) -> Any:  # noqa: ANN401 - JSON
        if not isinstance(path, str) or "://" in path:
            return path
        return moved.get(path) or moved.get(posixpath.normpath(path), path)

    def pointed(item: Any) -> Any:  # noqa: ANN401 - JSON
        if not isinstance(item, dict) or "path" not in item:
            return item
        path = item["path"]
        return {
            **item,
            "path": list(map(on_site, path)) if isinstance(path, list) else on_site(path),
        }

    return {**raw, "resources": [pointed(item) for item in raw.get("resources", ())]}


def blocks(file: File) -> Iterator[bytes]:
    """Yield the content of a file of the site, block by block."""
    if isinstance(file, bytes):
        yield file
        return
    from interopwatch.files import open_regular

    with open_regular(file) as opened:
        # In blocks, since a table need not fit in memory.
        while block := opened.read(1 << 20):
            yield block
