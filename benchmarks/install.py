"""Measure installs, plain and with each extra: processor seconds, size, distributions.

Each is installed into its own environment by pip from its cache of wheels, so that the network is
not measured. Prints the table in docs/install.md.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
LIST: Final = (
    "import importlib.metadata as m; print(*{d.name for d in m.distributions()} - {'pip'})"
)


def main() -> None:
    """Measure and print."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = ("", *project["optional-dependencies"]) if len(sys.argv) == 1 else sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="interopwatch-install-") as name:
        folder = Path(name)
        wheel = build(folder)
        say("| install | seconds | MB | distributions |\n|---|---:|---:|---:|")
        for each in extras:
            label = f"interopwatch[{each}]" if each else "interopwatch"
            try:
                seconds, size, number = measured(folder / f"at-{each}", wheel, each)
            except subprocess.CalledProcessError:
                say(f"| `{label}` | cannot be installed here | | |")
                continue
            say(f"| `{label}` | {seconds:.0f} | {size:.0f} | {number} |")


def say(line: str) -> None:
    """Print a line immediately, since the next may take long."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def build(folder: Path) -> Path:
    """Build the wheel of this library."""
    command = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder))
    subprocess.run((*command, str(ROOT)), check=True)
    return next(folder.glob("*.whl"))


def measured(place: Path, wheel: Path, extra: str) -> tuple[float, float, int]:
    """Return processor seconds, megabytes and distributions of an install, without pip itself."""
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    before = size(place)
    wanted = f"{wheel}[{extra}]" if extra else str(wheel)
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run((*pip, "--dry-run", wanted), check=True, stderr=subprocess.DEVNULL)
    begin = spent()
    subprocess.run((*pip, wanted), check=True)
    seconds = spent() - begin
    names = subprocess.run((str(python), "-c", LIST), check=True, capture_output=True, text=True)
    held = set(names.stdout.split()) - {"setuptools"}
    return seconds, (size(place) - before) / 1e6, len(held)


def spent() -> float:
    """Return the processor time of all commands run so far, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def size(folder: Path) -> int:
    """Return the size of all files in a folder, in bytes."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir())


if __name__ == "__main__":
    main()
