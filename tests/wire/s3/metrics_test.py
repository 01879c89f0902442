"""Metrics configurations and what they make CloudWatch show: request metrics by the minute, storage by the day."""

import pytest
from support import server as servers
from support.refusals import refused
from support.watched import Watched


@pytest.fixture
def watched(own_server):
    return Watched.create(own_server("--clock", "virtual"))


@pytest.fixture
def s3(aws):
    return aws.client("s3")


def configure(s3, bucket: str, id: str, filter: dict | None = None) -> None:
    configuration = {"Id": id, **({"Filter": filter} if filter else {})}
    s3.put_bucket_metrics_configuration(Bucket=bucket, Id=id, MetricsConfiguration=configuration)


def test_configurations_are_kept_shown_and_forgotten(aws, s3):
    bucket = aws.bucket()
    refused("NoSuchConfiguration", 404, s3.get_bucket_metrics_configuration, Bucket=bucket, Id="m")
    point = f"arn:aws:s3:us-east-1:{aws.id}:accesspoint/ap"
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    for filter in (None, {"Prefix": "p/"}, {"Tag": tags[0]}, {"AccessPointArn": point}, {"And": {"Prefix": "p", "Tags": tags, "AccessPointArn": point}}):
        configure(s3, bucket, "m", filter)
        shown = s3.get_bucket_metrics_configuration(Bucket=bucket, Id="m")["MetricsConfiguration"]
        assert shown == {"Id": "m", **({"Filter": filter} if filter else {})}
    s3.delete_bucket_metrics_configuration(Bucket=bucket, Id="m")
    refused("NoSuchConfiguration", 404, s3.delete_bucket_metrics_configuration, Bucket=bucket, Id="m")


def test_wrong_configurations(aws, s3):
    bucket = aws.bucket()

    def refusal(code: str, id: str, configuration: dict) -> None:
        refused(code, 400, s3.put_bucket_metrics_configuration, Bucket=bucket, Id=id, MetricsConfiguration=configuration)

    refusal("MalformedXML", "a", {"Id": "b"})
    refusal("MalformedXML", "a b", {"Id": "a b"})
    refusal("MalformedXML", "i" * 65, {"Id": "i" * 65})
    refusal("InvalidConfigurationId", "", {"Id": "a"})
    refusal("MalformedXML", "a", {"Id": "a", "Filter": {"Prefix": "p", "Tag": {"Key": "k", "Value": "v"}}})
    refusal("MalformedXML", "a", {"Id": "a", "Filter": {"And": {"Prefix": "p"}}})
    refusal("InvalidArgument", "a", {"Id": "a", "Filter": {"AccessPointArn": "arn:aws:s3:::b"}})
    configure(s3, bucket, "i" * 64)


def test_pages_of_configurations(aws, s3):
    bucket = aws.bucket()
    for number in range(120):
        configure(s3, bucket, f"m{number:03}")
    first = s3.list_bucket_metrics_configurations(Bucket=bucket)
    assert first["IsTruncated"] and len(first["MetricsConfigurationList"]) == 100
    second = s3.list_bucket_metrics_configurations(Bucket=bucket, ContinuationToken=first["NextContinuationToken"])
    assert not second["IsTruncated"] and second["ContinuationToken"] == first["NextContinuationToken"]
    ids = [one["Id"] for page in (first, second) for one in page["MetricsConfigurationList"]]
    assert ids == [f"m{number:03}" for number in range(120)]
    refused("InvalidArgument", 400, s3.list_bucket_metrics_configurations, Bucket=bucket, ContinuationToken="wrong")
    assert "MetricsConfigurationList" not in s3.list_bucket_metrics_configurations(Bucket=aws.bucket())


def test_a_bucket_has_a_thousand_configurations_at_most(aws, s3):
    bucket = aws.bucket()
    for number in range(1000):
        configure(s3, bucket, f"m{number:04}")
    refused("TooManyConfigurations", 400, s3.put_bucket_metrics_configuration, Bucket=bucket, Id="one", MetricsConfiguration={"Id": "one"})
    configure(s3, bucket, "m0000", {"Prefix": "again"})


def test_who_may_configure(aws, s3):
    bucket = aws.bucket()
    action = {"Effect": "Allow", "Action": "s3:GetMetricsConfiguration", "Resource": f"arn:aws:s3:::{bucket}"}
    user = aws.user({"Version": "2012-10-17", "Statement": [action]}).client("s3")
    assert not user.list_bucket_metrics_configurations(Bucket=bucket)["IsTruncated"]
    refused("AccessDenied", 403, user.put_bucket_metrics_configuration, Bucket=bucket, Id="m", MetricsConfiguration={"Id": "m"})


