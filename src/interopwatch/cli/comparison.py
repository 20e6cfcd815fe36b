"""Options that say how two editions are compared, bare CSV files included."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct

from interopwatch.cli.main import allows_private
from interopwatch.errors import DescriptorError
from interopwatch.loaders.resolve import is_table, opened_table
from interopwatch.package.tolerance import Tolerance, tolerance_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interopwatch.package.package import Package

_F = TypeVar("_F", bound="Callable[..., Any]")


class ComparisonOptions(Struct, frozen=True):
    """The options that say how two editions are compared.

    Attributes:
        key: The fields of the primary key: ``FIELD``, ``RESOURCE.FIELD`` or ``OLD=NEW``.
        delimiter: The delimiter of bare CSV files; empty if it is to be detected.
        encoding: Their encoding; empty for UTF-8.
        no_header: Whether their first record is not a header.
        ignored: The fields not to compare: ``FIELD`` or ``RESOURCE.FIELD``.
        only: The only fields to compare, likewise.
        tolerances: How much numbers may differ: ``FIELD=NUMBER`` or ``RESOURCE.FIELD=NUMBER``.
        ignore_case: Whether texts may differ in letter case.
        ignore_space: Whether texts may differ in white space.
    """

    key: tuple[str, ...]
    delimiter: str
    encoding: str
    no_header: bool
    ignored: tuple[str, ...]
    only: tuple[str, ...]
    tolerances: tuple[str, ...]
    ignore_case: bool
    ignore_space: bool

    def bare_tables(self, ctx: click.Context, old: str, new: str) -> tuple[Package, Package] | None:
        """Open two bare CSV files until the command ends; ``None`` if neither name is of one.

        Args:
            ctx: The command's context.
            old: The older side, as the user names it; empty if not named.
            new: The newer side; likewise.

        Raises:
            UsageError: Only one is a bare CSV file; or neither is, and options for CSV files are
                given.
            InteropwatchError: One cannot be read.
        """
        if is_table(old) and is_table(new):
            how: dict[str, Any] = {
                "delimiter": self.delimiter,
                "private": allows_private(ctx),
                "encoding": self.encoding or "utf-8",
                "numbers": self._numbers(),
                "header": not self.no_header,
            }
            parts = [part.partition("=")[::2] for part in self.key]
            return (
                ctx.with_resource(opened_table(old, [old_name for old_name, _ in parts], **how)),
                ctx.with_resource(
                    opened_table(new, [new_name or old_name for old_name, new_name in parts], **how)
                ),
            )
        for name, other in ((old, new), (new, old)):
            if is_table(name):
                problem = f"{other} is not" if other else "there is no other to compare it with"
                raise click.UsageError(
                    f"{name} is a bare CSV file, and {problem}. "
                    "Compare two CSV files, or two packages."
                )
        for option in ("delimiter", "encoding", "no_header"):
            if getattr(self, option):
                name = option.replace("_", "-")
                raise click.UsageError(f"--{name} is for two bare CSV files.")
        return None

    def _numbers(self) -> frozenset[str]:
        """Return the fields of a bare CSV file with a tolerance, which are numbers."""
        names = {text.rpartition("=")[0] for text in self.tolerances}
        return frozenset({*names, *(name.removeprefix("table.") for name in names)})

    def tolerances_by_resource(self, old: Package, new: Package) -> dict[str, Tolerance]:
        """Return the fields to ignore, or to compare within a tolerance, by resource.

        Raises:
            DescriptorError: A field is in no resource of either package, or a tolerance is invalid.
        """
        found: dict[str, Tolerance] = {}

        def add(option: str, name: str, tolerance: Callable[[str], Tolerance]) -> None:
            for resource, field in _fields(old, new, name, option):
                found[resource] = found.get(resource, Tolerance()) | tolerance(field)

        flags = (("case", self.ignore_case), ("space", self.ignore_space))
        if texts := " and ".join(word for word, is_set in flags if is_set):
            for name in (*old.descriptor.by_name, *new.descriptor.by_name):
                found[name] = Tolerance(texts=texts)
        for name in self.only:
            add("--only", name, lambda field: Tolerance(only=frozenset([field])))
        for name in self.ignored:
            add("--ignore", name, lambda field: Tolerance(ignored=frozenset([field])))
        for text in self.tolerances:
            name, equals, number = text.rpartition("=")
            if not equals:
                raise click.UsageError(f"--tolerance {text}: expected FIELD=NUMBER.")
            tolerance_of(number)
            add("--tolerance", name, _within(number))
        return found


def _within(number: str) -> Callable[[str], Tolerance]:
    return lambda field: Tolerance(tolerances={field: number})


def pass_comparison(command: Callable[..., Any]) -> Callable[..., Any]:
    """Pass :data:`key_option`, CSV and tolerance options to the command as one value, ``how``."""

    @wraps(command)
    def with_comparison(*args: Any, **given: Any) -> Any:  # noqa: ANN401 - what the command takes
        how = ComparisonOptions(
            **{name: given.pop(name) for name in ComparisonOptions.__struct_fields__}
        )
        return command(*args, how=how, **given)

    return with_comparison


def _by_position(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Return fields as given; for files without a header, resolve positions."""
    if not ctx.params.get("no_header"):
        return value
    return by_position(value, renamed=param.name == "key")


