"""What the tests of SageMaker stand on."""

import pytest

from support.training import Training


@pytest.fixture
def training(aws):
    return Training(aws)
