"""Whether tables are in canonical form, and are the files that the descriptor speaks of."""

from __future__ import annotations

import hashlib
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from interopwatch.errors import TableError
from interopwatch.findings import Finding
from interopwatch.package.table import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage

TIDY: Final = "Run `interopwatch tidy`."
_LONGEST: Final = 60


def check_form(package: ReadablePackage) -> Iterator[Finding]:
    """Every table that is not in canonical form or not what the descriptor says of it."""
    for resource in package.descriptor.resources:
        try:
            content = package.content(resource.name)
        except TableError:
            continue  # told with the rows
        yield from _size(resource, content)
        yield from _hash(resource, content)
        if resource.fields and resource.name in package.readable:
            yield from _canonical(package, resource, content)


def _size(resource: Resource, content: bytes) -> Iterator[Finding]:
    if resource.bytes is not None and resource.bytes != len(content):
        message = f"has {len(content)} bytes, and the descriptor says {resource.bytes}"
        yield Finding(resource.path, 0, "", "bytes-wrong", message, TIDY)


def _hash(resource: Resource, content: bytes) -> Iterator[Finding]:
    """Compare a hash: ``algorithm:digest``, or MD5 if no algorithm is named (Data Resource 2.0)."""
    if not resource.hash:
        return
    algorithm, _, stated = resource.hash.rpartition(":")
    digest = _digest(algorithm.lower() or "md5", content)
    if digest is None:
        message = f"the descriptor gives a hash by {algorithm!r}, which is not known here"
        yield Finding(resource.path, 0, "", "hash-unknown", message, TIDY, "warning")
    elif digest != stated.lower():
        message = "is not the file whose hash the descriptor gives"
        yield Finding(resource.path, 0, "", "hash-wrong", message, TIDY)


def _digest(algorithm: str, content: bytes) -> str | None:
    if algorithm not in hashlib.algorithms_guaranteed or algorithm.startswith("shake"):
        return None
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


def _canonical(package: ReadablePackage, resource: Resource, content: bytes) -> Iterator[Finding]:
    try:
        wanted = canonical(resource, package.table(resource.name).rows)
    except TableError:
        return  # a key cell of the wrong type, told with the rows
    if content != wanted:
        line, is_so, should_be = first_difference(content, wanted)
        message = f"not in canonical form: here stands {is_so}, and should {should_be}"
        yield Finding(resource.path, line, "", "form-not-canonical", message, TIDY)


def first_difference(content: bytes, wanted: bytes) -> tuple[int, str, str]:
    r"""The first line (from 1) that differs, as it is and as it should be.

    >>> first_difference(b"a\nb\n", b"a\nc\n")
    (2, "'b'", "'c'")
    >>> first_difference(b"a", b"a\n")
    (2, 'nothing more', "''")
    """
    pairs = zip_longest(content.split(b"\n"), wanted.split(b"\n"))
    line, (one, other) = next((i, p) for i, p in enumerate(pairs, start=1) if p[0] != p[1])
    return line, _shown(one), _shown(other)


def _shown(line: bytes | None) -> str:
    if line is None:
        return "nothing more"
    text = line.decode(errors="backslashreplace")
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
