"""The template language of a descriptor's vocabulary.

A template is a text with references in braces and optional parts in brackets::

    {party} became {format.name}[ ({start})]

* ``{field}`` is a cell as a reader sees it: the label of the row it refers to, a date in words,
  the label of a category, or else its text.
* ``{field.other}`` follows a foreign key to a field of the row it refers to.
* ``{one|other}`` is the first alternative that is not empty.
* ``{resource.count}`` counts the rows of a resource that belong to this row: "18
  participants".
* ``[ … ]`` is omitted if a reference inside it is empty.
* ``{{``, ``}}``, ``[[`` and ``]]`` are the literal characters.

Templates run no code and access nothing but cells.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PIECE: Final = r"\{\{|\}\}|\[\[|\]\]|\[|\]|\{([^{}\[\]]*)\}|[{}]|[^{}\[\]]+"


class Reference(Struct, frozen=True):
    """A reference to a cell: alternatives, each a path of field names."""

    paths: tuple[tuple[str, ...], ...]


class Optional(Struct, frozen=True):
    """A part that is omitted if a reference inside it is empty."""

    parts: tuple[str | Reference, ...]


Template = tuple[str | Reference | Optional, ...]


# A descriptor has some 200 templates, each of which is filled once per row.
@lru_cache(maxsize=1024)
def parse(text: str) -> Template:
    """Parse a template.

    Raises:
        TemplateError: A brace or bracket is not closed, or a reference is empty.

    >>> parse("{party}[ ({start})]")[0]
    Reference(paths=(('party',),))
    """
    outer: list[str | Reference | Optional] = []
    inner: list[str | Reference] | None = None
    for match in re.finditer(_PIECE, text):
        found, reference = match.group(0), match.group(1)
        part: str | Reference
        if found == "[":
            if inner is not None:
                raise _broken(text, "optional parts cannot be nested")
            inner = []
            continue
        if found == "]":
            if inner is None:
                raise _broken(text, "a ] without a [")
            outer.append(Optional(tuple(inner)))
            inner = None
            continue
        if found in ("{", "}"):
            raise _broken(text, f"an unmatched {found}")
        if reference is None:
            part = found[0] if found in ("{{", "}}", "[[", "]]") else found
        else:
            paths = tuple(tuple(path.split(".")) for path in reference.split("|"))
            if not all(name for path in paths for name in path):
                raise _broken(text, f"an empty reference {{{reference}}}")
            part = Reference(paths)
        (outer if inner is None else inner).append(part)
    if inner is not None:
        raise _broken(text, "a [ without a ]")
    return tuple(outer)


def _broken(text: str, problem: str) -> TemplateError:
    return TemplateError(
        f"in {text!r}: {problem}",
        hint="`interopwatch validate` says where it is; {{, }}, [[ and ]] are plain brackets.",
    )


def paths(text: str) -> Iterator[str]:
    """Return all paths that a template refers to, as written, without parsing the rest of it.

    >>> sorted(paths("{party|party.name}[ ({start})] {{no}}"))
    ['party', 'party.name', 'start']
    """
    return chain.from_iterable(r.split("|") for r in re.findall(_PIECE, text) if r)


def references(template: Template) -> Iterable[Reference]:
    """Yield all references of a template."""
    for part in template:
        if isinstance(part, Reference):
            yield part
        elif isinstance(part, Optional):
            yield from (p for p in part.parts if isinstance(p, Reference))


def fill(template: Template, value: Callable[[Reference], str]) -> str:
    """Fill a template: replace each reference by the text that ``value`` returns for it."""
    out = []
    for part in template:
        if isinstance(part, Optional):
            texts = [p if isinstance(p, str) else value(p) for p in part.parts]
            if all(t or isinstance(p, str) for p, t in zip(part.parts, texts, strict=True)):
                out += texts
        else:
            out.append(part if isinstance(part, str) else value(part))
    return "".join(out)
