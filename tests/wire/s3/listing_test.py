"""Listings: order, prefixes, delimiters and pages, in both versions."""

import pytest
from botocore.exceptions import ClientError

KEYS = ["a/1", "a/2", "b", "c/d/1", "c/e", "f g", "ü+&"]


@pytest.fixture
def bucket(aws, s3):
    name = aws.bucket()
    for key in KEYS:
        s3.put_object(Bucket=name, Key=key, Body=b"1234")
    return name


def keys(answer):
    return [one["Key"] for one in answer.get("Contents", [])]


def prefixes(answer):
    return [one["Prefix"] for one in answer.get("CommonPrefixes", [])]


def test_all_keys_in_order(s3, bucket):
    answer = s3.list_objects_v2(Bucket=bucket)
    assert keys(answer) == KEYS
    assert answer["KeyCount"] == len(KEYS)
    assert answer["IsTruncated"] is False
    first = answer["Contents"][0]
    assert (first["Size"], first["StorageClass"], first["ChecksumType"]) == (4, "STANDARD", "FULL_OBJECT")
    assert "Owner" not in first
    assert "Owner" in s3.list_objects_v2(Bucket=bucket, FetchOwner=True)["Contents"][0]


def test_a_delimiter_rolls_up(s3, bucket):
    answer = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert (keys(answer), prefixes(answer)) == (["b", "f g", "ü+&"], ["a/", "c/"])
    assert answer["KeyCount"] == 5
    answer = s3.list_objects_v2(Bucket=bucket, Delimiter="/", Prefix="c/")
    assert (keys(answer), prefixes(answer)) == (["c/e"], ["c/d/"])


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
def test_pages_give_everything_once(s3, bucket, operation, size):
    found = []
    for page in s3.get_paginator(operation).paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": size}):
        assert len(keys(page)) + len(prefixes(page)) <= size
        found += prefixes(page) + keys(page)
    assert sorted(found) == sorted(["a/", "b", "c/", "f g", "ü+&"])
    plain = s3.get_paginator(operation).paginate(Bucket=bucket, PaginationConfig={"PageSize": size})
    assert [key for page in plain for key in keys(page)] == KEYS


def test_a_start_is_exclusive(s3, bucket):
    assert keys(s3.list_objects_v2(Bucket=bucket, StartAfter="b")) == KEYS[3:]
    assert keys(s3.list_objects(Bucket=bucket, Marker="b")) == KEYS[3:]


def test_a_page_of_none(s3, bucket):
    answer = s3.list_objects_v2(Bucket=bucket, MaxKeys=0)
    assert (keys(answer), answer["IsTruncated"], answer["MaxKeys"]) == ([], False, 0)


def test_a_token_belongs_to_its_list(s3, bucket):
    token = s3.list_objects_v2(Bucket=bucket, MaxKeys=1)["NextContinuationToken"]
    for wrong in ({"ContinuationToken": "abc"}, {"ContinuationToken": token, "Prefix": "a"}):
        with pytest.raises(ClientError) as raised:
            s3.list_objects_v2(Bucket=bucket, **wrong)
        assert raised.value.response["Error"]["Code"] == "InvalidArgument"


def test_a_list_of_a_missing_bucket(s3, aws):
    with pytest.raises(ClientError) as raised:
        s3.list_objects_v2(Bucket=aws.name("gone"))
    assert raised.value.response["Error"]["Code"] == "NoSuchBucket"
