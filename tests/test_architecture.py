"""The rooms of the package, and what each may import."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import interopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOURCE: Final = Path(interopwatch.__file__).parent
TOP: Final = ("errors", "extras", "findings", "text", "file_names", "files", "updates")
ROOMS: Final = (
    "package",
    "changeset",
    "compare",
    "loaders",
    "timeline",
    "report",
    "validation",
    "capture",
    "export",
    "site",
    "cli",
)
"""Each room may import from itself, from those before it, and from the top files."""

WAYS_OUT: Final = ("cli.streams", "cli.output", "cli")
"""Modules that may write to a stream; ``cli`` itself prints its version before any import."""
UNGUARDED: Final = (
    "click.echo", "click.secho", "click.echo_via_pager", "print", "sys.stdout.write",
    "sys.stdout.buffer", "sys.stderr.write", "sys.stderr.buffer", "traceback.print_exc",
)  # fmt: skip
"""Calls that write their arguments to a stream unescaped."""


def modules() -> dict[str, Path]:
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = file
    return found


MODULES: Final = modules()


def nodes(file: Path) -> Iterator[ast.AST]:
    """Yield all nodes of a module."""
    return ast.walk(ast.parse(file.read_text("utf-8")))


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Return the package's modules that a module imports, including in functions and for types."""
    return tuple(_imports(file))


def _imports(file: Path) -> Iterator[str]:
    for node in nodes(file):
        if isinstance(node, ast.Import):
            yield from (own(alias.name) for alias in node.names if is_own(alias.name))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            if node.module and is_own(node.module):
                home = own(node.module)
                for alias in node.names:
                    inner = f"{home}.{alias.name}".strip(".")
                    yield inner if inner in MODULES else home


def is_own(name: str) -> bool:
    return name.partition(".")[0] == "interopwatch"


def own(name: str) -> str:
    return name.removeprefix("interopwatch").lstrip(".")


def floor(module: str) -> int:
    """Return the level of a module: top files lowest, ``__init__`` and ``__main__`` highest."""
    room = module.partition(".")[0]
    if room in TOP:
        return 0
    return ROOMS.index(room) + 1 if room in ROOMS else len(ROOMS) + 1


def test_every_module_stands_in_a_room() -> None:
    assert {name.partition(".")[0] for name in MODULES} == {"", "__main__", *TOP, *ROOMS}


def test_no_room_imports_from_one_above_it() -> None:
    wrong = [
        f"{module} -> {target}"
        for module, file in MODULES.items()
        for target in imports(file)
        # The package itself lists every public value, and its version.
        if target and floor(target) > floor(module)
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not even for types or in functions: each module can be read after those it names."""
    graph = {
        module: {target for target in imports(file) if target}
        for module, file in MODULES.items()
        if module
    }
    assert circle(graph) == []


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return modules that import each other in a cycle, if there are any."""
    done: set[str] = set()

    def walk(module: str, way: tuple[str, ...]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module in done:
            return []
        for target in sorted(graph.get(module, ())):
            if found := walk(target, (*way, module)):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := walk(module, ()))), [])


OPENS: Final = {
    "files": "the helper itself",
    "loaders.zip": "reads no more at once than it is told, of an archive that is a regular file",
    "report.pictures": "specifications that are installed with this library",
    "capture.english.phrases": "phrases that are installed with this library",
    "findings": "a catalogue that is installed with this library",
    "validation.profiles": "schemas that are installed with this library",
}
"""Modules that open files by other means than :mod:`interopwatch.files`, with the reason."""


def test_files_to_read_are_opened_by_one_helper() -> None:
    """It refuses pipes and devices, for which any other way of opening would wait."""
    wrong = {
        f"{module}:{node.lineno}"
        for module, file in MODULES.items()
        for node in nodes(file)
        if isinstance(node, ast.Call) and module not in OPENS and is_opening(node)
    }
    assert wrong == set()


def is_opening(call: ast.Call) -> bool:
    """Return whether a call opens a file for reading; a mode with w or x shows that it does not."""
    name = ast.unparse(call.func)
    if name.endswith((".read_bytes", "FileIO")) or name in ("open", "os.open", "io.open"):
        return True
    if name.endswith(".read_text") or not name.endswith(".open"):
        return name.endswith(".read_text")
    modes = [each.value for each in call.args if isinstance(each, ast.Constant)]
    reads = any(isinstance(mode, str) and "r" in mode for mode in modes)
    return reads or (not call.args and name not in ("interopwatch.open", "iw.open"))


def test_no_room_is_named_like_a_public_name() -> None:
    """Otherwise the name would be the package or its content, whichever was imported last."""
    names = set(interopwatch.__all__)
    assert names.isdisjoint(name.partition(".")[0] for name in MODULES)


def test_a_module_can_be_imported_by_its_path() -> None:
    assert import_module("interopwatch.compare.rows").__name__ == "interopwatch.compare.rows"


def test_public_names_load_when_they_are_asked_for() -> None:
    code = (
        "import sys, interopwatch\n"
        "print(*(n for n in sys.modules if n.startswith('interopwatch.')))\n"
        "for name in interopwatch.__all__: getattr(interopwatch, name)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_commands_say_all_through_one_way_out() -> None:
    """Other output would reach terminals and logs with the commands that data contains."""
    wrong = [
        f"{module}: {ast.unparse(node)}"
        for module, file in MODULES.items()
        if floor(module) >= floor("cli") and module not in WAYS_OUT
        for node in nodes(file)
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in UNGUARDED
    ]
    assert wrong == []


def test_the_names_that_a_notebook_completes_are_all_public_names() -> None:
    assert set(interopwatch.__all__) <= set(dir(interopwatch))
