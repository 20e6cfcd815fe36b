"""Numbers, quantities, leads and relations that the page states, and the phrases that say so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.phrases import Phrasebook, phrase
from interopwatch.capture.english.sentences import Sentence, is_doubted, sentences
from interopwatch.capture.works.rules import fields_of, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.model import Fact, Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.names import ProjectName
    from interopwatch.capture.works.work import Work

SAID: Final = Phrasebook.of("works/mcc.toml")
"""The phrases of the page."""
RELATIONS: Final = SAID.groups("relations")

# Numbers and quantities


def enter(text: str, work: Work, known: Vocabulary, ledger: Ledger, **place: str) -> list[Fact]:
    """Enter what the rules of the work read in a text.

    Args:
        text: The text.
        work: The work.
        known: What the package knows.
        ledger: What is being taken from the page.
        place: The locator of the text; and the ids of what it is about, by the names that the
            rules have for these: only rules with one of these names are tried.
    """
    facts = []
    rules = [each for each in work.rules if any(f"{{{n}}}" in str(each.fields) for n in place)]
    for part in sentences(text):
        sentence, doubted = Sentence.of(part), is_doubted(part)
        for rule in rules:
            # A number of a list is checked by the list; a quantity by nothing.
            found = () if doubted and rule.resource == "quantities" else filled(rule, sentence)
            for _, said in found:
                who = said.get("who", "")
                named = mentions(who, known)
                if not who or (named and named[-1].end == len(who)):
                    party = named[-1].party.party if named else ""
                    fields = fields_of(rule, {**said, **place, "party": party}, known)
                    facts.append(ledger.row(rule.resource, place["locator"], **fields))
    return facts


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
