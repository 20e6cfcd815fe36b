"""Relations to other projects that a section states: modelled on, launched with, part of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_THING: Final = r"(?:parent )?(?:project|initiative|effort|programme|framework)"
_NUMBER: Final = r"(?P<number>[\w-]{1,20})"
_LIKE: Final = r"^(?:Purpose: )?(?:Like|Similar to|Similarly to|As with|As in) "
_SIMILAR: Final = (
    re.compile(rf"{_LIKE}the {_NUMBER} {_THING}s (?:above|before it)\b", re.IGNORECASE),
    re.compile(rf"{_LIKE}the (?:{_THING} above|above {_THING}|previous {_THING})\b", re.IGNORECASE),
)
_MODELLED: Final = re.compile(
    r"\b(?:modell?ed|based|patterned) (?:after|on|upon) (?:"
    rf"(?:its|the) (?P<above>{_THING} above|above {_THING}|previous {_THING})"
    rf"|(?:its|the) (?:parent )?(?P<other>[^,.;]{{1,120}}?)(?: {_THING})?(?=[,.;]|$))",
    re.IGNORECASE,
)
_ALONGSIDE: Final = re.compile(
    rf"\b(?:alongside|together with|along with) the {_NUMBER} other "
    rf"(?:(?P<about>[\w&-]{{1,30}})-related )?{_THING}s?\b",
    re.IGNORECASE,
)
_STRAND: Final = re.compile(
    r"\bas a (?:work ?strand|strand of work|work stream|workstream) (?:under|of|within|in) the "
    r"(?P<other>[^,.;]{1,120}?)(?P<stage> concept (?:stage|phase)| project| initiative| effort)*"
    r"(?P<stop>\.|$)",
    re.IGNORECASE,
)
_STRAND_WHOLE: Final = re.compile(
    r"^(?:The|This) (?:effort|project|initiative) (?:is (?:currently |now )?(?:being )?(?:taken|"
    r"carried) forward|continues)(?: currently)? as a ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RelatedProjects:
    """Projects that a text relates its project to.

    Attributes:
        relation: How: ``similar-to``, ``modelled-on``, ``launched-with``, ``work-strand-of``.
        others: Which: their ids.
        stated: How many the text says that they are, if it does.
        whole: Whether the sentence says nothing else.
        about: What the text says that they have to do with, if it does.
    """

    relation: str
    others: tuple[str, ...]
    stated: int | None = None
    whole: bool = False
    about: str = ""


def compared_with(
    text: str, before: Sequence[str], ids: Mapping[str, str]
) -> tuple[RelatedProjects, ...]:
    """The projects that a purpose compares its own with.

    Args:
        text: The purpose.
        before: The projects before this one in its area, in the order of the page.
        ids: Projects by their folded names.
    """
    found = []
    for pattern in _SIMILAR:
        match = pattern.search(text[:300])
        if match:
            many = number(match["number"]) if "number" in match.groupdict() else None
            plural = "number" in match.groupdict()
            others = tuple(before[-many:]) if many else tuple(before[-1:]) if not plural else ()
            found.append(RelatedProjects("similar-to", others, many))
            break
    match = _MODELLED.search(text)
    if match and match["above"]:
        found.append(RelatedProjects("modelled-on", tuple(before[-1:])))
    elif match:
        other = resolved(match["other"], ids)
        found += [RelatedProjects("modelled-on", (other,))] if other else []
    return tuple(found)


def alongside(sentence: str) -> RelatedProjects | None:
    """How many others a sentence says that a project was launched with; not yet which."""
    match = _ALONGSIDE.search(sentence)
    many = number(match["number"]) if match else None
    if match is None or many is None:
        return None
    whole = not sentence[: match.start()].strip(" ,") and not sentence[match.end() :].strip(" .")
    return RelatedProjects("launched-with", (), many, whole, match["about"] or "")


def strand(sentence: str, ids: Mapping[str, str]) -> RelatedProjects | None:
    """The project under which a sentence says that another continues."""
    match = _STRAND.search(sentence)
    other = resolved(match["other"], ids) if match else ""
    if match is None or not other:
        return None
    whole = bool(_STRAND_WHOLE.match(sentence)) and not sentence[match.end() :].strip()
    return RelatedProjects("work-strand-of", (other,), whole=whole)


def resolved(text: str, ids: Mapping[str, str]) -> str:
    """The project that a phrase names, in full; empty if it names none."""
    plain = fold(text)
    for ending in ("", " project", " initiative", " effort", " concept stage"):
        if plain.removesuffix(ending) in ids:
            return ids[plain.removesuffix(ending)]
    return ""
