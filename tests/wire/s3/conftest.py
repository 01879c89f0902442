"""Fixtures of the tests of S3: a client, a bucket of the test's own, and an account that is not its owner."""

import pytest
from support.account import Account


@pytest.fixture
def s3(aws):
    return aws.client("s3")


@pytest.fixture
def bucket(aws):
    return aws.bucket()


@pytest.fixture
def stranger(server):
    return Account.create(server)
