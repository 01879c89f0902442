"""Permissions: each operation asks for its own action, and what may not be listed is not said to be missing."""

import pytest
from botocore.exceptions import ClientError


def allow(*statements):
    listed = [{"Effect": "Allow", "Action": actions, "Resource": resource} for actions, resource in statements]
    return {"Version": "2012-10-17", "Statement": listed}


def denied(call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return raised.value.response["Error"]


@pytest.fixture
def bucket(aws):
    name = aws.bucket()
    aws.client("s3").put_object(Bucket=name, Key="in/k", Body=b"a")
    aws.client("s3").put_object(Bucket=name, Key="out/k", Body=b"b", Tagging="t=1")
    return name


def test_reading_one_prefix(aws, bucket):
    reader = aws.user(allow(("s3:GetObject", f"arn:aws:s3:::{bucket}/in/*"))).client("s3")
    assert reader.get_object(Bucket=bucket, Key="in/k")["Body"].read() == b"a"
    denied(reader.get_object, Bucket=bucket, Key="out/k")
    denied(reader.put_object, Bucket=bucket, Key="in/k", Body=b"")
    denied(reader.delete_object, Bucket=bucket, Key="in/k")
    error = denied(reader.list_objects_v2, Bucket=bucket)
    assert error["Code"] == "AccessDenied"
    assert "s3:ListBucket" in error["Message"]


def test_a_missing_key_is_hidden_from_who_may_not_list(aws, bucket):
    reader = aws.user(allow(("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))).client("s3")
    assert denied(reader.get_object, Bucket=bucket, Key="gone")["Code"] == "AccessDenied"
    lister = allow(("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), ("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    with pytest.raises(ClientError) as raised:
        aws.user(lister).client("s3").get_object(Bucket=bucket, Key="gone")
    assert raised.value.response["Error"]["Code"] == "NoSuchKey"


def test_a_copy_needs_its_source(aws, bucket):
    writer = aws.user(allow(("s3:PutObject", f"arn:aws:s3:::{bucket}/*"), ("s3:GetObject", f"arn:aws:s3:::{bucket}/in/*")))
    s3 = writer.client("s3")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "in/k"})
    denied(s3.copy_object, Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "out/k"})


def test_tags_need_their_own_action(aws, bucket):
    s3 = aws.user(allow(("s3:PutObject", f"arn:aws:s3:::{bucket}/*"))).client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    denied(s3.put_object, Bucket=bucket, Key="k", Body=b"", Tagging="t=1")


def test_each_key_of_many_is_asked_for(aws, bucket):
    s3 = aws.user(allow(("s3:DeleteObject", f"arn:aws:s3:::{bucket}/in/*"))).client("s3")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "in/k"}, {"Key": "out/k"}]})
    assert [one["Key"] for one in answer["Deleted"]] == ["in/k"]
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [("out/k", "AccessDenied")]


def test_listing_one_prefix(aws, bucket):
    policy = allow(("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    policy["Statement"][0]["Condition"] = {"StringLike": {"s3:prefix": "in/*"}}
    s3 = aws.user(policy).client("s3")
    assert s3.list_objects_v2(Bucket=bucket, Prefix="in/")["KeyCount"] == 1
    denied(s3.list_objects_v2, Bucket=bucket, Prefix="out/")
    denied(s3.list_objects_v2, Bucket=bucket)


def test_the_top_of_a_bucket_is_listed_by_an_empty_prefix(aws, bucket):
    """As AWS's guide has it for home folders: who may list the top asks for it with a prefix that is empty."""
    condition = {"StringLike": {"s3:prefix": ["", "in/*"]}}
    statement = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}", "Condition": condition}
    reader = aws.user({"Version": "2012-10-17", "Statement": statement}).client("s3")
    top = reader.list_objects_v2(Bucket=bucket, Prefix="", Delimiter="/")
    assert [one["Prefix"] for one in top["CommonPrefixes"]] == ["in/", "out/"]
    assert reader.list_objects_v2(Bucket=bucket, Prefix="in/")["KeyCount"] == 1
    denied(reader.list_objects_v2, Bucket=bucket, Prefix="out/")
    denied(reader.list_objects_v2, Bucket=bucket)
