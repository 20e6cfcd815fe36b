"""What sentences of the page state about the formats: launches, meetings, bodies, members."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interopwatch.capture.english.lists import PartyList, parties_in
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.phrases import phrase
from interopwatch.capture.english.text import slug
from interopwatch.capture.works.pii import phrases as said
from interopwatch.capture.works.pii.rules import counts, events_in, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.english.phrases import Sentence
    from interopwatch.capture.works.pii.rules import RuleContext


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch of a format: its id, EDTF date, and occasion."""

    format: str
    date: str
    event: str


def launches(sentence: Sentence, context: RuleContext) -> Iterator[Launch]:
    """When and on what occasion a sentence says a format was launched."""
    for notation in (said.LAUNCHED, said.LAUNCHING, said.BY_MEETING):
        match = phrase(notation).search(sentence.text)
        if match is None:
            continue
        # A passive is followed by its occasion; an active clause is led by it.
        active = notation is said.LAUNCHING
        where = sentence.text[: match.start()] if active else sentence.text[match.end() :]
        where = re.split(r"[;:]|, (?:and|which|where|to)\b| to ", where, maxsplit=1)[0]
        found, given = events_in(sentence, where), sentence.dates_in(where)
        if len(found) > 1 or len(given) > 1 or not (found or given):
            continue
        if re.search(r"\b(?:after|before|by|since|until|following)\b", where):
            continue
        event = found[0].name if found else ""
        date = given[0] if given else found[0].date or context.events.get(event, "")
        yield Launch(match.groupdict().get("format", "ip").lower(), date, event)


def meeting(sentence: Sentence, context: RuleContext) -> dict[str, str]:
    """The meeting in IP format, on the occasion of a summit, of which a sentence tells."""
    text = sentence.text
    found, level = events_in(sentence, text), phrase(said.LEVEL).search(text)
    launched = phrase(said.BY_MEETING).search(text) is not None
    future = phrase(said.WILL_MEET).search(text) is not None
    past = phrase(said.MET).search(text) is not None
    if len(found) != 1 or level is None or not phrase(said.PLATFORM).search(text):
        return {}
    if not launched and (future == past or len(sentence.dated) > 1):
        return {}
    event = found[0]
    date = event.date or context.events.get(event.name, "")
    if not date and not launched:
        date = next(iter(sentence.dated), "")
    return {
        "meeting": slug(f"{event.place} {date[:4]}"),
        "date": date,
        "event": event.name,
        "level": level[0].lower().replace("defense", "defence"),
        "status": "planned" if future and not launched else "held",
    }


def bodies(sentence: Sentence, context: RuleContext) -> PartyList | None:
    """The bodies that a sentence says have met in IP format."""
    met = phrase(said.HAVE_MET).search(sentence.text)
    if met is None or not phrase(said.PLATFORM).search(sentence.text):
        return None
    # "Including" goes before "such as", which may stand within the list.
    rest = sentence.text[met.end() :]
    after = rest.partition("including")[2]
    before, _, examples = rest.partition("such as")
    if not after and not mentions(before, context.known):  # bodies before it would be left out
        after = examples
    if not after or "«" in after:
        return None
    names = phrase(said.LEVELS).sub("", phrase(said.OTHERS).sub("", after).strip(" ,.") + ".")
    found = parties_in(names, context.known, "partner")
    organisations = all(each.party.kind == "organisation" for each in found.members)
    return found if found.members and organisations else None


def platform_count(sentence: Sentence, *, nearby: bool) -> int | None:
    """How many partners a sentence says the Interoperability Platform has now.

    Args:
        sentence: The sentence.
        nearby: Whether it stands under a heading that speaks of the platform.
    """
    # What follows a colon is the list, in which "New Zealand" is nothing new.
    text = sentence.text.partition(":")[0]
    here = phrase(said.PLATFORM_NAMED).search(text) or (nearby and phrase(said.TODAY).search(text))
    has = (said.NOW, said.BELONGING)
    has_not = (said.PAST, said.NOT_SO, "EOP")
    if not here or not all(phrase(each).search(text) for each in has):
        return None
    if any(phrase(each).search(text) for each in has_not):
        return None
    found = counts(text)
    return found[0] if len(found) == 1 else None


def platform_list(sentence: Sentence, context: RuleContext) -> str | None:
    """The list of the platform's partners that a sentence holds or introduces.

    Returns:
        The text of the list; empty if the sentence promises one and none follows; None if it
        is no such sentence.
    """
    head, colon, after = sentence.text.partition(":")
    if colon:
        others = (said.PAST, said.NOT_SO, said.SOME)
        ours = phrase(said.HOLDERS).search(head) and phrase(said.PLATFORM).search(head)
        if not ours or any(phrase(each).search(head) for each in others):
            return None
        after = after.strip()
        return (after or context.items) if not after or "," in after else None
    match = phrase(said.ARE_IN).match(sentence.text)
    if match is None or not listed(sentence.text[match.end() :], context.known):
        return None
    return sentence.text[match.end() :]