def test_requests_are_counted_by_kind(watched):
    s3, bucket = watched.s3, watched.bucket
    configure(s3, bucket, "all")
    s3.put_object(Bucket=bucket, Key="k", Body=b"b" * 1000)
    s3.put_object(Bucket=bucket, Key="j", Body=b"b" * 500)
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    refused("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key="none")
    s3.head_object(Bucket=bucket, Key="k")
    s3.list_objects_v2(Bucket=bucket)
    s3.create_multipart_upload(Bucket=bucket, Key="m")
    s3.delete_object(Bucket=bucket, Key="j")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})
    watched.wait()

    def total(metric: str, statistic: str = "Sum") -> float:
        return sum(watched.statistic(metric, statistic, FilterId="all"))

    counts = {"AllRequests": 10, "PutRequests": 2, "GetRequests": 2, "HeadRequests": 1, "ListRequests": 1, "PostRequests": 1, "DeleteRequests": 2}
    assert {name: total(name) for name in counts} == counts
    assert total("4xxErrors") == 1 and total("5xxErrors") == 0 and total("4xxErrors", "SampleCount") == 10
    assert total("BytesUploaded") >= 1500 and max(watched.statistic("BytesUploaded", "Maximum", FilterId="all")) == 1000
    assert total("BytesDownloaded") > 1000
    assert total("FirstByteLatency", "SampleCount") == total("TotalRequestLatency", "SampleCount") == 10
    assert total("TotalRequestLatency") >= total("FirstByteLatency") > 0
    listed = watched.account.client("cloudwatch").list_metrics(Namespace="AWS/S3", MetricName="AllRequests")["Metrics"]
    assert [one["Dimensions"] for one in listed] == [[{"Name": "BucketName", "Value": bucket}, {"Name": "FilterId", "Value": "all"}]]


def test_filters_choose_by_prefix_and_tags(watched):
    s3, bucket = watched.s3, watched.bucket
    configure(s3, bucket, "prefix", {"Prefix": "docs/"})
    configure(s3, bucket, "tag", {"Tag": {"Key": "kind", "Value": "note"}})
    configure(s3, bucket, "both", {"And": {"Prefix": "docs/", "Tags": [{"Key": "kind", "Value": "note"}]}})
    s3.put_object(Bucket=bucket, Key="docs/1", Body=b"", Tagging="kind=note")
    s3.put_object(Bucket=bucket, Key="docs/2", Body=b"")
    s3.put_object(Bucket=bucket, Key="other", Body=b"", Tagging="kind=note&more=x")
    s3.list_objects_v2(Bucket=bucket, Prefix="docs/")
    s3.list_objects_v2(Bucket=bucket)
    watched.wait()
    assert {id: sum(watched.statistic("PutRequests", FilterId=id)) for id in ("prefix", "tag", "both")} == {"prefix": 2, "tag": 2, "both": 1}
    assert sum(watched.statistic("ListRequests", FilterId="prefix")) == 1
    s3.delete_bucket_metrics_configuration(Bucket=bucket, Id="prefix")
    s3.put_object(Bucket=bucket, Key="docs/3", Body=b"")
    watched.wait()
    assert sum(watched.statistic("PutRequests", FilterId="prefix")) == 2


def test_queries_are_counted_with_what_they_read(watched):
    s3, bucket = watched.s3, watched.bucket
    configure(s3, bucket, "all")
    s3.put_object(Bucket=bucket, Key="rows.csv", Body=b"a,b\n1,2\n3,4\n")
    form = {"InputSerialization": {"CSV": {"FileHeaderInfo": "USE"}}, "OutputSerialization": {"CSV": {}}}
    answer = s3.select_object_content(Bucket=bucket, Key="rows.csv", ExpressionType="SQL", Expression="SELECT a FROM s3object", **form)
    (stats,) = [event["Stats"]["Details"] for event in answer["Payload"] if "Stats" in event]

    def counted() -> list[float]:
        watched.wait()
        return watched.statistic("SelectRequests", FilterId="all")

    # The client has the last event before the server has let go of the stream.
    assert sum(servers.eventually(counted, 10, "the query to be counted")) == 1 and watched.statistic("PostRequests", FilterId="all") == []
    assert sum(watched.statistic("SelectBytesScanned", FilterId="all")) == stats["BytesScanned"]
    assert sum(watched.statistic("SelectBytesReturned", FilterId="all")) == stats["BytesReturned"]


def test_minutes_are_apart_and_a_stop_loses_none(watched):
    s3, bucket, server = watched.s3, watched.bucket, watched.account.server
    configure(s3, bucket, "all")
    s3.put_object(Bucket=bucket, Key="1", Body=b"")
    watched.wait(120)
    s3.put_object(Bucket=bucket, Key="2", Body=b"")
    s3.put_object(Bucket=bucket, Key="3", Body=b"")
    server.stop()
    server.start()
    counts = watched.statistic("PutRequests", FilterId="all")
    assert counts[0] == 1 and sum(counts) == 3 and len(counts) >= 2
    watched.s3.put_object(Bucket=bucket, Key="4", Body=b"")
    watched.wait()
    assert sum(watched.statistic("PutRequests", FilterId="all")) == 4


def test_storage_is_measured_every_day(watched):
    s3, bucket = watched.s3, watched.bucket
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="a", Body=b"b" * 100)
    s3.put_object(Bucket=bucket, Key="a", Body=b"b" * 50)
    s3.delete_object(Bucket=bucket, Key="a")
    s3.put_object(Bucket=bucket, Key="cold", Body=b"b" * 7, StorageClass="GLACIER")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="m", UploadId=upload, PartNumber=1, Body=b"b" * 30)
    watched.wait(86_400)

    def days(metric: str, kind: str, bucket: str = bucket) -> list[float]:
        return watched.statistic(metric, "Average", 86_400, StorageType=kind, BucketName=bucket)

    assert days("BucketSizeBytes", "StandardStorage") == [180]
    assert days("BucketSizeBytes", "GlacierStorage") == [7]
    assert days("NumberOfObjects", "AllStorageTypes") == [5]
    s3.put_object(Bucket=bucket, Key="b", Body=b"b" * 20)
    watched.wait(86_400)
    watched.wait(1)
    assert days("BucketSizeBytes", "StandardStorage") == [180, 200]
    assert watched.statistic("NumberOfObjects", "SampleCount", 86_400, StorageType="AllStorageTypes") == [1, 1]
