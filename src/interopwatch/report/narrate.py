"""What happened between two packages, in sentences by the vocabulary of their descriptors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.changeset.model import NEWS, Classified, Narrated, RowChange, Sense
from interopwatch.package.labels import RowLabels
from interopwatch.package.tolerance import is_text, says_the_same
from interopwatch.package.types import gaps_of

if TYPE_CHECKING:
    from interopwatch.package.descriptor import Resource, Words
    from interopwatch.package.package import Package


class Teller:
    """Tells the changes between two packages."""

    def __init__(self, old: Package, new: Package) -> None:
        self._old, self._new = old, new
        self._speakers = {"old": RowLabels(old), "new": RowLabels(new)}

    def classified(self, change: RowChange, sense: Sense) -> Classified:
        """One change with its sense, and whether it is clerical."""
        clerical = change.kind == "changed" and all(
            self._is_clerical(change, field) for field in change.fields
        )
        return Classified(change, sense, clerical)

    def _is_clerical(self, change: RowChange, field: str) -> bool:
        resource = self._resource(change)
        if field in self._new.paperwork(resource):
            return True
        was, now = ((row or {}).get(field, "") for row in (change.before, change.after))
        return is_text(resource, field) and says_the_same(was, now)

    def tell(self, classified: Classified) -> Narrated:
        """One change with its sentence, and where its source states it."""
        change = classified.change
        package = self._old if change.after is None else self._new
        provenance = package.descriptor.provenance
        return Narrated(
            change=change,
            sense=classified.sense,
            clerical=classified.clerical,
            sentence=self._sentence(change, classified.sense, self._resource(change)),
            source=change.row.get(provenance.field, "") if provenance else "",
            locator=change.row.get(provenance.locator, "") if provenance else "",
        )

    def speaker(self, change: RowChange) -> RowLabels:
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
            sides.append(RowLabels(package).cell(own, row, path) if is_stated else "")
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
