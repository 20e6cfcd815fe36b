"""What sentences of the page state about the formats: launches, meetings, bodies, members."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interopwatch.capture.english.lists import PartyList, parties_in
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.text import slug
from interopwatch.capture.works.pii.rules import counts, listed
from interopwatch.capture.works.pii.summits import SAID, events_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.english.sentences import Sentence
    from interopwatch.capture.works.pii.rules import RuleContext


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch of a format: its id, EDTF date, and occasion."""

    format: str
    date: str
    event: str


def launches(sentence: Sentence, context: RuleContext) -> Iterator[Launch]:
    """When and on what occasion a sentence says a format was launched."""
    for name in ("launched", "launching", "by_meeting"):
        match = SAID.phrase(name).search(sentence.text)
        if match is None:
            continue
        # A passive is followed by its occasion; an active clause is led by it.
        active = name == "launching"
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
    found, level = events_in(sentence, text), SAID.phrase("level").search(text)
    launched = SAID.phrase("by_meeting").search(text) is not None
    future = SAID.phrase("will_meet").search(text) is not None
    past = SAID.phrase("met").search(text) is not None
    if len(found) != 1 or level is None or not SAID.phrase("platform").search(text):
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
    met = SAID.phrase("have_met").search(sentence.text)
    if met is None or not SAID.phrase("platform").search(sentence.text):
        return None
    # "Including" goes before "such as", which may stand within the list.
    rest = sentence.text[met.end() :]
    after = rest.partition("including")[2]
    before, _, examples = rest.partition("such as")
    if not after and not mentions(before, context.known):  # bodies before it would be left out
        after = examples
    if not after or "«" in after:
        return None
    names = SAID.phrase("levels").sub("", SAID.phrase("others").sub("", after).strip(" ,.") + ".")
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
    here = SAID.any(text, "platform_named") or (nearby and SAID.any(text, "today"))
    if not (here and SAID.any(text, "now") and SAID.any(text, "belonging")):
        return None
    if SAID.any(text, "past", "not_so") or "EOP" in text:
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
        ours = SAID.any(head, "holders") and SAID.any(head, "platform")
        if not ours or SAID.any(head, "past", "not_so", "some"):
            return None
        after = after.strip()
        return (after or context.items) if not after or "," in after else None
    match = SAID.phrase("are_in").match(sentence.text)
    if match is None or not listed(sentence.text[match.end() :], context.known):
        return None
    return sentence.text[match.end() :]
