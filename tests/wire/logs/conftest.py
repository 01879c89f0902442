"""The journal that every test of the logs writes to."""

import pytest
from support import logs


@pytest.fixture
def journal(aws):
    """A log group with one stream, and how to write to it."""
    return logs.Journal(aws)
