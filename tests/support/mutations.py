"""Editions of pages with one random edit each, of kinds that editors make.

The property that captures of them must have: no fact is erased without being contradicted, none is
wrong, and none is lost silently: each is kept, read, or reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.merge import TO_BE_WORDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random

    from interopwatch import Package
    from interopwatch.capture.capture import Capture

    Row = Mapping[str, str]
    Maker = Callable[[list[str], Random], "Mutation | None"]

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
MONTH: Final = re.compile(rf"(?:\d{{1,2}} )?({'|'.join(MONTHS)}) (20\d\d)")
WORDS: Final = (
    ("was launched", "got off the ground"), ("were launched", "got off the ground"),
    ("launched in", "begun in"), ("reached", "arrived at"), ("became", "turned"),
    ("recognised as", "taken for"), ("were granted", "received"), ("evolved from", "went from"),
    ("was opened", "welcomed its first guests"), ("is expected", "is hoped"), ("have", "do have"),
    ("currently", "to this day"), ("including", "among them"), ("supported", "helped along"),
    ("will", "is to"), ("delivered", "brought"), ("participating", "joining"),
)  # fmt: skip
NUMBERS: Final = {
    "29": "twenty-nine", "26": "twenty-six", "24": "twenty-four", "21": "twenty-one",
    "8": "eight", "3": "three", "five": "5", "fourteen": "14", "six": "6", "three": "3", "two": "2",
}  # fmt: skip
VAGUE: Final = (
    ("29", "more than 30"), ("21", "over twenty"), ("3 High", "a few High"), ("8", "some"),
    ("EUR 16.5 million", "€16.5m"), ("five", "a handful of"), ("10 aircraft", "ten or so aircraft"),
    ("fourteen", "over a dozen"), ("26", "more than two dozen"),
)  # fmt: skip
LABELS: Final = (
    ("Participants:", "Taking part:"), ("Status:", "Where it stands:"), ("Purpose:", "Why:"),
    ("How does it work?", "The way it works"), ("Related Articles", "Read on"),
)  # fmt: skip
UNWRITTEN: Final = frozenset({"sources", "passages", "checks"})


@dataclass(frozen=True, slots=True)
class Mutation:
    """A page with one edit.

    Attributes:
        text: The page.
        what: The edit, for messages.
        touched: A party or project whose rows the edit contradicts; empty if it contradicts none.
        fields: The fields that it contradicts, in any row.
        said: What it newly states: a finding must quote it, or a row contain it.
        unsure: Whether it must not become a row: hearsay, a plan, a denial.
    """

    text: str
    what: str
    touched: str = ""
    fields: frozenset[str] = frozenset()
    said: str = ""
    unsure: bool = False


def _joined(lines: list[str], at: int, line: str, what: str, **more: object) -> Mutation:
    text = "\n".join([*lines[:at], line, *lines[at + 1 :]])
    return Mutation(text, f"line {at + 1}: {what}", **more)  # type: ignore[arg-type]  # by name


def _draw(lines: list[str], random: Random, fits: Callable[[str], bool]) -> int | None:
    """Draw a line of running text that fits."""
    possible = [n for n, line in enumerate(lines) if n > 6 and fits(line)]
    return random.choice(possible) if possible else None


def _pairs(pairs: tuple[tuple[str, str], ...]) -> Maker:
    def make(lines: list[str], random: Random) -> Mutation | None:
        found = [
            (n, old, new)
            for n, line in enumerate(lines)
            for old, new in pairs
            if n > 6 and re.search(rf"(?<!\w){re.escape(old)}(?!\w)", line)
        ]
        if not found:
            return None
        at, old, new = random.choice(found)
        line = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, lines[at], count=1)
        return _joined(lines, at, line, f"{old} → {new}")

    return make


def dated(lines: list[str], random: Random) -> Mutation | None:
    """Write a date in another form with the same meaning."""
    at = _draw(lines, random, lambda line: MONTH.search(line) is not None)
    if at is None:
        return None
    match = random.choice(list(MONTH.finditer(lines[at])))
    number = MONTHS.index(match[1]) + 1
    forms = (
        f"{number:02}/{match[2]}", f"{match[2]}-{number:02}", f"{match[1][:3]}. {match[2]}",
        f"{match[1]}, {match[2]}", f"{number}.{match[2]}", f"the {match[1]} of {match[2]}",
    )  # fmt: skip
    new = random.choice(forms)
    line = lines[at][: match.start()] + new + lines[at][match.end() :]
    # A different day is no contradiction: the form without a day is less exact.
    fields = frozenset({"published"}) if match[0][0].isdigit() else frozenset()
    return _joined(lines, at, line, f"{match[0]} → {new}", fields=fields)


def dropped(lines: list[str], random: Random) -> Mutation | None:
    """Drop a sentence; not the first of a line, which may be the status or the list."""
    at = _draw(lines, random, lambda line: len(_sentences(line)) > 1)
    if at is None:
        return None
    parts = _sentences(lines[at])
    gone = random.randrange(1, len(parts))
    return _joined(lines, at, " ".join(parts[:gone] + parts[gone + 1 :]), f"without {parts[gone]}")


def _sentences(line: str) -> list[str]:
    return re.split(r"(?<=[a-z0-9)]\.) (?=[A-Z])", line)


def _names(names: Mapping[str, str], line: str) -> list[str]:
    """Return the countries in a line that is a list of them."""
    if line.count(",") < 2:
        return []
    found = [
        name
        for name in names
        if name in line and re.search(rf"(?<!\w){re.escape(name)}(?=,| and |\.|$)", line)
    ]
    return found if len(found) > 2 else []


def listing(names: Mapping[str, str], edit: str) -> Maker:
    """Return a maker that removes, moves or respells a country in a list."""

    def make(lines: list[str], random: Random) -> Mutation | None:
        at = _draw(lines, random, lambda line: bool(_names(names, line)))
        if at is None:
            return None
        name = random.choice(
            [each for each in _names(names, lines[at]) if f"{each}, " in lines[at]]
        )
        if edit == "respelled":
            line = lines[at].replace(f"{name}, ", f"{name[::-1].capitalize()}land, ", 1)
            return _joined(lines, at, line, f"{name} respelled", said=f"{name[::-1].capitalize()}")
        line = re.sub(rf"(the )?{re.escape(name)}, ", "", lines[at], count=1)
        if edit == "moved":
            line = re.sub(r"(?<=, )(?=[A-Z])", f"{name}, ", line, count=1)
            return _joined(lines, at, line, f"{name} moved")
        return _joined(lines, at, line, f"without {name}", touched=names[name])

    return make


def worded(lines: list[str], random: Random) -> Mutation | None:
    """Drop the word that marks a known partner."""
    at = _draw(lines, random, lambda line: "NATO partner " in line)
    return (
        None if at is None else _joined(lines, at, lines[at].replace("NATO partner ", ""), "bare")
    )


def clause(lines: list[str], random: Random) -> Mutation | None:
    """Append a clause to a sentence with a date."""
    at = _draw(lines, random, lambda line: bool(MONTH.search(line)) and line.endswith("."))
    if at is None:
        return None
    new = random.choice(("and Norway leads the work", "and 47 more are wanted",
                         "while Estonia watches from afar", "which is to end in 2041"))  # fmt: skip
    return _joined(lines, at, f"{lines[at][:-1]}, {new}.", f"+ {new}", said=new.partition(" ")[2])


def sentence(lines: list[str], random: Random) -> Mutation | None:
    """Append a sentence to a list or a paragraph."""
    at = _draw(lines, random, lambda line: len(line) > 60 and line.count(" ") > 7)
    if at is None:
        return None
    new = random.choice(("Estonia joined in March 2026.", "Iceland has withdrawn.",
                         "In 2027, Albania looks on.", "Some 37 observers came."))  # fmt: skip
    end = "" if lines[at].rstrip().endswith((".", ":")) else "."
    line = f"{lines[at].rstrip()}{end} {new}"
    return _joined(lines, at, line, f"+ {new}", said=new.rstrip("."), touched="ISL")


# Sentences that may look like facts, but are not; {} is a country.
UNSURE: Final = (
    "{} has not joined.", "{} will join in March 2027.", "{} is expected to join in 2027.",
    "{} may have joined in 2025.", "If {} joins in 2027, others will follow.",
    "{} had not joined by May 2026.", "“{} joined in May 2026”, a minister said.",
    "{} reportedly left in May 2026.", "{} denied that it had left in 2026.",
    "{} considers leaving in 2027.", "{} was invited to join in May 2026.",
    "{} would have led the project since 2025.", "{} does not lead the project.",
    "It was hoped that {} would join in 2026.", "{} never left.", "Neither {} nor Malta joined.",
    "{}’s participation was suspended in May 2026.", "{} applied to join on 3 March 2026.",
    "{} might contribute €16.5m.", "{} was to have taken over the lead in 2025.",
    "Not all of its members are like {}.", "{} joined another project in May 2026.",
    "The talks that {} joined in May 2026 went on.", "{} and Elbonia joined in May 2026.",
)  # fmt: skip
# Factual sentences in forms that few rules read.
FORMS: Final = (
    "In May 2026, they were joined by {}.", "{}, which joined in May 2026, is the newest.",
    "Joined by {} on 3rd March 2026, it grew.", "It was in May 2026 that {} joined.",
    "{} was admitted on 3 Mar. 2026.", "Having joined in 2026, {} takes part.",
    "{} and Malta, who joined in Sept. 2025 and Jan. 2026 respectively, take part.",
    "{} joined in May 2025 but left in May 2026.", "The 25th to join was {}, in May 2026.",
    "Led by {} since May 2026, it goes on.", "The lead went from {} to Malta in May 2026.",
    "{} put €16.5m into it.", "With €2bn from {}, it is well funded.", "{} gave over $300 million.",
    "More than 30 countries, {} among them, use it.", "At least two dozen look on, as {} does.",
    "Some 3.5 per cent of it are in {}.", "Stocks lie 10km from {}.", "It was the 5th in {}.",
    "{} signed in the margins of the February 2026 meeting of NATO Defence Ministers.",
)  # fmt: skip


def _sentence_on(choices: tuple[str, ...], names: Mapping[str, str], *, unsure: bool) -> Maker:
    """Return a maker that appends a sentence about a country to a list, a paragraph or a status."""

    def make(lines: list[str], random: Random) -> Mutation | None:
        at = _draw(lines, random, lambda line: len(line) > 60 and line.count(" ") > 7)
        if at is None or not names:
            return None
        name = random.choice(sorted(n for n in names if " " not in n and "-" not in n))
        new = random.choice(choices).format(name)
        end = "" if lines[at].rstrip().endswith((".", ":")) else "."
        line = f"{lines[at].rstrip()}{end} {new}"
        said = new.rstrip(".")
        return _joined(lines, at, line, f"+ {new}", said=said, touched=names[name], unsure=unsure)

    return make


def money(lines: list[str], random: Random) -> Mutation | None:
    """Write a sum of money in another form with the same meaning."""
    at = _draw(lines, random, lambda line: "EUR 16.5 million" in line)
    if at is None:
        return None
    new = random.choice(
        ("€16.5m", "€16.5 million", "EUR 16.5m", "€16,500,000", "16.5 million euros")
    )
    return _joined(lines, at, lines[at].replace("EUR 16.5 million", new), new)


def footnoted(names: Mapping[str, str]) -> Maker:
    """Return a maker that adds a footnote mark to a name in a list, and perhaps the note."""

    def make(lines: list[str], random: Random) -> Mutation | None:
        at = _draw(lines, random, lambda line: bool(_names(names, line)))
        if at is None:
            return None
        name = random.choice(_names(names, lines[at]))
        mark = random.choice(("*", "¹", "[1]", " [2]", "1)", "†", "⁴", "**", " *"))
        note = random.choice(("", f"\n\n{mark.strip()} Its part is under review."))
        line = re.sub(rf"{re.escape(name)}(?=,| and |\.|$)", f"{name}{mark}", lines[at], count=1)
        return _joined(
            lines,
            at,
            line + note,
            f"{name}{mark}",
            said=f"carries the footnote mark {mark.strip()}",
        )

    return make


def heading(lines: list[str], random: Random) -> Mutation | None:
    """Rename a heading everywhere on the page."""
    heads = [
        line for n, line in enumerate(lines)
        if n > 8 and line[:1].isupper() and 2 < len(line.split()) < 14
        and any(below.startswith("Purpose:") for below in lines[n + 1 : n + 4])
    ]  # fmt: skip
    if not heads:
        return None
    old = random.choice(heads)
    first, _, rest = old.partition(" ")
    new = random.choice((f"Joint {old}", f"{first}-based {rest}", f"New {first} Work (NXW)"))
    text = "\n".join(line.replace(old, new) for line in lines)
    touched = frozenset({"name", "acronym"})
    return Mutation(text, f"{old} → {new}", fields=touched, said=new)


def kinds(names: Mapping[str, str]) -> dict[str, Maker]:
    """Return the kinds of edits, by name; ``names`` are the ids of countries."""
    return {
        "wording changed": _pairs(WORDS),
        "date in another form": dated,
        "sentence dropped": dropped,
        "list shortened": listing(names, "shortened"),
        "list in another order": listing(names, "moved"),
        "name respelled": listing(names, "respelled"),
        "partner without the word": worded,
        "numbers in words or figures": _pairs(tuple(NUMBERS.items())),
        "number made vague": _pairs(VAGUE),
        "label or heading changed": _pairs(LABELS),
        "clause added": clause,
        "sentence added": sentence,
        "project renamed": heading,
        "sum of money in another form": money,
        "footnote mark at a name": footnoted(names),
        "sentence that states nothing": _sentence_on(UNSURE, names, unsure=True),
        "sentence of a rare form": _sentence_on(FORMS, names, unsure=False),
    }


def breaches(before: Package, found: Capture, edit: Mutation) -> Iterator[str]:
    """Yield violations by a capture, for a package with the facts of the page before its edit."""
    told = " ".join(each.message for each in found.findings)
    changed = False
    for resource in before.descriptor.resources:
        if resource.name in UNWRITTEN:
            continue
        # A row is compared with its counterpart in the next edition.
        fields = [name for name in resource.primary_key if name != "source"]
        old = {tuple(row[n] for n in fields): row for row in before.rows(resource.name)}
        new = {tuple(row[n] for n in fields): row for row in found.package.rows(resource.name)}
        changed = changed or old != new
        for key, row in old.items():
            what = f"{resource.name} {key}"
            if key in new:
                yield from (
                    f"{fault}: {what} {cells}" for fault, cells in _cells(row, new[key], edit)
                )
            elif not (edit.touched and edit.touched in key) and row.get("count", "-") not in told:
                yield f"erased: {what}"
        added = [key for key in new.keys() - old.keys() if edit.touched not in key]
        if found.is_sound and not edit.said:
            yield from (f"wrong: {resource.name} {key} is new" for key in added)
        if edit.unsure:
            yield from (f"wrong: {resource.name} {key} is new" for key in new.keys() - old.keys())
            yield from (
                f"wrong: {resource.name} {key} {name}"
                for key in new.keys() & old.keys()
                for name, cell in new[key].items()
                if cell not in {old[key][name], TO_BE_WORDED} and name not in {"source", "locator"}
            )
    if edit.said and edit.said not in told and not changed:
        yield f"lost silently: {edit.said}"


def _cells(row: Row, now: Row, edit: Mutation) -> Iterator[tuple[str, str]]:
    """Yield the erased and wrong cells of a row that the edit does not contradict."""
    for name, cell in row.items():
        passed = {"source", "locator", "filter", "position", "stated", *edit.fields}
        if now[name] == cell or (name in passed and now[name]):
            continue
        if not cell and edit.said and edit.touched in row.values() and not edit.unsure:
            continue  # a new statement about a party fills its rows
        if now[name] == TO_BE_WORDED:
            continue  # another text needs new wording, which is reported
        yield ("wrong" if now[name] else "erased"), f"{name} {cell} → {now[name]}"
