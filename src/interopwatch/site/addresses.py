"""Addresses of a site's pages: short, unique names made from keys.

They are lower-case ASCII, so that every file system and server keeps them apart.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from unicodedata import combining, normalize
from urllib.parse import quote

from interopwatch.file_names import same_file, why_refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OTHER: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 60
"""The maximum length of a name, for readable address bars; file systems allow 255 bytes."""


def slug(text: str) -> str:
    """Return a text as a name in an address; empty if none of its characters are allowed there.

    >>> slug("Côte d’Ivoire"), slug("C-SOCC"), slug("../../etc"), slug("東京")
    ('cote-d-ivoire', 'c-socc', 'etc', '')
    """
    plain = "".join(char for char in normalize("NFKD", text.casefold()) if not combining(char))
    return _OTHER.sub("-", plain)[:_LONGEST].strip("-")


def relative(path: str, page: str, anchor: str = "") -> str:
    """Return the relative URL from a page to a file of the site, or to an anchor on a page.

    Args:
        path: The path of the file in the site.
        page: The path of the page with the link.
        anchor: The anchor; empty for the complete file.

    >>> relative("tables/a b.html", "projects/mus.html", "c"), relative("a.html", "a.html", "x")
    ('../tables/a%20b.html#c', '#x')
    """
    fragment = f"#{quote(anchor, safe=_IN_FRAGMENT)}" if anchor else ""
    if path == page and anchor:
        return fragment
    found = _between(path, posixpath.dirname(page))
    if ":" in found.split("/", 1)[0]:  # it would be taken for a scheme (RFC 3986, section 4.2)
        found = f"./{found}"
    return f"{found}{fragment}"


@lru_cache(1 << 12)  # pages of a folder have the same links: saves a twentieth of the time
def _between(path: str, folder: str) -> str:
    return quote(posixpath.relpath(path, folder or "."))


def relative_place(place: str, page: str) -> str:
    """Return the relative URL from a page to a path that may end with an anchor.

    >>> relative_place("tables/clubs.html#clubs.a", "index.html")
    'tables/clubs.html#clubs.a'
    """
    path, _, anchor = place.partition("#")
    return relative(path, page, anchor)


_IN_FRAGMENT: Final = "!$&'()*+,;=:@/?"
"""Characters that need no escape in a fragment (RFC 3986, section 3.5)."""


class Addresses:
    """Assigns the paths of a site's files, which no file system takes for the same."""

    def __init__(self, used: Iterable[str] = ()) -> None:
        """Create it with the paths that are already taken."""
        self._files: set[str] = set()
        self._folders: set[str] = set()
        for path in used:
            self.reserve(path)

    def is_free(self, path: str) -> bool:
        """Return whether a path is neither a file nor a folder of the site, nor below a file."""
        key = same_file(path)
        above = _above(key)
        return key not in self._files | self._folders and self._files.isdisjoint(above)

    def reserve(self, path: str) -> str:
        """Reserve a path, whether or not it is free."""
        key = same_file(path)
        self._files.add(key)
        self._folders.update(_above(key))
        return path

    def folder(self, parts: Sequence[str]) -> str:
        """Return a new, empty folder, named as by :meth:`new`."""
        path = self.new("", parts)
        # `new` has registered it as a file.
        self._files.discard(same_file(path))
        self._folders.add(same_file(path))
        return path

    def new(self, folder: str, parts: Sequence[str], ending: str = "") -> str:
        """Return a new path for a key.

        If the key yields no name, or its name is taken, a part of its SHA-256 is appended, so that
        other keys keep their addresses whatever is added.

        Args:
            folder: The folder, from the site's root; empty for the root.
            parts: The unique key; the last part provides the name.
            ending: The extension, with its dot.
        """
        name = slug(parts[-1])
        digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
        # The name alone, readable and easy to type; with enough of the hash for a site; with all of
        # it.
        for length in (0, 8, 64):
            stem = "-".join(filter(None, (name, digest[:length])))
            path = posixpath.join(folder, f"{stem}{ending}")
            if stem and self.is_free(path) and not why_refused(path):
                return self.reserve(path)
        raise AssertionError(f"{parts!r} was given an address before")


def _above(path: str) -> set[str]:
    """Return the folders that contain a path."""
    parts = path.split("/")[:-1]
    return {"/".join(parts[: at + 1]) for at in range(len(parts))}
