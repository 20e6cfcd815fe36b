"""Optional dependencies and the extras that install them.

The plain install runs ``report``, ``diff`` and ``validate``. Everything else imports its optional
libraries within :func:`extra`, so that the user is told what to install if one is missing.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTRAS: Final = {
    "capture": ("lxml", "markdown_it", "protego", "pycountry", "webencodings"),
    "duckdb": ("duckdb",),
    "frictionless": ("frictionless",),
    "metadata": ("rdflib",),
    "pandas": ("pandas",),
    "parquet": ("pyarrow",),
    "pictures": ("vl_convert", "lxml"),
    "site": ("feedgen", "lxml"),
    "spark": ("pyspark",),
    "xlsx": ("xlsxwriter",),
}
"""The modules that each extra of ``pyproject.toml`` provides."""


@contextmanager
def extra(name: str, subject: str) -> Iterator[None]:
    """Report a failed import in this context as the missing extra that provides it.

    Args:
        name: The extra.
        subject: What needs the library: a plural noun phrase that begins the error message.

    Raises:
        MissingExtraError: The library is not installed, or is installed but fails to load.
    """
    hint = f"Install it: pip install 'interopwatch[{name}]'"
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or name).partition(".")[0]
        message = f"{subject} need {library}, which is not installed"
        raise MissingExtraError(message, hint=hint) from None
    except ImportError as error:
        message = f"{subject} need {error.name or name}, which cannot be loaded: {error}"
        raise MissingExtraError(message, hint=hint) from None


def library(module: str, name: str, subject: str) -> Any:  # noqa: ANN401 - a module
    """Import a module of an extra that has no type annotations.

    Args:
        module: The module.
        name: The extra.
        subject: What needs it, in the plural.

    Raises:
        MissingExtraError: The library is not installed, or is installed but fails to load.
    """
    with extra(name, subject):
        return import_module(module)


def has_extra(name: str) -> bool:
    """Return whether every module of an extra is installed."""
    return all(find_spec(module) is not None for module in EXTRAS[name])
