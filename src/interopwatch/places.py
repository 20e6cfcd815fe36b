"""Where packages are found: by path, upwards from a folder, or shipped with the library."""

from __future__ import annotations

from pathlib import Path

from interopwatch.descriptor import FILE_NAME
from interopwatch.errors import DescriptorError
from interopwatch.package import open_package
from interopwatch.snapshots import WORKING, Store


def open_store(path: str | Path | None = None) -> Store:
    """Open a package with its snapshots.

    Args:
        path: Its folder or its descriptor; the data that ships with this library if
            not given.

    Raises:
        DescriptorError: There is no descriptor, or it cannot be read or used.
    """
    return Store(open_package(shipped() if path is None else path, WORKING))


def upwards(folder: Path) -> Path | None:
    """The nearest folder, from this one upwards, that holds a data package."""
    here = folder.resolve()
    return next((p for p in (here, *here.parents) if (p / FILE_NAME).is_file()), None)


def shipped() -> Path:
    """The folder of the data that ships with this library.

    Raises:
        DescriptorError: The installation lacks it.
    """
    own = Path(__file__).parent
    # An installed copy holds the data inside it; a source checkout, two folders above.
    for place in (own / "data", own.parent.parent):
        if (place / FILE_NAME).is_file():
            return place
    raise DescriptorError(
        f"{own / 'data'}: the data that ships with interopwatch is missing",
        hint="Install the package again, or give --package PATH.",
    )
