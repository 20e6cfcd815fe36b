"""What the headings of the page name: projects and capability areas, and their ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold, slug

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLOSING: Final = re.compile(r"^(?P<name>[^()]*\S) ?\((?P<acronym>[^()]{2,40})\)$")
_INSIDE: Final = re.compile(r"^[^()]*\((?P<short>[^()]{2,20})\) ?(?P<rest>[^()]+)$")
# The page's older editions say the one where the newer ones say the other.
_RESPELLED: Final = (("unmanned", "uncrewed"), ("programme", "program"))


@dataclass(frozen=True, slots=True)
class ProjectName:
    """A heading as a name and, if one stands behind it in parentheses, an acronym."""

    heading: str
    name: str
    acronym: str = ""

    @property
    def slug(self) -> str:
        """The id it gets if it is new: of the acronym, or else of the name."""
        return slug(self.acronym or self.name)

    def same(self, other: ProjectName) -> bool:
        """Whether two headings name the same thing."""
        if self.acronym and other.acronym:
            return fold(self.acronym) == fold(other.acronym)
        return bool(self.spellings & other.spellings)

    @property
    def spellings(self) -> set[str]:
        """What it can be found by."""
        return {fold(each) for each in (self.heading, self.name, self.acronym) if each}


def project_name(heading: str) -> ProjectName:
    """A heading, taken apart.

    >>> project_name("Modular Thing (Modular MT)").acronym
    'Modular MT'
    >>> project_name("Small things (of any sort)").acronym
    ''
    """
    text = " ".join(heading.split())
    match = _CLOSING.match(text)
    if match and sum(c.isupper() or c.isdigit() for c in match["acronym"]) > 1:
        return ProjectName(text, match["name"], match["acronym"].strip())
    return ProjectName(text, text)


def project_id(name: ProjectName, known: Mapping[str, str]) -> str:
    """The id of a project: what the package knows it by, or else a new one.

    A known acronym goes before a known name: what was renamed keeps its id.
    """
    return known_project(name, known) or name.slug


def known_project(name: ProjectName, known: Mapping[str, str]) -> str:
    """The id by which the package knows a project; empty if it does not."""
    keys = [fold(each) for each in (name.acronym, name.name, name.heading) if each]
    for key in keys:
        if key in known:
            return known[key]
    for old, new in _RESPELLED:
        for key in keys:
            for other in (key.replace(old, new), key.replace(new, old)):
                if other in known:
                    return known[other]
    return ""


def area_id(heading: str, known: Mapping[str, str]) -> str:
    """The id of an area; an abbreviation in parentheses stands for the words before it.

    >>> area_id("Unusual, odd and strange (UOS) defence", {})
    'uos-defence'
    """
    found = known_area(heading, known)
    inside = _INSIDE.match(heading)
    if found or inside is None:
        return found or slug(re.sub(r" ?\([^()]*\)$", "", heading))
    return slug(f"{inside['short']} {inside['rest']}")


def known_area(heading: str, known: Mapping[str, str]) -> str:
    """The id by which the package knows an area; empty if it does not."""
    return known.get(fold(heading), "") or known.get(fold(re.sub(r" ?\([^()]*\)", "", heading)), "")


def area_short(heading: str) -> str:
    """What numbers about an area are named after: its abbreviation, or else nothing.

    >>> area_short("Unusual, odd and strange (UOS) defence"), area_short("Training")
    ('uos', '')
    """
    inside = _INSIDE.match(heading)
    return slug(inside["short"]) if inside else ""
