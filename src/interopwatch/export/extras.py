"""Libraries that only some formats need, loaded when they are."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from interopwatch.errors import EngineError


def library(module: str, what: str, extra: str) -> Any:  # noqa: ANN401 - a module
    """A library of an extra.

    Args:
        module: The module.
        what: What needs it, in the plural.
        extra: The extra that brings it.

    Raises:
        EngineError: It is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise EngineError(
            f"{what} need {module.partition('.')[0]}, which is not installed",
            hint=f"Install it: pip install 'interopwatch[{extra}]'",
        ) from None
