"""Storage class analysis: what configurations may say, and the export that grows day by day."""

import csv
import datetime
import io
import json

import pytest
from support import control
from support.account import Account
from support.refusals import refused

COLUMNS = (
    "Date,ConfigId,Filter,StorageClass,ObjectAge,ObjectCount,DataUploaded_MB,Storage_MB,DataRetrieved_MB,GetRequestCount,"
    "CumulativeAccessRatio,ObjectAgeForSIATransition,RecommendedObjectAgeForSIATransition"
)


def configuration(bucket: str | None = None, id: str = "all", destination: dict | None = None, **changes) -> dict:
    to = {"Format": "CSV", "Bucket": f"arn:aws:s3:::{bucket}", **(destination or {})}
    exported = {"OutputSchemaVersion": "V_1", "Destination": {"S3BucketDestination": to}}
    return {"Id": id, "StorageClassAnalysis": {"DataExport": exported} if bucket else {}, **changes}


@pytest.fixture
def s3(aws):
    return aws.client("s3")


@pytest.fixture
def bucket(aws):
    return aws.bucket()


@pytest.fixture
def moving(own_server):
    """A server whose clock moves, and a bucket on it that takes its own exports."""
    server = own_server("--clock", "virtual")
    account = Account.create(server)
    s3, bucket = account.client("s3"), account.bucket()
    let_in(s3, bucket, account.id)

    def wait(days):
        now = control.ask(server.data, "clock-advance", seconds=int(days * 86_400))["now"]
        return datetime.datetime.fromisoformat(now.replace("Z", "+00:00")).strftime("%m-%d-%Y")

    return account, s3, bucket, wait


def let_in(s3, bucket: str, account: str) -> None:
    condition = {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}, "StringEquals": {"aws:SourceAccount": account}}
    allow = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*", "Condition": condition}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))


def put(s3, bucket: str, asked: dict) -> None:
    s3.put_bucket_analytics_configuration(Bucket=bucket, Id=asked["Id"], AnalyticsConfiguration=asked)


def test_configurations_are_kept_shown_and_listed(s3, bucket):
    get, delete = s3.get_bucket_analytics_configuration, s3.delete_bucket_analytics_configuration
    refused("NoSuchConfiguration", 404, get, Bucket=bucket, Id="all")
    refused("NoSuchConfiguration", 404, delete, Bucket=bucket, Id="all")
    both = {"And": {"Prefix": "p", "Tags": [{"Key": "a", "Value": "b"}]}}
    all = [
        configuration(id="a"),
        configuration(bucket, id="b", Filter={"Prefix": "p"}, destination={"Prefix": "x", "BucketAccountId": "111122223333"}),
        configuration(bucket, id="c", Filter=both),
        configuration(id="d", Filter={"Tag": {"Key": "k", "Value": "v"}}),
    ]
    for one in all:
        put(s3, bucket, one)
        assert get(Bucket=bucket, Id=one["Id"])["AnalyticsConfiguration"] == one
    listed = s3.list_bucket_analytics_configurations(Bucket=bucket)
    assert (listed["AnalyticsConfigurationList"], listed["IsTruncated"]) == (all, False)
    refused("InvalidArgument", 400, s3.list_bucket_analytics_configurations, Bucket=bucket, ContinuationToken="x")
    delete(Bucket=bucket, Id="b")
    refused("NoSuchConfiguration", 404, get, Bucket=bucket, Id="b")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("MalformedXML", {"Id": "another"}),
        ("InvalidConfigId", {"Id": ""}),
        ("InvalidConfigId", {"Id": "i" * 65}),
        ("InvalidConfigId", {"Id": "a b"}),
        ("InvalidS3DestinationBucket", {"destination": {"Bucket": "bucket"}}),
        ("MalformedXML", {"destination": {"Format": "ORC"}}),
        ("MalformedXML", {"StorageClassAnalysis": {"DataExport": {"OutputSchemaVersion": "V_2", "Destination": {"S3BucketDestination": {"Format": "CSV", "Bucket": "arn:aws:s3:::b"}}}}}),
    ],
)
def test_what_cannot_be(s3, bucket, code, changes):
    asked = configuration(bucket, **changes)
    refused(code, 400, s3.put_bucket_analytics_configuration, Bucket=bucket, Id="all", AnalyticsConfiguration=asked)


def test_who_may(aws, s3, bucket):
    put(s3, bucket, configuration())

    def user(action):
        allow = {"Effect": "Allow", "Action": f"s3:{action}AnalyticsConfiguration", "Resource": f"arn:aws:s3:::{bucket}"}
        return aws.user({"Version": "2012-10-17", "Statement": [allow]}).client("s3")

    reader, writer, named = user("Get"), user("Put"), {"Bucket": bucket, "Id": "all"}
    reader.get_bucket_analytics_configuration(**named)
    reader.list_bucket_analytics_configurations(Bucket=bucket)
    refused("AccessDenied", 403, reader.delete_bucket_analytics_configuration, **named)
    refused("AccessDenied", 403, writer.get_bucket_analytics_configuration, **named)
    put(writer, bucket, configuration())
    writer.delete_bucket_analytics_configuration(**named)


