"""Changes of wording that are no change of substance: white space and punctuation.

What stands beside a digit may be part of a number (``1.5``, ``-5``, ``1 000``), so numbers
are compared as they are written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from interopwatch.descriptor import Field, Resource

_NUMBER: Final = re.compile(r"(?:(?<![^\W\d_])[+\-−±<>~])?\d(?:[\d.,:/'’  \-–]*\d)?[%‰°]?")
_MARKS: Final = ("rdfType", "categories")
"""What marks a field of codes or dates, in which every character counts."""


def is_text(resource: Resource, name: str) -> bool:
    """Whether a field holds texts for people: no key, no reference, no code, no date."""
    field = resource.by_name.get(name)
    if field is None or field.type != "string" or field.format != "default":
        return False
    refers = {each for key in resource.foreign_keys for each in key.fields}
    return name not in resource.primary_key and name not in refers and not _is_code(field)


def _is_code(field: Field) -> bool:
    marked = any(field.options.get(name) for name in _MARKS)
    return marked or "enum" in field.constraints or "pattern" in field.constraints


def says_the_same(was: str, now: str) -> bool:
    """Whether two texts differ in nothing but white space and punctuation.

    >>> says_the_same("Air defence, land", "Air defence – land."), says_the_same("1.5", "15")
    (True, False)
    """
    one, other = substance(was), substance(now)
    return one == other != ()


def substance(text: str) -> tuple[str, ...]:
    """The letters, symbols and numbers of a text, without what only sets them apart.

    >>> substance("Up to 1.5 m – or so!")
    ('Upto', '1.5', 'morso')
    """
    found: list[str] = []
    end = 0
    for number in _NUMBER.finditer(text):
        found += [_letters(text[end : number.start()]), number.group()]
        end = number.end()
    return tuple(filter(None, [*found, _letters(text[end:])]))


def _letters(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] not in "PZC" or c in "%‰&@#")
