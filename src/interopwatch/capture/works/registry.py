"""The works that capture can read. A new work is declared in its own file and listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.works.essay import ESSAY
from interopwatch.capture.works.mcc.page import MCC
from interopwatch.capture.works.pii.page import PII

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.works.work import Work

WORKS: Final[Mapping[str, Work]] = {work.id: work for work in (PII, MCC, ESSAY)}
