"""Fields to ignore or to compare within a tolerance, and texts that differ in punctuation only.

In texts, punctuation beside a digit may be part of a number (``1.5``, ``-5``, ``1 000``), so
numbers are compared as written.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.errors import DescriptorError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping
    from typing import TypeGuard

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.renames import Names

TEXTS: Final = ("case", "space", "case and space")
"""What may differ in string fields: case; white space, except for one space between words."""


class Tolerance(Struct, frozen=True):
    """Fields of one resource to ignore, or to compare within a tolerance.

    Attributes:
        ignored: The fields that are not compared.
        tolerances: For numeric fields, the largest difference at which two values are still equal:
            ``0.01``, or ``1%`` of the larger one. For string fields, what is ignored in them: one
            of :data:`TEXTS`.
        only: The only fields to compare, besides the key; all of them if empty.
        texts: What is ignored in all string fields, except in the key: one of :data:`TEXTS`.
    """

    ignored: frozenset[str] = frozenset()
    tolerances: Mapping[str, str] = {}
    only: frozenset[str] = frozenset()
    texts: str = ""

    # `only` and `texts` have no effect until :meth:`of_fields` resolves them.
    def __bool__(self) -> bool:
        return bool(self.ignored or self.tolerances)

    def __or__(self, other: Tolerance) -> Tolerance:
        """Merge two tolerances; if both have one for the same field, the other's applies."""
        return Tolerance(
            self.ignored | other.ignored,
            {**self.tolerances, **other.tolerances},
            self.only | other.only,
            other.texts or self.texts,
        )

    def of_fields(self, sides: Iterable[Resource]) -> Tolerance:
        """Resolve ``only`` and ``texts`` for the fields of a resource that are not in its key."""
        if not (self.only or self.texts):
            return self
        ignored, tolerances = set(self.ignored), dict(self.tolerances)
        for resource in sides:
            for field in resource.fields:
                if field.name in resource.primary_key:
                    continue
                if self.only and field.name not in self.only:
                    ignored.add(field.name)
                elif self.texts and field.type == "string":
                    tolerances.setdefault(field.name, self.texts)
        return Tolerance(frozenset(ignored), tolerances)

    def plain(self, name: str, value: Hashable) -> Hashable:
        """Normalise a value by removing the case or white space that its field ignores."""
        allowed = self.tolerances.get(name)
        return _plain(value, allowed) if isinstance(value, str) and allowed in TEXTS else value

    def allows(self, name: str, before: Hashable, after: Hashable) -> bool:
        """Return whether two values of a field count as equal."""
        if name in self.ignored:
            return True
        tolerance = self.tolerances.get(name)
        if tolerance in TEXTS:
            return self.plain(name, before) == self.plain(name, after)
        if tolerance is None or not _is_number(before) or not _is_number(after):
            return False
        # The difference of infinities is undefined.
        one, other = Decimal(before), Decimal(after)
        if not (one.is_finite() and other.is_finite()):
            return one == other
        number, percent = tolerance_of(tolerance)
        most = number * max(abs(one), abs(other)) / 100 if percent else number
        return abs(one - other) <= most


def _plain(text: str, tolerance: str) -> str:
    if "space" in tolerance:
        text = " ".join(text.split())
    return text.casefold() if "case" in tolerance else text


def _is_number(value: Hashable) -> TypeGuard[int | Decimal]:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def tolerance_of(text: str) -> tuple[Decimal, bool]:
    """Parse a tolerance as a number, and whether it is a percentage.

    Raises:
        DescriptorError: It is not a number of zero or more, with or without a percent sign.

    >>> tolerance_of("0.01"), tolerance_of("5 %")
    ((Decimal('0.01'), False), (Decimal('5'), True))
    """
    plain = text.strip().removesuffix("%").strip()
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise DescriptorError(
            f"{text!r} is not a tolerance",
            hint="Give a number such as 0.01, or a share such as 1%.",
        )
    return number, text.strip().endswith("%")


