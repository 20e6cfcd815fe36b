"""Named occasions, such as summits: to a rule, "at the Wales Summit" is a date."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from interopwatch.capture.english.dates import agreeing
from interopwatch.capture.english.phrases import kinds, phrase
from interopwatch.capture.english.sentences import Occasion

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from interopwatch.capture.english.sentences import Sentence
    from interopwatch.capture.works.work import Occasions


def with_occasions(sentences: Sequence[Sentence], declared: Occasions) -> list[Sentence]:
    """The sentences of a page, in which the named occasions are dates.

    Where a sentence has no date for one, it has that of the other sentences, if they agree.
    """
    marked = [_marked(each, declared) for each in sentences]
    dates: defaultdict[str, list[str]] = defaultdict(list)
    for each in marked:
        for n, occasion in each.occasions.items():
            dates[occasion.name] += [each.dated[n]] if each.dated[n] else []
    known = {
        name: reduce(lambda one, two: one and agreeing(one, two), stated)
        for name, stated in dates.items()
        if stated
    }
    return [replace(each, known=known) for each in marked]


def _marked(sentence: Sentence, declared: Occasions) -> Sentence:
    dated, written = [*sentence.dated], [*sentence.written]
    found: dict[int, Occasion] = {}
    slots = kinds(declared.phrase)

    def token(match: re.Match[str]) -> str:
        said = {n: match[n] for n in slots if match[n]}
        days = [text for name, text in said.items() if slots[name] == "date"]
        if len(days) > 1:
            return match[0]
        place = next(text for name, text in said.items() if slots[name] == "name")
        found[len(dated)] = Occasion(declared.name.format(place=place), place)
        dated.append("".join(sentence.dates_in("".join(days))))
        written.append(sentence.as_written(match[0]))
        return f"«{'d' * bool(dated[-1])}e{len(dated) - 1}»"

    text = phrase(declared.phrase).sub(token, sentence.text)
    return replace(sentence, text=text, dated=(*dated,), written=(*written,), occasions=found)
