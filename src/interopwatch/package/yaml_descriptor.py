"""Read a YAML descriptor into the values that it would have in JSON."""

from __future__ import annotations

import json
from typing import Final

import yaml

from interopwatch.errors import DescriptorError

_TEXT: Final = "tag:yaml.org,2002:str"
_TAKEN: Final = [f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "timestamp")]
"""What plain scalars may be taken for."""
_TEXTS: Final = frozenset(
    (
        *("name", "title", "description", "version", "path", "primaryKey"),
        *("missingValues", "trueValues", "falseValues"),
    )
)
"""Properties of packages, resources, schemas and fields that hold texts, or lists of texts."""
_MOST_VALUES: Final = 1_000_000
"""Values of a descriptor with every alias written out: some 50,000 fields have as many."""


def read_yaml(text: str, where: str) -> object:
    """The values of a text in YAML 1.1; a date becomes the text that it is in JSON.

    What can be nothing but a text is one: a field of Norway may be called ``no``, and one of a year
    ``1990``, without quotes.

    Args:
        text: The content of a ``datapackage.yaml``.
        where: What to call the file in messages.

    Raises:
        DescriptorError: It is not YAML, or it stands for more than a descriptor can hold.
    """
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        # Ten short lines of aliases of aliases stand for ten thousand million values.
        if _size(node, {}) > _MOST_VALUES:
            raise DescriptorError(
                f"{where}: its aliases stand for more than {_MOST_VALUES:,} values",
                hint="Write what they stand for in a file of its own, and refer to that.",
            )
        _keep_texts(node, set())
        return json.loads(json.dumps(loader.construct_document(node), default=str))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise DescriptorError(f"{where}: not YAML: {reason}") from None
    finally:
        loader.dispose()


def _keep_texts(node: yaml.Node, seen: set[yaml.Node]) -> None:
    """Read as texts, as they are written, what YAML takes for booleans, numbers or dates."""
    if node in seen or not isinstance(node, yaml.CollectionNode):
        return
    seen.add(node)
    for part in node.value:
        if not isinstance(part, tuple):
            _keep_texts(part, seen)
            continue
        key, value = part
        _keep_texts(value, seen)
        for each in value.value if isinstance(value, yaml.SequenceNode) else (value,):
            if key.value in _TEXTS and each.tag in _TAKEN:
                each.tag = _TEXT


def _size(node: yaml.Node, known: dict[yaml.Node, int]) -> int:
    """How many values a node stands for.

    Args:
        node: The node.
        known: What is known of nodes that an alias may name; those that hold it among them.

    Raises:
        ValueError: It is one of its own parts.
    """
    if node in known:
        if not known[node]:
            raise ValueError(f"an alias of what it stands in, on line {node.start_mark.line + 1}")
        return known[node]
    known[node] = 0
    parts = node.value if isinstance(node, yaml.CollectionNode) else ()
    if isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
    known[node] = 1 + sum(_size(part, known) for part in parts)
    return known[node]
