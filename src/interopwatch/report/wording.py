"""Sentences out of a descriptor's vocabulary.

A template is a text with references in braces and optional parts in brackets::

    {party} became {format.name}[ ({start})]

* ``{field}`` is a cell in words: the label of the row it refers to, a date as one says
  it, the label of a category, or else its text.
* ``{field.other}`` follows a foreign key to a field of the row it refers to.
* ``{one|other}`` is the first of several that is not empty.
* ``{resource.count}`` counts the rows of a resource that belong to this row: "18
  participants".
* ``[ … ]`` is left out if a reference inside it is empty.
* ``{{``, ``}}``, ``[[`` and ``]]`` stand for the characters themselves.

No template runs code, and none reaches anything but cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from interopwatch.changeset.model import NEWS, Judged, RowChange, Sense, Told
from interopwatch.errors import TemplateError
from interopwatch.package.edtf import in_words
from interopwatch.package.tolerance import is_text, says_the_same
from interopwatch.package.types import gaps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from interopwatch.package.descriptor import Field, Resource, Words
    from interopwatch.package.package import Package

    Row = Mapping[str, str]

EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
"""The ``rdfType`` of a string field that holds EDTF dates (Library of Congress)."""

_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\[|\]|\{([^{}\[\]]*)\}|[{}]|[^{}\[\]]+")
_DEPTH = 4
_MAX_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a cell: alternatives, each a path of field names."""

    paths: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """A part that is left out if a reference inside it is empty."""

    parts: tuple[str | Reference, ...]


Template = tuple[str | Reference | Optional, ...]


@lru_cache(maxsize=1024)
def parse(text: str) -> Template:
    """Read a template.

    Raises:
        TemplateError: A brace or bracket is not closed, or a reference is empty.

    >>> parse("{party}[ ({start})]")[0]
    Reference(paths=(('party',),))
    """
    outer: list[str | Reference | Optional] = []
    inner: list[str | Reference] | None = None
    for match in _TOKEN.finditer(text):
        found, reference = match.group(0), match.group(1)
        part: str | Reference
        if found == "[":
            if inner is not None:
                raise TemplateError(f"in {text!r}: optional parts cannot be nested")
            inner = []
            continue
        if found == "]":
            if inner is None:
                raise TemplateError(f"in {text!r}: a ] without its [")
            outer.append(Optional(tuple(inner)))
            inner = None
            continue
        if found in ("{", "}"):
            raise TemplateError(f"in {text!r}: a {found} without its partner")
        if reference is None:
            part = found[0] if found in ("{{", "}}", "[[", "]]") else found
        else:
            paths = tuple(tuple(path.split(".")) for path in reference.split("|"))
            if not all(name for path in paths for name in path):
                raise TemplateError(f"in {text!r}: an empty reference {{{reference}}}")
            part = Reference(paths)
        (outer if inner is None else inner).append(part)
    if inner is not None:
        raise TemplateError(f"in {text!r}: a [ without its ]")
    return tuple(outer)


def references(template: Template) -> Iterable[Reference]:
    """All references of a template."""
    for part in template:
        if isinstance(part, Reference):
            yield part
        elif isinstance(part, Optional):
            yield from (p for p in part.parts if isinstance(p, Reference))


def fill(template: Template, value: Callable[[Reference], str]) -> str:
    """A template with its references replaced by what ``value`` says of them."""
    out = []
    for part in template:
        if isinstance(part, Optional):
            texts = [p if isinstance(p, str) else value(p) for p in part.parts]
            if all(t or isinstance(p, str) for p, t in zip(part.parts, texts, strict=True)):
                out += texts
        else:
            out.append(part if isinstance(part, str) else value(part))
    return "".join(out)


