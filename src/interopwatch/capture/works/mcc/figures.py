"""Leads and relations that the page states in the midst of other things, and its phrases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.phrases import Phrasebook, phrase
from interopwatch.capture.english.sentences import is_doubted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.mcc.names import ProjectName
    from interopwatch.capture.works.work import Work

SAID: Final = Phrasebook.of("works/mcc.toml")
"""The phrases of the page."""
RELATIONS: Final = SAID.groups("relations")


def is_quantity_only(text: str, work: Work) -> bool:
    """Whether a sentence, or the end of one, says nothing but a quantity there is a rule for."""
    around = SAID.notation(SAID.data["phrases"]["quantity_only"])
    phrases = (each.phrase for each in work.rules if each.resource == "quantities")
    wholes = (around.replace("QUANTITY", each.removeprefix(r"\b")) for each in phrases)
    return any(phrase(whole).fullmatch(text) for whole in wholes)


# Who leads

_LED: Final = re.compile(
    r"(?P<who>[\w&/-]{1,40})(?:,? (?:which|that) (?:is|are)| (?:is|are)|,)? "
    r"(?:currently )?led by "
)


def led_by(text: str, name: ProjectName, known: Vocabulary) -> tuple[str, ...]:
    """Who leads the project, as a sentence says beside other things; nobody if it is not sure."""
    if is_doubted(text):
        return ()
    nouns = SAID.words("led")
    own = {w.strip("(),").lower() for w in name.heading.split()}
    for match in _LED.finditer(text):
        word = text[max(0, match.start() - 60) : match.start()].split()[-1:]
        other = any(w[0].isupper() and w.lower() not in own | {"the", "this"} for w in word)
        if other or match["who"].lower() not in nouns | own:
            continue
        behind = text[match.end() : match.end() + 120]
        found = mentions(behind, known)
        if found and not behind[: found[0].start].removeprefix("the ").strip():
            several = len(found) > 1 and re.match(r"(?:,| and )", behind[found[0].end :])
            return tuple(m.party.party for m in (found if several else found[:1]))
    for led in re.finditer(r"-led (?P<who>[\w-]{1,40})", text):
        before = text[max(0, led.start() - 80) : led.start()]
        named = mentions(before, known)
        if led["who"].lower() in nouns and named and named[-1].end == len(before):
            return (named[-1].party.party,)
    return ()


# Relations to other projects


def relations(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """The relations in a text: which, what is said of it, and the text without that.

    >>> [*relations("Like the two projects above, it flies.")]
    [('similar-to', {'many': 'two'}, 'it flies')]
    """
    for relation, notations in RELATIONS.items():
        for notation in notations:
            match = phrase(notation).search(text)
            if match:
                around = text[: match.start()] + text[match.end() :]
                yield relation, match.groupdict(""), around.strip(" ,.")
