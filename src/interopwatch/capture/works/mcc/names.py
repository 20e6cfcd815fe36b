"""Parse the headings of the page into the names and ids of projects and capability areas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.phrases import Phrasebook, expression
from interopwatch.capture.english.text import fold, slug

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

PHRASES: Final = Phrasebook.of("works/mcc.toml")
"""The phrases of the page."""
_CLOSING: Final = re.compile(r"^(?P<name>[^()]*\S) ?\((?P<acronym>[^()]{2,40})\)$")
_STATUS: Final = "|".join(
    expression(PHRASES.notation(phrase)) for phrase in PHRASES.data["statuses"].values()
)
_BEHIND: Final = re.compile(
    rf" ?\([^()]*\b(?:19|20)\d\d\)$|[ (|:–—-]{{1,3}}(?=(?-i:[A-Z]))(?:{_STATUS})\)?$"
    r"|[ ,(–—-]{1,3}(?:formerly|previously)(?: known as)? "
    r"(?P<former>[^()]{1,100}(?:\([^()]{1,40}\))?)\)?$",
    re.IGNORECASE,
)
"""What may follow a name on a page: the launch date, the status, or the former name."""
_INSIDE: Final = re.compile(r"^[^()]*\((?P<short>[^()]{2,20})\) ?(?P<rest>[^()]+)$")
# Words of older editions and their replacements in newer ones.
_RESPELLED: Final = (("unmanned", "uncrewed"), ("programme", "program"))
_ARTICLES: Final = frozenset(("the", "and", "this", "its"))
_SMALL: Final = frozenset(("and", "of", "the", "for"))


@dataclass(frozen=True, slots=True)
class ProjectName:
    """A heading, split into a name and the acronym that follows it in parentheses, if any."""

    heading: str
    name: str
    acronym: str = ""

    @property
    def slug(self) -> str:
        """The id of a new project: the slug of the acronym, or else of the name."""
        return slug(self.acronym or self.name)

    @property
    def spellings(self) -> set[str]:
        """The folded texts by which the project can be found."""
        return {fold(each) for each in (self.heading, self.name, self.acronym) if each}


def project_name(heading: str) -> ProjectName:
    """Parse the heading of a project.

    >>> project_name("Modular Thing (Modular MT)").acronym
    'Modular MT'
    >>> project_name("Small things (of any sort)").acronym
    ''
    """
    text = " ".join(heading.split())
    named = _BEHIND.sub("", text)
    match = _CLOSING.match(named)
    if match and sum(c.isupper() or c.isdigit() for c in match["acronym"]) > 1:
        return ProjectName(text, match["name"], match["acronym"].strip())
    return ProjectName(text, named)


def known_project(name: ProjectName, known: Mapping[str, str]) -> str:
    """Return the id of a known project; empty if it is unknown.

    A known acronym takes precedence over a known name: a renamed project keeps its id.
    """
    keys = [fold(each) for each in (name.acronym, name.name, name.heading) if each]
    pairs = [pair for old, new in _RESPELLED for pair in ((old, new), (new, old))]
    keys += [key.replace(*pair) for pair in pairs for key in keys]
    found = next((known[key] for key in keys if key in known), "")
    was = _BEHIND.search(name.heading)
    former = project_name(was["former"]) if was and was["former"] and not found else None
    return known_project(former, known) if former else found


def shown(name: str, held: str) -> str:
    """Return a name as the page writes it, or as known (``held``) if it is the same in capitals.

    >>> shown("ODD THINGS", "Odd things"), shown("Odd Things", "Odd things"), shown("ODD", "")
    ('Odd things', 'Odd Things', 'ODD')
    """
    return held if name.isupper() and fold(name) == fold(held) else name


def area_id(heading: str, known: Mapping[str, str]) -> str:
    """Return the id of an area; an abbreviation in parentheses replaces the words before it.

    >>> area_id("Unusual, odd and strange (UOS) defence", {})
    'uos-defence'
    """
    found = known_area(heading, known)
    inside = _INSIDE.match(heading)
    if found or inside is None:
        return found or slug(re.sub(r" ?\([^()]*\)$", "", heading))
    return slug(f"{inside['short']} {inside['rest']}")


def known_area(heading: str, known: Mapping[str, str]) -> str:
    """Return the id of a known area; empty if it is unknown."""
    return known.get(fold(heading), "") or known.get(fold(re.sub(r" ?\([^()]*\)", "", heading)), "")


def area_short(heading: str) -> str:
    """Return the abbreviation of an area, for the ids of counts about it; empty if it has none.

    >>> area_short("Unusual, odd and strange (UOS) defence"), area_short("Training")
    ('uos', '')
    """
    inside = _INSIDE.match(heading)
    return slug(inside["short"]) if inside else ""


def is_self(what: str, names: Collection[str], nouns: Collection[str]) -> bool:
    """Whether words refer to the project: by its name, two words of it, or one and a noun.

    Its names are folded; the nouns may refer to any project: "the initiative", "it".

    >>> [is_self(each, {"own", "odd web net"}, {"it"}) for each in ("it", "the OWN", "web net")]
    [True, True, True]
    >>> [is_self(each, {"own", "odd web net"}, {"it"}) for each in ("NATO", "net", "the OWN unit")]
    [False, False, False]
    """
    plain = fold(what).replace("'s", "")
    words = [word for word in plain.split() if word not in _ARTICLES]
    rest = [word for word in words if word not in nouns]
    own = {word.strip("()") for name in names for word in name.split()}
    whole = plain in names or " ".join(rest) in names
    several = len([word for word in rest if word not in _SMALL]) > 1
    called = several or len(rest) < len(words)
    return bool(words) and (whole or (called and own.issuperset(rest)))
