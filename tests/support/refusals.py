"""What a call must be refused with."""

import pytest
from botocore.exceptions import ClientError


def refused(code: str, status: int, call, **arguments) -> dict:
    """The whole answer of a call that must end with this error code and HTTP status."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    answer = raised.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    return answer


def words(code: str, status: int, call, **arguments) -> str:
    """The message of such an answer."""
    return refused(code, status, call, **arguments)["Error"]["Message"]