def test_the_export_tells_of_each_day_what_lies_where(moving):
    account, s3, bucket, wait = moving
    mebibyte = b"x" * 1_048_576
    put(s3, bucket, configuration(bucket, Filter={"Prefix": "k"}, destination={"Prefix": "analyses"}))
    s3.put_object(Bucket=bucket, Key="k/1", Body=mebibyte)
    s3.put_object(Bucket=bucket, Key="k/small", Body=b"x" * 1024)
    s3.put_object(Bucket=bucket, Key="k/rare", Body=mebibyte, StorageClass="STANDARD_IA")
    s3.put_object(Bucket=bucket, Key="else", Body=mebibyte)
    key = f"analyses/{bucket}/all/analysis.csv"

    def export():
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        assert text.splitlines()[0] == COLUMNS
        return [tuple(row.values()) for row in csv.DictReader(io.StringIO(text))]

    assert s3.list_objects_v2(Bucket=bucket, Prefix="analyses")["KeyCount"] == 0
    first = wait(0.9999)

    def day(date, age, uploaded):
        begin, nothing, no_read = (date, "all", "prefix=k"), ("0.000000", "0", "0.000000", "", ""), ("0.000000", "0", "", "", "")
        return [
            (*begin, "STANDARD", age, "", "", "1.000000", *nothing),
            (*begin, "STANDARD", "ALL", "2", uploaded[0], "1.000977", *no_read),
            (*begin, "STANDARD_IA", age, "", "", "1.000000", *nothing),
            (*begin, "STANDARD_IA", "ALL", "1", uploaded[1], "1.000000", *no_read),
        ]

    assert export() == day(first, "000-014", ("1.000977", "1.000000"))
    second = wait(20)
    assert export() == day(first, "000-014", ("1.000977", "1.000000")) + day(second, "015-029", ("0.000000", "0.000000"))
    s3.delete_bucket_analytics_configuration(Bucket=bucket, Id="all")
    put(s3, bucket, configuration(bucket, id="tagged", Filter={"Tag": {"Key": "a", "Value": "b"}}))
    s3.put_object(Bucket=bucket, Key="t", Body=mebibyte, Tagging="a=b")
    third = wait(1)
    text = s3.get_object(Bucket=bucket, Key=f"{bucket}/tagged/analysis.csv")["Body"].read().decode()
    assert text.splitlines()[-1].startswith(f"{third},tagged,tag:a=b,STANDARD,ALL,1,")


def test_the_export_tells_what_was_read(moving):
    """GetObject alone, of what the filter holds, by class and age; small objects in the sum alone. Over a restart too."""
    account, s3, bucket, wait = moving
    put(s3, bucket, configuration(bucket, Filter={"Prefix": "k"}, destination={"Prefix": "analyses"}))
    s3.put_object(Bucket=bucket, Key="k/1", Body=b"x" * 1_048_576)
    s3.put_object(Bucket=bucket, Key="k/small", Body=b"x" * 1024)
    s3.put_object(Bucket=bucket, Key="k/rare", Body=b"x" * 1_048_576, StorageClass="STANDARD_IA")
    s3.put_object(Bucket=bucket, Key="else", Body=b"x" * 1_048_576)

    def get(key: str, **more) -> None:
        s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()

    for key in ("k/1", "k/1", "k/small", "k/rare", "else"):
        get(key)
    s3.head_object(Bucket=bucket, Key="k/1")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k/1")
    account.server.stop()
    account.server.start()
    s3 = account.client("s3")
    get("k/1", Range="bytes=0-524287")
    refused("304", 304, s3.get_object, Bucket=bucket, Key="k/1", IfNoneMatch=s3.head_object(Bucket=bucket, Key="k/1")["ETag"])

    def read(date: str) -> dict[tuple[str, str], tuple[str, str, str]]:
        text = s3.get_object(Bucket=bucket, Key=f"analyses/{bucket}/all/analysis.csv")["Body"].read().decode()
        columns = ("DataRetrieved_MB", "GetRequestCount", "CumulativeAccessRatio")
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["Date"] == date]
        return {(row["StorageClass"], row["ObjectAge"]): tuple(row[name] for name in columns) for row in rows}

    assert read(wait(0.9999)) == {
        ("STANDARD", "000-014"): ("2.500000", "3", "2.500000"),
        ("STANDARD", "ALL"): ("2.500977", "4", ""),
        ("STANDARD_IA", "000-014"): ("1.000000", "1", "1.000000"),
        ("STANDARD_IA", "ALL"): ("1.000000", "1", ""),
    }
    get("k/1")
    second = read(wait(1))
    assert second["STANDARD", "000-014"] == ("1.000000", "1", "3.500000")
    assert second["STANDARD_IA", "000-014"] == ("0.000000", "0", "1.000000")


def test_nothing_comes_where_nothing_is_exported_or_nobody_let_s3_in(moving):
    account, s3, bucket, wait = moving
    put(s3, bucket, configuration(id="quiet"))
    put(s3, bucket, configuration(bucket, id="foreign", destination={"BucketAccountId": "111122223333"}))
    wait(1)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    put(s3, bucket, configuration(bucket, id="out"))
    let_in(s3, bucket, "111122223333")
    wait(1)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
