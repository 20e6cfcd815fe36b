"""Sites that several tests examine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_site import Built, built

if TYPE_CHECKING:
    from interopwatch import Store


@pytest.fixture(scope="session")
def shipped_site(shipped: Store) -> Built:
    """The site of the data that ships with the library."""
    return built(shipped)
