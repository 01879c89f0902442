"""The gauge that every test of the metrics puts into and reads from."""

import pytest
from support.metrics import Gauge


@pytest.fixture
def gauge(aws):
    return Gauge(aws)