key_option = click.option(
    "--key",
    multiple=True,
    callback=_by_position,
    metavar="FIELD",
    help="A field of the primary key, for bare CSV files and resources that declare none; repeat "
    "for a compound key. RESOURCE.FIELD sets the key of one resource, even if it declares "
    "another; OLD=NEW names a field that was renamed.",
)


def csv_options(command: _F) -> _F:
    """Add the options for the dialect of bare CSV files."""
    delimiter = click.option(
        "--delimiter",
        default="",
        metavar="CHARACTER",
        help="The delimiter of bare CSV files.  [default: detected from the header (comma, "
        "semicolon, tab or vertical bar); a tab in .tsv]",
    )
    encoding = click.option(
        "--encoding",
        default="",
        metavar="NAME",
        help="The encoding of bare CSV files.  [default: utf-8]",
    )
    no_header = click.option(
        "--no-header",
        is_flag=True,
        is_eager=True,  # for the options that then take positions
        help="Bare CSV files have no header. Their fields are named field1, field2 and so on, and "
        "options take positions: --key 1,3 --tolerance 4=0.01.",
    )
    return delimiter(encoding(no_header(command)))


def tolerance_options(command: _F) -> _F:
    """Add the options for fields to ignore, or to compare within a tolerance."""
    ignore = click.option(
        "--ignore",
        "ignored",
        multiple=True,
        callback=_by_position,
        metavar="FIELD",
        help="Ignore this field; may be repeated. FIELD or RESOURCE.FIELD.",
    )
    tolerance = click.option(
        "--tolerance",
        "tolerances",
        multiple=True,
        callback=_by_position,
        metavar="FIELD=NUMBER",
        help="Treat numbers of this field as equal if they differ by at most this much: 0.01, or "
        "1% of the larger.",
    )
    only = click.option(
        "--only",
        multiple=True,
        callback=_by_position,
        metavar="FIELD",
        help="Compare only this field and the key; may be repeated. FIELD or RESOURCE.FIELD.",
    )
    case = click.option("--ignore-case", is_flag=True, help="Ignore differences in letter case.")
    space = click.option(
        "--ignore-space",
        is_flag=True,
        help="Ignore differences in the amount of white space between words or around them.",
    )
    return ignore(only(case(space(tolerance(command)))))


def by_position(texts: Sequence[str], *, renamed: bool = False) -> tuple[str, ...]:
    """Resolve positions, from 1, to the fields of files without a header.

    Args:
        texts: The values as given; one text may contain several positions, separated by commas.
        renamed: Whether the text after ``=`` is a position in the newer file.

    >>> by_position(["1,3", "2=1%", "table.4", "field5"])
    ('field1', 'field3', 'field2=1%', 'table.field4', 'field5')
    >>> by_position(["1=2"], renamed=True)
    ('field1=field2',)
    """
    # A comma always separates positions: such files have no names that could contain one.
    each = (part.strip() for text in texts for part in text.split(","))
    # A bare file is one resource with the name `table`. After `=` there is a position only in a
    # pair of names (`--key 1=2`); in a tolerance (`3=2`) it is a number.
    position = re.compile(r"(^|^table\.|=)(\d+)(?==|$)" if renamed else r"(^|^table\.)(\d+)(?==|$)")
    return tuple(position.sub(r"\1field\2", part) for part in each)


def _fields(old: Package, new: Package, name: str, option: str) -> list[tuple[str, str]]:
    """Return the resources and fields that FIELD or RESOURCE.FIELD matches."""
    found = []
    for each in {**old.descriptor.by_name, **new.descriptor.by_name}:
        sides = [p.descriptor.by_name[each] for p in (old, new) if each in p.descriptor.by_name]
        header = {field for side in sides for field in side.header}
        if name in header:
            found.append((each, name))
        elif name.startswith(f"{each}.") and name.removeprefix(f"{each}.") in header:
            found.append((each, name.removeprefix(f"{each}.")))
    if not found:
        raise DescriptorError(
            f"{option} {name}: no resource has such a field",
            hint="Give FIELD or RESOURCE.FIELD as the descriptor has them.",
        )
    return found
