"""The worker process that draws Vega-Lite specifications, so that drawing can be stopped.

It reads lines of JSON, ``{"spec": …, "version": …, "scale": …}``, and answers each with a line:
``{"drawn": …}``, SVG or, if there is a scale, PNG in Base64; or ``{"refused": …}``. Its first
argument is the folder in which vl-convert is installed.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any, Final

MEMORY: Final = 2 << 30
"""Bytes that drawing may take, if the system can limit them: 2,000 marks take 0.1 GiB."""
SECONDS: Final = 5
"""Processor seconds for a picture, likewise: 0.02 are usual, and 50,000 marks take 3."""


def draw(request: dict[str, Any]) -> str:
    """Draw the requested picture.

    Raises:
        ValueError: The specification cannot be drawn.
    """
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(
        # Nothing is loaded from disk or network, whatever the specification says.
        request["spec"],
        vl_version=request["version"],
        allowed_base_urls=[],
    )
    if not request["scale"]:
        return svg
    png: bytes = vl_convert.svg_to_png(svg, scale=request["scale"])
    return base64.b64encode(png).decode("ascii")


def main() -> None:
    """Draw until the input ends."""
    sys.path.append(sys.argv[1])
    try:
        import resource
    except ImportError:  # Windows has no such limits
        resource = None  # type: ignore[assignment]
    if resource is not None:
        # Not the address space, of which the drawing engine reserves much more than it uses.
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    for line in sys.stdin.buffer:
        if resource is not None:
            # The limit counts from the start of the process, so each picture moves it.
            used = resource.getrusage(resource.RUSAGE_SELF)
            most = int(used.ru_utime + used.ru_stime) + SECONDS + 1
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        try:
            answer = {"drawn": draw(json.loads(line))}
        except BaseException as error:  # noqa: BLE001 - what Rust panics with is no Exception
            answer = {"refused": (str(error).strip().splitlines() or [type(error).__name__])[0]}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