def joined(texts: Sequence[str], most: int = _MAX_NAMES) -> str:
    """Several texts as an English list.

    >>> joined(["Finland", "Sweden"]), joined(["a", "b", "c"], most=2)
    ('Finland and Sweden', 'a, b and 1 more')
    """
    if len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def counted(number: int, noun: tuple[str, str]) -> str:
    """A number of things.

    >>> counted(1, ("row", "rows")), counted(1200, ("row", "rows"))
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun[number != 1]}"


class Speaker:
    """Words for the rows of one package."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def cell(self, resource: Resource, row: Row, path: Sequence[str], depth: int = 0) -> str:
        """What a path from a row leads to, in words; empty if it leads nowhere.

        Raises:
            TemplateError: A name on the path is no field and no resource.
        """
        name, rest = path[0], path[1:]
        if name not in resource.by_name:
            if tuple(rest) == ("count",):
                return self._count(resource, row, name)
            raise TemplateError(
                f"resource {resource.name!r} has no field {name!r}",
                hint=f"Its fields are: {', '.join(resource.header)}.",
            )
        value = row.get(name, "")
        referred = self._package.referred(resource, name, value) if value else None
        if referred is not None:
            target = self._package.resource(resource.references[name].resource)
            if rest:
                return self.cell(target, referred, rest, depth)
            if target.meaning.label and depth < _DEPTH:
                return self.label(target, referred, depth + 1)
        return "" if rest else spoken(resource.by_name[name], value)

    def say(self, template: str, resource: Resource, row: Row, depth: int = 0) -> str:
        """A template filled from a row.

        Raises:
            TemplateError: The template cannot be read, or refers to nothing there is.
        """

        def value(reference: Reference) -> str:
            texts = (self.cell(resource, row, path, depth) for path in reference.paths)
            return next(filter(None, texts), "")

        return fill(parse(template), value)

    def label(self, resource: Resource, row: Row, depth: int = 0) -> str:
        """A row's name: its label, or else its key."""
        if resource.meaning.label:
            text = self.say(resource.meaning.label, resource, row, depth)
            if text:
                return text
        names = resource.primary_key or resource.header
        return " / ".join(self.cell(resource, row, (name,), depth) or "—" for name in names)

    def short(self, resource: Resource, row: Row) -> str:
        """A row's name where many stand side by side."""
        if resource.meaning.short:
            return self.say(resource.meaning.short, resource, row) or self.label(resource, row)
        return self.label(resource, row)

    def _count(self, resource: Resource, row: Row, name: str) -> str:
        children = self._package.descriptor.by_name.get(name)
        if children is None or children.meaning.belongs_to not in children.references:
            raise TemplateError(
                f"{name!r} is no field of {resource.name!r} and no resource that belongs to it"
            )
        reference = children.references[children.meaning.belongs_to]
        if reference.resource != resource.name:
            raise TemplateError(f"the rows of {name!r} do not belong to {resource.name!r}")
        mine = self._children(children).get(row[reference.reference[0]], ())
        return tally(children, mine)

    def _children(self, resource: Resource) -> Mapping[str, Sequence[Row]]:
        memo = self._package.memo.setdefault("children", {})
        if resource.name not in memo:
            grouped: dict[str, list[Row]] = {}
            for row in self._package.rows(resource.name):
                grouped.setdefault(row[resource.meaning.belongs_to], []).append(row)
            memo[resource.name] = grouped
        found: Mapping[str, Sequence[Row]] = memo[resource.name]
        return found


def tally(resource: Resource, rows: Iterable[Row]) -> str:
    """How many rows there are of each noun that the resource has for them.

    A resource with nouns for particular rows: "4 participants and 1 supporter".
    """
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        noun = resource.meaning.words_for(row).noun
        counts[noun] = counts.get(noun, 0) + 1
    return joined([counted(number, noun) for noun, number in counts.items()])


def spoken(field: Field, value: str) -> str:
    """A cell in words: dates as one says them, categories by their labels."""
    if not value:
        return ""
    if field.options.get("rdfType") == EDTF or field.type in ("date", "yearmonth"):
        return in_words(value)
    for category in field.options.get("categories", ()):
        if isinstance(category, dict) and category.get("value") == value:
            return str(category.get("label", value))
    return value