def declared(resource: Resource) -> Tolerance:
    """Return the ignored fields and the tolerances that a descriptor declares for a resource."""
    return Tolerance(frozenset(resource.meaning.ignored), resource.meaning.tolerances)


def renamed(tolerance: Tolerance, names: Names) -> Tolerance:
    """Return a tolerance of an older package in the field names of a newer one."""
    return Tolerance(
        frozenset(map(names.renamed, tolerance.ignored)),
        {names.renamed(name): limit for name, limit in tolerance.tolerances.items()},
        tolerance.only,
        tolerance.texts,
    )


def check(tolerance: Tolerance, name: str, sides: Iterable[Resource]) -> None:
    """Reject a tolerance that the schema does not allow.

    Raises:
        DescriptorError: A key field would be ignored or have a tolerance, or a numeric tolerance is
            for a field that is not numeric.
    """
    for resource in sides:
        for each in (*sorted(tolerance.ignored), *tolerance.tolerances):
            if each in resource.primary_key:
                raise DescriptorError(
                    f"{name}.{each}: a field of the primary key must be compared exactly",
                    hint="Neither ignore it nor give it a tolerance.",
                )
        for each, allowed in tolerance.tolerances.items():
            field = resource.by_name.get(each) if allowed not in TEXTS else None
            if field is not None and not field.is_amount:
                raise DescriptorError(
                    f"{name}.{each}: a field of type {field.type} cannot have a tolerance",
                    hint="Declare it as number or integer, or ignore it.",
                )


# A sign is part of a number unless it follows a letter (COVID-19). Within a number, there may be
# separators of thousands, decimals, ranges and times, which affect its meaning.
_NUMBER: Final = r"(?:(?<![^\W\d_])[+\-−±<>~])?\d(?:[\d.,:/'’  \-–]*\d)?[%‰°]?"
_MARKS: Final = ("rdfType", "categories")
"""Properties that mark a field of codes or dates, in which every character matters."""


def is_text(resource: Resource, name: str) -> bool:
    """Return whether a field contains prose: not keys, references, codes or dates."""
    field = resource.by_name.get(name)
    if field is None or field.type != "string" or field.format != "default":
        return False
    refers = {each for key in resource.foreign_keys for each in key.fields}
    return name not in resource.primary_key and name not in refers and not _is_code(field)


def _is_code(field: Field) -> bool:
    marked = any(field.options.get(name) for name in _MARKS)
    return marked or "enum" in field.constraints or "pattern" in field.constraints


def have_same_words(before: str, after: str) -> bool:
    """Return whether two texts differ only in white space and punctuation.

    >>> have_same_words("Air defence, land", "Air defence – land."), have_same_words("1.5", "15")
    (True, False)
    """
    # Most texts that differ do so in their letters and digits, which is found ten times as fast,
    # or even sooner in the first or last of them.
    if (before[:1] != after[:1] and (before[:1] + after[:1]).isalnum()) or (
        before[-1:] != after[-1:] and (before[-1:] + after[-1:]).isalnum()
    ):
        return False
    if "".join(filter(str.isalnum, before)) != "".join(filter(str.isalnum, after)):
        return False
    one, other = substance(before), substance(after)
    return one == other != ()


def substance(text: str) -> tuple[str, ...]:
    """Return the letters, symbols and numbers of a text, without separators.

    >>> substance("Up to 1.5 m – or so!")
    ('Upto', '1.5', 'morso')
    """
    found: list[str] = []
    end = 0
    for number in re.finditer(_NUMBER, text):
        found += [_letters(text[end : number.start()]), number.group()]
        end = number.end()
    return tuple(filter(None, [*found, _letters(text[end:])]))


def _letters(text: str) -> str:
    # Invisible characters that are not white space, such as a zero-width joiner, are kept: a search
    # for the text would find only one of the two.
    return "".join(
        c for c in text if c in "%‰&@#" or not (c.isspace() or unicodedata.category(c)[0] in "PZ")
    )
