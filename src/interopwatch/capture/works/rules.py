"""Apply a rule to a sentence: fill the slots of its phrase and the fields of a row.

Named occasions, such as summits, count as dates: "at the Wales Summit".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import agreeing
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import amounts, is_hedged, number
from interopwatch.capture.english.phrases import kinds, phrase
from interopwatch.capture.english.sentences import Time
from interopwatch.capture.english.text import fold, slug

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.capture.english.sentences import Sentence
    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.work import Occasions, Rule

_SURE: Final = ("number", "amount", "party", "project")
"""Kinds of slots whose text may look valid without being so; the phrase is then not read."""
_MONTH: Final = len("2031-05")
_OWN: Final = ("{source}", "{position}", "{published}", "{party}", "{capacity}", "{other}")
"""Placeholders whose values differ between the rows of a list."""


def filled(
    rule: Rule, sentence: Sentence, known: Vocabulary
) -> Iterator[tuple[re.Match[str], dict[str, str]]]:
    """Yield each match of a rule's phrase in a sentence, with the values of its slots."""
    for match in phrase(rule.phrase).finditer(sentence.text):
        values = {name: text or "" for name, text in match.groupdict().items()}
        for name, kind in kinds(rule.phrase).items():
            if kind == "number":
                many = number(values[name])
                hedged = match.start(name) == match.start() and is_hedged(
                    sentence.text, match.start()
                )
                values[name] = "" if many is None or hedged else str(many)
            elif kind == "amount":
                at = match.span(name)
                sums = (each for each in amounts(sentence.text) if (each.start, each.end) == at)
                money = next(sums, None)
                values[name], values["currency"] = (
                    (money.value, money.currency) if money else ("", "")
                )
            elif kind == "party":
                named = mentions(values[name], known)
                # With several parties, or an unknown one beside it, it is not certain who did it.
                alone = len(named) == 1 and " and " not in values[name][: named[0].start]
                whole = alone and named[0].end == len(values[name])
                values[name] = named[0].party.party if whole else ""
            elif kind == "project":
                values[name] = known.projects.get(fold(values[name]), "")
            elif kind == "figures":
                values[name] = values[name].replace(",", "")
            elif kind in {"date", "day", "event"}:
                values |= _dated(name, values[name], sentence)
            else:
                values[name] = sentence.plain(values[name])
        if all(values[name] for name, kind in kinds(rule.phrase).items() if kind in _SURE):
            yield match, values


def _dated(name: str, token: str, sentence: Sentence) -> dict[str, str]:
    time = next(iter(sentence.times_in(token)), Time(""))
    day = "".join(sentence.dates_in(token))
    more = {"year": day[:4], "event": time.occasion, "place": time.place}
    return {name: day, **{f"{name}_{each}": text for each, text in more.items()}}


def fields_of(
    rule: Rule, values: Mapping[str, str], known: Vocabulary, *, shared: bool = False
) -> dict[str, str]:
    """Return the fields of a row that a rule states; ids in its key are slugs, except of parties.

    A field with an empty template is cleared; a field that is empty because of a slot was not
    read, and is omitted. An incomplete id is completed if exactly one known row matches it. With
    ``shared``, return only the fields that all rows of the rule's list have in common.
    """
    templates = {
        name: template
        for name, template in rule.fields.items()
        if not (shared and (not template or any(own in template for own in _OWN)))
    }
    filled = {name: template.format_map(values) for name, template in templates.items()}
    fields = {name: text for name, text in filled.items() if text or not templates[name]}
    for name in {*known.keys[rule.resource]} - {"party"} & {*fields}:
        text, fields[name] = fields[name], slug(fields[name])
        if text.endswith(" "):
            held = {row[name] for row in known.rows.get(rule.resource, ())}
            same = [each for each in held if each.rpartition("-")[0] == fields[name]]
            fields[name] = same[0] if len(same) == 1 else fields[name]
    return fields


def with_occasions(sentences: Sequence[Sentence], declared: Occasions) -> list[Sentence]:
    """Return the sentences of a page with named occasions marked as dates.

    An occasion without a date in its sentence gets the date of the other sentences if they agree,
    but only to the month, as an occasion lasts several days.
    """
    marked = [_marked(each, declared) for each in sentences]
    known: dict[str, str] = {}
    for time in (time for each in marked for time in each.times if time.occasion and time.date):
        before = known.get(time.occasion, time.date[:_MONTH])
        known[time.occasion] = before and agreeing(before, time.date[:_MONTH])
    return [replace(each, known=known) for each in marked]


def _marked(sentence: Sentence, declared: Occasions) -> Sentence:
    times, slots = [*sentence.times], kinds(declared.phrase)

    def token(match: re.Match[str]) -> str:
        found = {name: match[name] for name in slots if match[name]}
        days = [text for name, text in found.items() if slots[name] == "date"]
        if len(days) > 1:
            return match[0]
        day = "".join(sentence.dates_in("".join(days)))
        place = next(text for name, text in found.items() if slots[name] == "name")
        name = declared.name.format(place=place)
        times.append(Time(sentence.as_written(match[0]), day, name, place))
        return f"«{'d' * bool(day)}e{len(times) - 1}»"

    text = phrase(declared.phrase).sub(token, sentence.text)
    return replace(sentence, text=text, times=(*times,))