class Teller:
    """Tells the changes between two packages."""

    def __init__(self, old: Package, new: Package) -> None:
        self._old, self._new = old, new
        self._speakers = {"old": Speaker(old), "new": Speaker(new)}

    def judged(self, change: RowChange, sense: Sense) -> Judged:
        """One change with its sense, and whether it is clerical."""
        clerical = change.kind == "changed" and all(
            self._is_clerical(change, field) for field in change.fields
        )
        return Judged(change, sense, clerical)

    def _is_clerical(self, change: RowChange, field: str) -> bool:
        resource = self._resource(change)
        if field in self._new.paperwork(resource):
            return True
        was, now = ((row or {}).get(field, "") for row in (change.before, change.after))
        return is_text(resource, field) and says_the_same(was, now)

    def tell(self, judged: Judged) -> Told:
        """One change with its sentence, and where its source states it."""
        change = judged.change
        package = self._old if change.after is None else self._new
        provenance = package.descriptor.provenance
        return Told(
            change=change,
            sense=judged.sense,
            clerical=judged.clerical,
            sentence=self._sentence(change, judged.sense, self._resource(change)),
            source=change.row.get(provenance.field, "") if provenance else "",
            locator=change.row.get(provenance.locator, "") if provenance else "",
        )

    def speaker(self, change: RowChange) -> Speaker:
        """The words for the row as it stands."""
        return self._speakers["old" if change.after is None else "new"]

    def _sentence(self, change: RowChange, sense: Sense, resource: Resource) -> str:
        speaker, row = self.speaker(change), change.row
        words = resource.meaning.words_for(row)
        if change.kind == "changed":
            return self._changed(change, sense, resource, words)
        for name in (sense.value, change.kind):
            if name in words.sentences:
                return speaker.say(words.sentences[name], resource, row)
        said = "New" if change.kind == "added" else "No longer listed:"
        return f"{said} {words.noun[0]} {speaker.label(resource, row)}"

    def _changed(self, change: RowChange, sense: Sense, resource: Resource, words: Words) -> str:
        """What happened, if that is what changed; and every other difference of substance."""
        speaker, lifecycle = self.speaker(change), resource.meaning.lifecycle
        told: list[str] = []
        covered: set[str] = set()
        for field in change.fields:
            if f"{field}.changed" in words.sentences and change.row.get(field):
                template = words.sentences[f"{field}.changed"]
                told.append(speaker.say(template, resource, change.row))
                covered.add(field)
        if not told and sense in NEWS and sense.value in words.sentences:
            told.append(speaker.say(words.sentences[sense.value], resource, change.row))
            if lifecycle is not None:
                covered.update((*lifecycle.clocks, lifecycle.reason, *lifecycle.planned))
        rest = [f for f in change.fields if f not in covered and not self._is_new(change, f)]
        paperwork = self._new.paperwork(resource)
        substance = [field for field in rest if field not in paperwork]
        if substance or not told:
            shown = substance or rest or change.fields
            parts = [self._difference(change, resource, f) for f in shown]
            told.append(f"{speaker.label(resource, change.row)}: {'; '.join(parts)}")
        return "; ".join(told)

    def _is_new(self, change: RowChange, field: str) -> bool:
        """Whether a value is there only because a reconstruction could not have it."""
        return not self._old.is_observed and not (change.before or {}).get(field)

    def _difference(self, change: RowChange, resource: Resource, name: str) -> str:
        assert change.before is not None, "a changed row has both sides"
        assert change.after is not None, "a changed row has both sides"
        field = resource.by_name.get(name) or self._old.resource(change.resource).by_name[name]
        title = field.title or name
        title = title if title[1:2].isupper() else title[:1].lower() + title[1:]
        sides = []
        for package, row in ((self._old, change.before), (self._new, change.after)):
            own = package.resource(change.resource)
            path = (name,)
            is_stated = name in own.by_name and row.get(name, "") not in gaps_of(
                own.by_name[name], own.missing_values
            )
            sides.append(Speaker(package).cell(own, row, path) if is_stated else "")
        was, now = sides
        if was == now:  # two keys of one name, say: the words do not tell what changed
            was, now = change.before.get(name, ""), change.after.get(name, "")
        if not was:
            return f"{title} is now stated: “{now}”"
        if not now:
            return f"{title} is no longer stated (it was “{was}”)"
        return f"{title} changed from “{was}” to “{now}”"

    def _resource(self, change: RowChange) -> Resource:
        return (self._old if change.after is None else self._new).resource(change.resource)
