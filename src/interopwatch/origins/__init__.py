"""Packages that are not folders: in zip archives, at git revisions, at web addresses.

Tables are compared as files, large ones without being held in memory. So what a package needs
is unpacked into a temporary folder, which lasts as long as whoever opened the package needs it:
:func:`opened_package` is a context manager, and whoever enters it owns the folder.
"""

from interopwatch.origins.opening import opened_package

__all__ = ["opened_package"]
