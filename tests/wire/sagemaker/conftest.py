"""What the tests of SageMaker stand on."""

import pytest

from support.built_ins import BuiltIns
from support.training import Training


@pytest.fixture
def training(aws):
    return Training(aws)


@pytest.fixture
def built_in(aws):
    return BuiltIns(aws)
