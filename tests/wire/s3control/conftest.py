"""Fixtures of the tests of S3 Control: names that resolve, a client, batch jobs of an account."""

import pytest
from support.account import Account
from support.batch import Batch
from support.resolving import local_names


@pytest.fixture(scope="package", autouse=True)
def names():
    with local_names():
        yield


@pytest.fixture
def control(aws):
    return aws.client("s3control")


@pytest.fixture
def batch(aws):
    return Batch(aws)


@pytest.fixture
def stranger(server):
    return Account.create(server)
