"""Parse the meaning and vocabulary of a descriptor from its ``interopwatch`` properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from msgspec.structs import replace

from interopwatch.errors import DescriptorError
from interopwatch.package.descriptor import Basis, Frozen
from interopwatch.package.json_values import JsonValues
from interopwatch.package.meaning import Case, Meaning, Words
from interopwatch.package.policy import Policy, limit_of
from interopwatch.package.tolerance import tolerance_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_APART = ("tolerances", "policy", "words")
"""Properties of a resource that :class:`Meaning` has in another form."""


class VocabularyReader(JsonValues):
    """Parse the meaning and vocabulary of a package and of its resources."""

    def meaning(self, raw: Mapping[str, Any], fields: set[str], at: str) -> Meaning:
        """Parse the meaning of a resource with these fields."""
        place = f"{at}/interopwatch"
        plain = {name: value for name, value in raw.items() if name not in _APART}
        found = self.typed(plain, Meaning, place)
        tolerances = self._tolerances(raw, place)
        every = (*found.names, *found.clerical, *found.ignored, *tolerances)
        self._check_fields((*every, found.belongs_to, found.names_of), fields, place)
        if (lifecycle := found.lifecycle) is not None:
            used = (*lifecycle.date_fields, *lifecycle.momentary, *lifecycle.planned)
            named = (*used, lifecycle.reason, lifecycle.attests)
            self._check_fields(named, fields, f"{place}/lifecycle")
        for i, rule in enumerate(found.rules):
            paths = (path.partition(".")[0] for path in (*rule.when, *rule.then))
            self._check_fields(paths, fields, f"{place}/rules/{i}")
        words = self.get(raw, "words", dict, place, {})
        return replace(
            found,
            tolerances=tolerances,
            policy=self.policy(raw, place),
            words=self.typed(words, Words, f"{place}/words"),
            cases=tuple(
                self._case(case, words, f"{place}/words/cases/{i}")
                for i, case in enumerate(self.get(words, "cases", list, f"{place}/words", []))
            ),
        )

    def _check_fields(self, names: Iterable[str], fields: set[str], at: str) -> None:
        for name in filter(None, names):
            if name not in fields:
                self.fail(at, f"there is no field {name!r}")

    def _case(self, raw: object, words: Mapping[str, Any], at: str) -> Case:
        case = self.typed(raw, dict, at)
        # A case overrides the general vocabulary, and inherits the rest.
        inherited = self.typed({**words, **case}, Words, at)
        return Case(self.get(case, "when", dict[str, str], at, {}), inherited)

    def _tolerances(self, raw: Mapping[str, Any], at: str) -> dict[str, str]:
        """Return tolerances as texts; a descriptor may have them as numbers."""
        found = {}
        for name, value in self.get(raw, "tolerances", dict, at, {}).items():
            # Booleans first, since they are integers in Python.
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
        """Parse the policy of a package or a resource."""
        found = {}
        for name, value in self.get(raw, "policy", dict, at, {}).items():
            try:
                found[name] = limit_of(name, value)
            except DescriptorError as error:
                self.fail(f"{at}/policy/{name}", f"{error.message}. {error.hint}")
        return found

    def frozen(self, raw: Mapping[str, Any]) -> Frozen | None:
        """Parse the properties of a snapshot; ``None`` if the package is not a snapshot."""
        if "basis" not in raw:
            return None
        if self.get(raw, "basis", str, "/interopwatch") not in get_args(Basis):
            self.fail("/interopwatch/basis", "'observed' or 'reconstructed' is expected")
        return self.typed(raw, Frozen, "/interopwatch")
