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
"""Characters of a name, of which systems allow 255 bytes: people read them in address bars."""


def slug(text: str) -> str:
    """A text as a name in an address; empty if nothing of it can stand there.

    >>> slug("Côte d’Ivoire"), slug("C-SOCC"), slug("../../etc"), slug("東京")
    ('cote-d-ivoire', 'c-socc', 'etc', '')
    """
    plain = "".join(char for char in normalize("NFKD", text.casefold()) if not combining(char))
    return _OTHER.sub("-", plain)[:_LONGEST].strip("-")


def relative(path: str, page: str, anchor: str = "") -> str:
    """The reference from a page to a file of the site, or to a place on a page, as a URL.

    Args:
        path: The path of the file in the site.
        page: The path of the page that refers to it.
        anchor: The anchor of the place; the file as a whole if empty.

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


@lru_cache(1 << 12)  # pages of a folder refer to the same ones: without it, a twentieth of the time
def _between(path: str, folder: str) -> str:
    return quote(posixpath.relpath(path, folder or "."))


def relative_place(place: str, page: str) -> str:
    """The reference from a page to a page of ours, whose path may be followed by an anchor.

    >>> relative_place("tables/clubs.html#clubs.a", "index.html")
    'tables/clubs.html#clubs.a'
    """
    path, _, anchor = place.partition("#")
    return relative(path, page, anchor)


_IN_FRAGMENT: Final = "!$&'()*+,;=:@/?"
"""What stands for itself in a fragment (RFC 3986, section 3.5)."""


class Addresses:
    """Hands out the paths of a site's files, no two of which any file system takes for one."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with the paths that are taken already."""
        self._files: set[str] = set()
        self._folders: set[str] = set()
        for path in taken:
            self.take(path)

    def is_free(self, path: str) -> bool:
        """Whether a path is neither a file nor a folder of the site, nor lies below a file."""
        key = same_file(path)
        above = _above(key)
        return key not in self._files | self._folders and self._files.isdisjoint(above)

    def take(self, path: str) -> str:
        """Take a path, free or not."""
        key = same_file(path)
        self._files.add(key)
        self._folders.update(_above(key))
        return path

    def folder(self, parts: Sequence[str]) -> str:
        """A folder that nothing else is in, named as :meth:`new` has it."""
        path = self.new("", parts)
        # `new` has taken it for a file.
        self._files.discard(same_file(path))
        self._folders.add(same_file(path))
        return path

    def new(self, folder: str, parts: Sequence[str], ending: str = "") -> str:
        """A path for what a key names.

        A key that is no name in an address, or whose name is taken, is told by a part of its
        SHA-256, so that the others keep their addresses whatever is added.

        Args:
            folder: The folder, from the site's root; empty for the root.
            parts: What tells it from everything else in the site; the last part makes the name.
            ending: How the name ends, with its dot.
        """
        name = slug(parts[-1])
        digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
        # The name alone, which people can read and type; with as much of the hash as a site needs;
        # with all of it.
        for length in (0, 8, 64):
            told = "-".join(filter(None, (name, digest[:length])))
            path = posixpath.join(folder, f"{told}{ending}")
            if told and self.is_free(path) and not why_refused(path):
                return self.take(path)
        raise AssertionError(f"{parts!r} was given an address before")


def _above(path: str) -> set[str]:
    """The folders that a path lies in."""
    parts = path.split("/")[:-1]
    return {"/".join(parts[: at + 1]) for at in range(len(parts))}
