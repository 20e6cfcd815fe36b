"""What a descriptor says of the meaning of its rows, under ``interopwatch``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

from interopwatch.errors import DescriptorError
from interopwatch.package.descriptor import Basis, Frozen
from interopwatch.package.json_values import JsonValues
from interopwatch.package.meaning import Case, Fold, Lifecycle, Meaning, RowRule, Words
from interopwatch.package.policy import Policy, limit_of
from interopwatch.package.tolerance import tolerance_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_T = TypeVar("_T")


class VocabularyReader(JsonValues):
    """Reads the vocabulary of a package and of its resources."""

    def meaning(self, raw: Mapping[str, Any], known: set[str], at: str) -> Meaning:
        """What the rows of a resource mean, whose fields are those known."""
        place = f"{at}/interopwatch"
        lifecycle = self._lifecycle(raw, known, place)
        lists = ("names", "clerical", "ignored", "must_have")
        names = {name: self.strings(raw, name, place) for name in lists}
        tolerances = self._tolerances(raw, place)
        belongs_to = self.get(raw, "belongs_to", str, place, "")
        names_of = self.get(raw, "names_of", str, place, "")
        every = (*names["names"], *names["clerical"], *names["ignored"], *tolerances)
        for column in (*every, belongs_to, names_of):
            if column and column not in known:
                self.fail(place, f"there is no field {column!r}")
        words = self.get(raw, "words", dict, place, {})
        cases = [
            self.typed(c, dict, f"{place}/words/cases/{i}")
            for i, c in enumerate(self.get(words, "cases", list, f"{place}/words", []))
        ]
        return Meaning(
            lifecycle=lifecycle,
            belongs_to=belongs_to,
            reference=self.get(raw, "reference", bool, place, default=False),
            bookkeeping=self.get(raw, "bookkeeping", bool, place, default=False),
            label=self.get(raw, "label", str, place, ""),
            short=self.get(raw, "short", str, place, ""),
            names=names["names"],
            names_of=names_of,
            clerical=names["clerical"],
            ignored=names["ignored"],
            tolerances=tolerances,
            must_have=names["must_have"],
            must_be_used=self.get(raw, "must_be_used", bool, place, default=False),
            rules=tuple(
                self._rule(rule, known, f"{place}/rules/{i}")
                for i, rule in enumerate(self.get(raw, "rules", list, place, []))
            ),
            policy=self.policy(raw, place),
            words=self._words(words, f"{place}/words"),
            cases=tuple(
                Case(
                    self.texts(case, "when", f"{place}/words/cases/{i}"),
                    # A case says what differs, and has the rest from the words of any row.
                    self._words({**words, **case}, f"{place}/words/cases/{i}"),
                )
                for i, case in enumerate(cases)
            ),
        )

    def _rule(self, raw: object, known: set[str], at: str) -> RowRule:
        item = self.typed(raw, dict, at)
        rule = RowRule(
            self.texts(item, "when", at),
            self.texts(item, "then", at),
            self.get(item, "says", str, at),
        )
        for path in (*rule.when, *rule.then):
            if path.partition(".")[0] not in known:
                self.fail(at, f"there is no field {path.partition('.')[0]!r}")
        return rule

    def _tolerances(self, raw: Mapping[str, Any], at: str) -> dict[str, str]:
        """Tolerances as texts; a descriptor may have them as numbers."""
        found = {}
        for name, value in self.get(raw, "tolerances", dict, at, {}).items():
            # A boolean first, since in Python it is an integer.
            if isinstance(value, bool) or not isinstance(value, (str, int, float)):
                self.fail(
                    f"{at}/tolerances/{name}", "a number, or a text such as “1%”, is expected"
                )
            found[name] = str(value)
            try:
                tolerance_of(found[name])
            except DescriptorError as error:
                self.fail(f"{at}/tolerances/{name}", error.message)
        return found

    def policy(self, raw: Mapping[str, Any], at: str) -> Policy:
        """Which changes a package or a resource does not allow, by rule."""
        found = {}
        for name, value in self.get(raw, "policy", dict, at, {}).items():
            try:
                found[name] = limit_of(name, value)
            except DescriptorError as error:
                self.fail(f"{at}/policy/{name}", f"{error.message}. {error.hint}")
        return found

    def _lifecycle(self, raw: Mapping[str, Any], known: set[str], at: str) -> Lifecycle | None:
        if "lifecycle" not in raw:
            return None
        item = self.get(raw, "lifecycle", dict, at)
        place = f"{at}/lifecycle"
        lifecycle = Lifecycle(
            begin=self.get(item, "begin", str, place, ""),
            end=self.get(item, "end", str, place, ""),
            reason=self.get(item, "reason", str, place, ""),
            event=self.get(item, "event", str, place, ""),
            planned=self.texts(item, "planned", place),
            moments=self.strings(item, "moments", place),
            momentary=self.strings(item, "momentary", place),
            attests=self.get(item, "attests", str, place, ""),
        )
        used = (*lifecycle.date_fields, *lifecycle.momentary, *lifecycle.planned)
        for column in (*used, lifecycle.reason, lifecycle.attests):
            if column and column not in known:
                self.fail(place, f"there is no field {column!r}")
        return lifecycle

    def _words(self, raw: Mapping[str, Any], at: str) -> Words:
        headlines = {}
        for sense in self.get(raw, "headlines", dict, at, {}):
            pair = self.strings(raw["headlines"], sense, f"{at}/headlines")
            if len(pair) != 2:  # noqa: PLR2004 - one and several
                self.fail(f"{at}/headlines/{sense}", "two texts are expected: one, several")
            headlines[sense] = (pair[0], pair[1])
        return Words(
            topic=self.get(raw, "topic", str, at, ""),
            noun=self._noun(raw, at),
            sentences=self.texts(raw, "sentences", at),
            headlines=headlines,
            none=self.texts(raw, "none", at),
            steady=self.get(raw, "steady", str, at, ""),
            weight=self.get(raw, "weight", int, at, 0),
            dated_by=self.get(raw, "dated_by", str, at, ""),
            folds=tuple(
                self._fold(fold, f"{at}/folds/{i}")
                for i, fold in enumerate(self.get(raw, "folds", list, at, []))
            ),
        )

    def _fold(self, raw: object, at: str) -> Fold:
        item = self.typed(raw, dict, at)
        return Fold(
            by=self.strings(item, "by", at),
            name=self.get(item, "name", str, at),
            noun=self._noun(item, at),
            sentences=self.texts(item, "sentences", at),
        )

    def _noun(self, raw: Mapping[str, Any], at: str) -> tuple[str, str]:
        noun = self.strings(raw, "noun", at)
        if noun and len(noun) != 2:  # noqa: PLR2004 - one and several
            self.fail(f"{at}/noun", "two texts are expected: one, several")
        return (noun[0], noun[1]) if noun else ("row", "rows")

    def frozen(self, raw: Mapping[str, Any]) -> Frozen | None:
        """Of what a package is a snapshot; ``None`` if it is none."""
        if "basis" not in raw:
            return None
        at = "/interopwatch"
        basis = self.get(raw, "basis", str, at)
        if basis not in get_args(Basis):
            self.fail(f"{at}/basis", "'observed' or 'reconstructed' is expected")
        return Frozen(
            date=self.get(raw, "date", str, at),
            basis=cast("Basis", basis),
            covers=self.strings(raw, "covers", at),
            why=self.get(raw, "why", str, at, ""),
            origin=self.get(raw, "from", str, at, ""),
            editions=self.texts(raw, "editions", at),
            lacks=self.texts(raw, "lacks", at),
            forced=self.strings(raw, "forced", at),
            previous=self.texts(raw, "previous", at),
        )

    def record(self, kind: type[_T], ours: Mapping[str, Any], name: str) -> _T | None:
        """A property that is made of texts, as the value of a kind; ``None`` if it is missing."""
        if name not in ours:
            return None
        texts = self.texts(ours, name, "/interopwatch")
        # The struct itself says which properties there are, and which of them may be missing.
        try:
            return kind(**texts)
        except TypeError:
            self.fail(f"/interopwatch/{name}", "it lacks a property or has an unknown one")
