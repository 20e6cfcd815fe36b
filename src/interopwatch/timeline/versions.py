"""Version numbers for new editions of a package.

Follows the Data Package Version recipe (datapackage.org/recipes/data-package-version): a change
that breaks consumers is major (fields added, removed, moved or retyped; rows removed that others
refer to), more data is minor, a correction is a patch.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import RowChange
    from interopwatch.package.descriptor import Descriptor

FIRST: Final = "1.0.0"
# Semantic Versioning, but also with one or two numbers, or a `v` before them.
_VERSION: Final = re.compile(r"(v?)(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?", re.ASCII)
_PLACES: Final = ("major", "minor", "patch")

Step = Literal["major", "minor", "patch", "none"]


def step(changes: ChangeSet, old: Descriptor) -> Step:
    """Return which number of the version a change set raises."""
    # An added field breaks consumers that count columns; only a new resource breaks nobody.
    if any(c.field or c.kind != "added" for c in changes.schema):
        return "major"
    referred = {key.resource for resource in old.resources for key in resource.foreign_keys}
    if any(_breaks(change, referred) for change in changes.rows):
        return "major"
    if changes.schema or any(c.kind != "changed" for c in changes.rows):
        return "minor"
    return "patch" if changes.rows or changes.reformatted else "none"


def _breaks(change: RowChange, referred: set[str]) -> bool:
    loses_key = change.kind == "removed" or change.has_new_key
    return loses_key and change.resource in referred


def following(version: str, by: Step) -> str:
    """Return the next version.

    If a version has fewer than three numbers, the last one is raised instead of a missing one; a
    version of another form is unchanged.

    >>> following("1.2.3", "minor"), following("", "patch"), following("v2.4", "major")
    ('1.3.0', '1.0.0', 'v3.0')
    >>> following("2024", "patch"), following("draft", "major")
    ('2025', 'draft')
    """
    if not version:
        return FIRST
    match = _VERSION.fullmatch(version)
    if match is None or by == "none":
        return version
    letter, *numbers = match.groups()
    counts = [int(number) for number in numbers if number is not None]
    place = min(_PLACES.index(by), len(counts) - 1)
    counts = [*counts[:place], counts[place] + 1, *(0 for _ in counts[place + 1 :])]
    return letter + ".".join(map(str, counts))


def is_later(version: str, other: str) -> bool:
    """Return whether a version is certainly later than another one.

    >>> is_later("2.10.0", "2.9.3"), is_later("1.0.0", "1.0.0"), is_later("draft", "1.0.0")
    (True, False, False)
    """
    matches = _VERSION.fullmatch(version), _VERSION.fullmatch(other)
    if matches[0] is None or matches[1] is None:
        return False
    one, two = ([int(n or 0) for n in match.groups()[1:]] for match in matches if match)
    return one > two


def reconstructed(version: str, date: str) -> str:
    """Return the version of a reconstruction: that of its origin, and its date as build metadata.

    The plus sign begins build metadata (Semantic Versioning 2.0.0, item 10).

    >>> reconstructed("1.2.0", "2020-06")
    '1.2.0+as-of.2020-06'
    """
    return f"{version.partition('+')[0]}+as-of.{date}"
