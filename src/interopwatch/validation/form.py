"""Check that tables match their hash and size in the descriptor and are in canonical form.

Canonical form is what ``tidy`` and ``freeze`` write; the standard does not require it. Order,
quoting and line ends are therefore checked only for packages that were tidied or frozen.
"""

from __future__ import annotations

import hashlib
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from interopwatch.errors import TableError
from interopwatch.files import sha256_of
from interopwatch.findings import Finding, found
from interopwatch.package.edtf import is_plain
from interopwatch.package.encodings import encoding_warning
from interopwatch.package.table import canonical
from interopwatch.timeline.snapshots import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage

_LONGEST: Final = 60
"""Maximum characters of a line shown for either side: a finding fits on one or two lines."""


def check_form(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every table that does not match its hash or size, or is no longer in canonical form."""
    is_frozen = package.descriptor.frozen is not None or _has_snapshots(package)
    lacks = package.descriptor.frozen.lacks if package.descriptor.frozen else {}
    for resource in package.descriptor.resources:
        if resource.name in lacks:
            continue  # frozen as it was: unreadable, or without a canonical order
        try:
            content = package.content(resource.name)
        except TableError:
            continue  # reported with the rows
        if warning := encoding_warning(package, resource.name):
            yield found("encoding-doubtful", resource.path, what=warning)
        yield from _size(resource, content)
        yield from _hash(resource, content)
        # `tidy` and `freeze` leave all but plain CSV files as their publisher wrote them.
        must_be_canonical = resource.source is None and (
            is_frozen or _was_tidied(resource, content)
        )
        if must_be_canonical and resource.fields and resource.name in package.readable:
            yield from _canonical(package, resource, content)


def _has_snapshots(package: ReadablePackage) -> bool:
    folder = package.root / FOLDER
    return folder.is_dir() and any(is_plain(p.name) and p.is_dir() for p in folder.iterdir())


def _was_tidied(resource: Resource, content: bytes) -> bool:
    """Return whether a table was written by ``tidy``, and has been edited since.

    ``tidy`` states the size and SHA-256 of what it writes. If both are stated and correct, but the
    table is not canonical, somebody else stated them.
    """
    is_stated = resource.bytes is not None and resource.hash.startswith("sha256:")
    return is_stated and resource.hash != f"sha256:{sha256_of(content)}"


def _size(resource: Resource, content: bytes) -> Iterator[Finding]:
    if resource.bytes is not None and resource.bytes != len(content):
        yield found("bytes-wrong", resource.path, given=len(content), stated=resource.bytes)


def _hash(resource: Resource, content: bytes) -> Iterator[Finding]:
    """Check a hash: ``algorithm:digest``, or MD5 if no algorithm is named (Data Resource 2.0)."""
    if not resource.hash:
        return
    algorithm, _, stated = resource.hash.rpartition(":")
    digest = _digest(algorithm.lower() or "md5", content)
    if digest is None:
        yield found("hash-unknown", resource.path, algorithm=algorithm)
    elif digest != stated.lower():
        yield found("hash-wrong", resource.path)


def check_keys(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every table that declares no primary key."""
    for resource in package.readable.values():
        if resource.fields and not resource.primary_key:
            yield found("key-undeclared", resource.path)


def _digest(algorithm: str, content: bytes) -> str | None:
    # SHAKE digests have any length, which is not stated.
    if algorithm not in hashlib.algorithms_guaranteed or algorithm.startswith("shake"):
        return None
    # MD5 is the standard's default, which FIPS builds of OpenSSL reject otherwise.
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


def _canonical(package: ReadablePackage, resource: Resource, content: bytes) -> Iterator[Finding]:
    try:
        expected = canonical(resource, package.table(resource.name).rows)
    except TableError:
        return  # a key cell of the wrong type, reported with the rows
    if content != expected:
        line, actual, intended = first_different_line(content, expected)
        yield found("form-not-canonical", resource.path, line, actual=actual, expected=intended)


def first_different_line(content: bytes, expected: bytes) -> tuple[int, str, str]:
    r"""Return the first line (from 1) that differs, as it is and as it should be.

    >>> first_different_line(b"a\nb\n", b"a\nc\n")
    (2, "'b'", "'c'")
    >>> first_different_line(b"a", b"a\n")
    (2, 'the end of the file', "''")
    >>> print(first_different_line(b"a" * 99 + b"\r\n", b"a" * 99 + b"\n")[1])
    '…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r'
    """
    pairs = zip_longest(content.split(b"\n"), expected.split(b"\n"))
    line, (one, other) = next((i, p) for i, p in enumerate(pairs, start=1) if p[0] != p[1])
    one_by_one = enumerate(zip_longest(one or b"", other or b""))
    at = next((i for i, (a, b) in one_by_one if a != b), 0)
    return line, _shown(one, at), _shown(other, at)


def _shown(line: bytes | None, differs: int) -> str:
    """Quote a line; if it is long, its part around the first difference."""
    if line is None:
        return "the end of the file"
    begin = max(differs - _LONGEST // 2, 0) if differs >= _LONGEST else 0
    end = begin + _LONGEST
    text = line[begin:end].decode(errors="backslashreplace")
    return repr(f"{'…' if begin else ''}{text}{'…' if len(line) > end else ''}")
