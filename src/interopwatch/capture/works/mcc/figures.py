"""Numbers, quantities, leads and relations that the page states, and the phrases that say so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import is_hedged, number
from interopwatch.capture.english.phrases import Phrasebook, phrase
from interopwatch.capture.english.sentences import Sentence, is_doubted, sentences
from interopwatch.capture.english.text import fold
from interopwatch.capture.works.rules import fields_of, filled
from interopwatch.capture.works.work import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.mcc.names import ProjectName

SAID: Final = Phrasebook.of("works/mcc.toml")
"""The phrases of the page."""
COUNTS: Final = SAID.groups("counts")
RELATIONS: Final = SAID.groups("relations")

# Numbers of lists


def stated(text: str, what: str) -> Iterator[tuple[int, str]]:
    """The numbers that a text states about a list, and of whom if it says so.

    >>> list(stated("It has 7 countries: the three participating Allies; by five", "of_project"))
    [(3, 'allies'), (7, 'countries')]
    >>> list(stated("Allies launched 31 projects. There are currently 12 projects.", "of_page"))
    [(31, ''), (12, '')]
    """
    seen: set[int] = set()
    for notation in COUNTS[what]:
        for match in phrase(notation).finditer(text):
            many, start = number(match["many"]), match.start("many")
            hedged = start == match.start() and is_hedged(text, start)
            if many is not None and not hedged and start not in seen:
                seen.add(start)
                yield many, (match.groupdict().get("whom") or "").lower()


# Quantities


_QUANTITIES: Final = tuple(
    Rule(
        SAID.notation(each["phrase"]),
        "quantities",
        {
            "measure": each["measure"],
            "value": each["value"],
            "unit": each["unit"],
            "party": "",
            "expected": str(each.get("expected", False)).lower(),
        },
    )
    for each in SAID.data["quantities"]
)


def quantities(text: str, known: Vocabulary) -> Iterator[dict[str, str]]:
    """The quantities in a text, of the sorts that there are phrases for, as fields of rows."""
    for part in sentences(text):
        sentence = Sentence.of("" if is_doubted(part) else part)
        for rule in _QUANTITIES:
            for _, said in filled(rule, sentence):
                row, who = fields_of(rule, said, known), said.get("who")
                named = mentions(who, known) if who else ()
                if named and named[-1].end == len(who or ""):
                    yield {**row, "party": named[-1].party.party}
                elif not who:
                    yield row


def is_quantity_only(text: str) -> bool:
    """Whether a sentence, or the end of one, says nothing but a quantity there is a rule for."""
    around = SAID.notation(SAID.data["phrases"]["quantity_only"])
    wholes = (around.replace("QUANTITY", each.phrase.removeprefix(r"\b")) for each in _QUANTITIES)
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


def resolved(text: str, ids: Mapping[str, str]) -> str:
    """The project that a phrase names, in full; empty if it names none."""
    name = fold(text)
    endings = ("", " project", " initiative", " effort", " concept stage")
    return next((ids[n] for e in endings if (n := name.removesuffix(e)) in ids), "")
