"""What makes it unsure that a sentence states what it seems to: hearsay, conditions, denial.

A sentence with these may hold the very words of a fact, and is left to a person.
"""

from __future__ import annotations

import re
from typing import Final

_HEARSAY: Final = (
    r"\b(?:said|says|told|claims?|claimed|alleges|alleged|allegedly|reportedly|rumou?rs?|rumou?red"
    r"|purportedly|supposedly|[Rr]eports? (?:that|of))\b"
    r"|\b[Aa]ccording to (?:reports?|media|officials?|sources|the press|(?:an?|one) )"
)
_UNSURE: Final = (
    r"\b(?:if|unless|whether|would|could|might|may(?! \d| «)|should|cannot|not|never|nor|neither"
    r"|no longer|without|formerly|denie[sd]|propose[sd]?|hope[sd]?|wants?|wished?|wishes"
    r"|consider(?:s|ed|ing)?|applied|applies|invited|discuss(?:es|ed|ing)?|until|suspended|revoked"
    r"|postponed|cancell?ed|temporarily|provisionally|previously|initially|originally|rather than"
    r"|instead)\b|n['’]t\b"
)
_IS_HEARSAY: Final = re.compile(_HEARSAY)
_IS_UNSURE: Final = re.compile(_UNSURE, re.IGNORECASE)


def is_hearsay(text: str) -> bool:
    """Whether a sentence only reports what somebody says.

    >>> is_hearsay("“Italy joined”, a spokesman said."), is_hearsay("Italy joined.")
    (True, False)
    """
    return _IS_HEARSAY.search(text) is not None


def is_doubted(text: str) -> bool:
    """Whether a sentence states nothing for sure.

    >>> is_doubted("It is not led by Norway."), is_doubted("It may be."), is_doubted("In May 2031.")
    (True, True, False)
    """
    return is_hearsay(text) or _IS_UNSURE.search(text) is not None
