"""The colours of pictures, for light and dark backgrounds."""

from __future__ import annotations

from typing import Final

LIGHT: Final = {
    "ink": "#1c1c1a",
    "muted": "#5d5b55",
    "quiet": "#9b978e",
    "pale": "#cfcbc1",
    "faint": "#e9e5dc",
    "paper": "#fdfcf9",
    "accent": "#005a6e",
}
"""The colours on light paper, by name. They differ in lightness, so that colour-blind readers and
grey printers can distinguish them. Accent and muted have a contrast above 6:1 on paper; WCAG 2.2
requires 4.5:1."""
DARK: Final = {
    "ink": "#e9e6df",
    "muted": "#aaa69d",
    "quiet": "#7d7a72",
    "pale": "#4f4e4a",
    "faint": "#2b2e30",
    "paper": "#141617",
    "accent": "#7fc9d6",
}
"""The same on dark paper."""


def style(scope: str = "svg") -> str:
    """Return CSS that gives pictures the colours for dark paper.

    Args:
        scope: The selector of the pictures on the page.
    """
    return "\n".join(
        f'{scope} [{attribute}="{LIGHT[name]}"] {{ {attribute}: {DARK[name]}; }}'
        for name in LIGHT
        for attribute in ("fill", "stroke", "stop-color")
    )
