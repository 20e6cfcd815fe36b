"""Read a YAML descriptor into the values that it would have in JSON."""

from __future__ import annotations

import json
from typing import Final

import yaml

from interopwatch.errors import DescriptorError

_TEXT: Final = "tag:yaml.org,2002:str"
_RESOLVED: Final = [f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "timestamp")]
"""Types other than text that YAML resolves plain scalars to."""
_TEXTS: Final = frozenset(
    (
        *("name", "title", "description", "version", "path", "primaryKey"),
        *("missingValues", "trueValues", "falseValues"),
    )
)
"""Properties of packages, resources, schemas and fields that contain texts, or lists of texts."""
_MOST_VALUES: Final = 1_000_000
"""Maximum values of a descriptor with all aliases expanded: as many as some 50,000 fields have."""


def read_yaml(text: str, where: str) -> object:
    """Parse YAML 1.1; a date becomes the text that it is in JSON.

    Properties that can only be texts are parsed as texts: without quotes, a field may be named
    ``no``, or ``1990``.

    Args:
        text: The content of a ``datapackage.yaml``.
        where: The name of the file in messages.

    Raises:
        DescriptorError: It is not YAML, or expands to more than a descriptor can contain.
    """
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        # Ten short lines of nested aliases can expand to ten billion values.
        if _size(node, {}) > _MOST_VALUES:
            raise DescriptorError(
                f"{where}: its aliases expand to more than {_MOST_VALUES:,} values",
                hint="Put the repeated part in a file of its own, and refer to that.",
            )
        _keep_texts(node, set())
        return json.loads(json.dumps(loader.construct_document(node), default=str))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise DescriptorError(f"{where}: not YAML: {reason}") from None
    finally:
        loader.dispose()


def _keep_texts(node: yaml.Node, seen: set[yaml.Node]) -> None:
    """Parse as text, as written, what YAML would resolve to booleans, numbers or dates."""
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
            if key.value in _TEXTS and each.tag in _RESOLVED:
                each.tag = _TEXT


def _size(node: yaml.Node, sizes: dict[yaml.Node, int]) -> int:
    """Return how many values a node expands to.

    Args:
        node: The node.
        sizes: The sizes of nodes that an alias may refer to; 0 for those being measured.

    Raises:
        ValueError: It contains itself.
    """
    if node in sizes:
        if not sizes[node]:
            raise ValueError(f"an alias that refers to itself, on line {node.start_mark.line + 1}")
        return sizes[node]
    sizes[node] = 0
    parts = node.value if isinstance(node, yaml.CollectionNode) else ()
    if isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
    sizes[node] = 1 + sum(_size(part, sizes) for part in parts)
    return sizes[node]
