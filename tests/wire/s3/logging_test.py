"""Server access logging: the configuration, what it asks of the target, and the records that are delivered."""

import hashlib
import json
import re
import socket
import ssl
import urllib.parse

import pytest
from botocore.config import Config
from support import raw
from support.account import Account
from support.refusals import refused
from support.resolving import local_client, local_names
from support.watched import Watched, delivery_policy

LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


@pytest.fixture
def watched(own_server):
    return Watched.create(own_server("--clock", "virtual"))


def enabled(target: str, prefix: str = "p", **changes) -> dict:
    return {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": prefix, **changes}}


def with_lists(s3, bucket: str, **acl) -> None:
    """Lets grants count in the bucket."""
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    if acl:
        s3.put_bucket_acl(Bucket=bucket, **acl)


def test_a_configuration_is_kept_and_taken_away(aws):
    s3, bucket, target = aws.client("s3"), aws.bucket(), aws.bucket()
    s3.put_bucket_policy(Bucket=target, Policy=delivery_policy(target, bucket, aws.id))
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
    for format in ({"SimplePrefix": {}}, {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}, {"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}}):
        status = enabled(target, "logs/", TargetObjectKeyFormat=format)
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=status)
        assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"] == status["LoggingEnabled"]
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)


def test_the_target_must_be_a_bucket_of_the_same_owner_and_region(aws, server):
    s3, bucket = aws.client("s3"), aws.bucket()

    def refusal(code: str, status: int, **logging) -> str:
        return refused(code, status, s3.put_bucket_logging, Bucket=bucket, BucketLoggingStatus=enabled(**logging))["Error"]["Message"]

    assert refusal("InvalidTargetBucketForLogging", 400, target=aws.name("none")) == "The target bucket for logging does not exist"
    foreign = Account.create(server).bucket()
    assert refusal("InvalidTargetBucketForLogging", 400, target=foreign) == "The owner for the bucket to be logged and the target bucket must be the same."
    far = aws.name("far")
    aws.client("s3", region="eu-west-1").create_bucket(Bucket=far, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert refusal("CrossLocationLoggingProhibited", 403, target=far) == "Cross S3 location logging not allowed. "
    locked = aws.name("locked")
    s3.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
    assert "Object Lock" in refusal("InvalidTargetBucketForLogging", 400, target=locked)
    paid = aws.bucket()
    s3.put_bucket_request_payment(Bucket=paid, RequestPaymentConfiguration={"Payer": "Requester"})
    assert "Requester Pays" in refusal("InvalidTargetBucketForLogging", 400, target=paid)
    sealed = aws.bucket()
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket=sealed, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert "SSE-KMS" in refusal("InvalidTargetBucketForLogging", 400, target=sealed)
    both = {"SimplePrefix": {}, "PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
    s3.put_bucket_policy(Bucket=bucket, Policy=delivery_policy(bucket))
    refusal("MalformedXML", 400, target=bucket, TargetObjectKeyFormat=both)
    refusal("InvalidArgument", 400, target=bucket, prefix="p" * 801)
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=enabled(bucket, "p" * 800))


def test_the_target_lets_the_log_delivery_in(aws):
    s3, bucket, target = aws.client("s3"), aws.bucket(), aws.bucket()

    def ask(code: str | None = None) -> None:
        call = {"Bucket": bucket, "BucketLoggingStatus": enabled(target, "logs/")}
        if code is None:
            s3.put_bucket_logging(**call)
        else:
            assert "log-delivery group" in refused(code, 400, s3.put_bucket_logging, **call)["Error"]["Message"]

    ask("InvalidTargetBucketForLogging")
    for wrong in (delivery_policy(target, "another", aws.id), delivery_policy(target, bucket, "000000000009")):
        s3.put_bucket_policy(Bucket=target, Policy=wrong)
        ask("InvalidTargetBucketForLogging")
    s3.put_bucket_policy(Bucket=target, Policy=delivery_policy(target, bucket, aws.id))
    ask()
    s3.delete_bucket_policy(Bucket=target)
    with_lists(s3, target, GrantWrite=f'uri="{LOG_DELIVERY}"')
    ask("InvalidTargetBucketForLogging")
    s3.put_bucket_acl(Bucket=target, GrantWrite=f'uri="{LOG_DELIVERY}"', GrantReadACP=f'uri="{LOG_DELIVERY}"')
    ask()


def test_target_grants_need_lists_of_grants(aws, server):
    s3, bucket, target = aws.client("s3"), aws.bucket(), aws.bucket()
    reader = Account.create(server)
    owner = reader.client("s3").list_buckets()["Owner"]["ID"]
    grants = [{"Grantee": {"Type": "CanonicalUser", "ID": owner}, "Permission": "READ"}, {"Grantee": {"Type": "Group", "URI": LOG_DELIVERY}, "Permission": "FULL_CONTROL"}]
    status = enabled(target, "logs/", TargetGrants=grants)
    s3.put_bucket_policy(Bucket=target, Policy=delivery_policy(target))
    answer = refused("InvalidArgument", 400, s3.put_bucket_logging, Bucket=bucket, BucketLoggingStatus=status)
    assert answer["Error"]["Message"] == "Target grants not allowed for bucket owner enforced buckets"
    with_lists(s3, target)
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=status)
    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]["TargetGrants"] == grants
    unknown = [{"Grantee": {"Type": "CanonicalUser", "ID": "0" * 64}, "Permission": "READ"}]
    refused("InvalidArgument", 400, s3.put_bucket_logging, Bucket=bucket, BucketLoggingStatus=enabled(target, TargetGrants=unknown))


def test_who_may_configure(aws):
    bucket = aws.bucket()
    action = {"Effect": "Allow", "Action": "s3:GetBucketLogging", "Resource": f"arn:aws:s3:::{bucket}"}
    s3 = aws.user({"Version": "2012-10-17", "Statement": [action]}).client("s3")
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
    refused("AccessDenied", 403, s3.put_bucket_logging, Bucket=bucket, BucketLoggingStatus={})


def test_a_record_has_all_fields_in_order(watched):
    watched.log()
    body = b"some text"
    s3 = watched.s3
    put = s3.put_object(Bucket=watched.bucket, Key="a b/ö", Body=body)
    s3.get_object(Bucket=watched.bucket, Key="a b/ö", Range="bytes=0-3")
    s3.head_object(Bucket=watched.bucket, Key="a b/ö")
    s3.list_objects_v2(Bucket=watched.bucket, Prefix="x")
    assert watched.keys() == []
    watched.wait()
    (key,) = watched.keys()
    assert re.fullmatch(r"log/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}", key)
    shown = s3.head_object(Bucket=watched.target, Key=key)
    assert shown["ContentType"] == "text/plain"
    owner = s3.list_buckets()["Owner"]["ID"]
    record = watched.record("REST.PUT.OBJECT")
    encoded = urllib.parse.quote(urllib.parse.quote("a b/ö"), safe="/")
    assert (record["owner"], record["bucket"], record["remote"], record["requester"]) == (owner, watched.bucket, "127.0.0.1", owner)
    assert re.fullmatch(r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\]", record["time"])
    assert record["id"] == put["ResponseMetadata"]["RequestId"] and record["host_id"] == put["ResponseMetadata"]["HostId"]
    assert record["key"] == encoded
    assert record["line"] == f'"PUT /{watched.bucket}/a%20b/%C3%B6 HTTP/1.1"'
    assert (record["status"], record["error"], record["sent"], record["size"]) == ("200", "-", "-", str(len(body)))
    assert record["total"].isdigit() and record["turn"].isdigit()
    assert record["referer"] == '"-"' and "Boto3" in record["agent"]
    assert (record["version"], record["signature"], record["cipher"], record["auth"]) == ("-", "SigV4", "-", "AuthHeader")
    assert record["host"] == watched.account.server.url.removeprefix("http://")
    assert (record["tls"], record["point"], record["acl"]) == ("-", "-", "-")
    record = watched.record("REST.GET.OBJECT")
    assert (record["status"], record["sent"], record["size"], record["key"]) == ("206", "4", str(len(body)), encoded)
    record = watched.record("REST.HEAD.OBJECT")
    assert (record["status"], record["sent"], record["size"]) == ("200", "-", str(len(body)))
    record = watched.record("REST.GET.BUCKET")
    assert (record["key"], record["size"]) == ("-", "-") and int(record["sent"]) > 100
    # The request that began the logging is the first of it.
    assert watched.record("REST.PUT.LOGGING_STATUS")["status"] == "200"


def test_requests_by_an_access_point_name_it(watched):
    watched.log()
    with local_names():
        control = local_client(watched.account, "s3control")
        created = control.create_access_point(AccountId=watched.account.id, Name="door", Bucket=watched.bucket)
    metrics = {"Id": "door", "Filter": {"AccessPointArn": created["AccessPointArn"]}}
    watched.s3.put_bucket_metrics_configuration(Bucket=watched.bucket, Id="door", MetricsConfiguration=metrics)
    watched.s3.put_object(Bucket=created["Alias"], Key="k", Body=b"text")
    watched.s3.get_object(Bucket=watched.bucket, Key="k")
    watched.wait(60)
    record = watched.record("REST.PUT.OBJECT")
    assert (record["bucket"], record["key"], record["size"], record["point"]) == (watched.bucket, "k", "4", created["AccessPointArn"])
    assert watched.record("REST.GET.OBJECT")["point"] == "-"
    assert watched.statistic("AllRequests", FilterId="door") == [1.0]


def test_refused_requests_and_those_of_nobody_are_recorded(watched):
    watched.log()
    account = watched.account
    user = account.user({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    refused("AccessDenied", 403, user.client("s3").get_object, Bucket=watched.bucket, Key="k")
    refused("NoSuchKey", 404, watched.s3.get_object, Bucket=watched.bucket, Key="none")
    wrong = Account(account.server, account.id, account.key, "0" * 40)
    refused("SignatureDoesNotMatch", 403, wrong.client("s3").put_object, Bucket=watched.bucket, Key="k", Body=b"")
    host = account.server.url.removeprefix("http://")
    nobody = {"Host": host, "Referer": 'http://example.com/"x', "User-Agent": "hand"}
    assert raw.send(account, raw.Request("GET", f"/{watched.bucket}/k?x-me=1", nobody, b"")).status == 403
    with_query = account.client("s3", config=Config(signature_version="s3v4")).generate_presigned_url("get_object", {"Bucket": watched.bucket, "Key": "none"})
    url = urllib.parse.urlsplit(with_query)
    assert raw.send(account, raw.Request("GET", f"{url.path}?{url.query}", {"Host": host}, b"")).status == 404
    watched.wait()
    record = watched.record("REST.GET.OBJECT", error="AccessDenied", signature="SigV4")
    assert record["status"] == "403" and record["requester"].startswith(f"arn:aws:iam::{account.id}:user/") and int(record["sent"]) > 0
    assert watched.record("REST.GET.OBJECT", error="NoSuchKey", auth="AuthHeader")["key"] == "none"
    assert watched.record("REST.PUT.OBJECT", error="SignatureDoesNotMatch")["requester"] == "-"
    record = watched.record("REST.GET.OBJECT", signature="-")
    assert (record["requester"], record["auth"], record["agent"], record["referer"]) == ("-", "-", '"hand"', '"http://example.com/%22x"')
    assert record["line"] == f'"GET /{watched.bucket}/k?x-me=1 HTTP/1.1"'
    assert watched.record("REST.GET.OBJECT", auth="QueryString")["status"] == "404"


def test_many_erased_and_copies_have_records_of_their_own(watched):
    watched.log()
    s3 = watched.s3
    s3.put_object(Bucket=watched.bucket, Key="a b", Body=b"123")
    s3.copy_object(Bucket=watched.bucket, Key="copy", CopySource={"Bucket": watched.bucket, "Key": "a b"})
    s3.delete_objects(Bucket=watched.bucket, Delete={"Objects": [{"Key": "a b"}, {"Key": "c", "VersionId": "wrong"}]})
    upload = s3.create_multipart_upload(Bucket=watched.bucket, Key="m")["UploadId"]
    part = s3.upload_part(Bucket=watched.bucket, Key="m", UploadId=upload, PartNumber=1, Body=b"12345")
    s3.complete_multipart_upload(Bucket=watched.bucket, Key="m", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    watched.wait()
    assert watched.record("REST.COPY.OBJECT")["size"] == "3"
    record = watched.record("REST.COPY.OBJECT_GET")
    assert (record["key"], record["size"], record["sent"], record["status"]) == ("a%2520b", "3", "3", "200")
    assert watched.record("REST.POST.MULTI_OBJECT_DELETE")["status"] == "200"
    # Keys of a batch are encoded once.
    assert watched.record("BATCH.DELETE.OBJECT", key="a%20b")["status"] == "204"
    record = watched.record("BATCH.DELETE.OBJECT", key="c")
    assert (record["version"], record["error"], record["status"]) == ("wrong", "NoSuchVersion", "404")
    for operation in ("REST.POST.UPLOADS", "REST.PUT.PART"):
        assert watched.record(operation)["key"] == "m"
    assert watched.record("REST.POST.UPLOAD")["size"] == "5"


def test_pages_forms_and_preflights_are_recorded(watched):
    s3 = watched.s3
    s3.put_bucket_website(Bucket=watched.bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    watched.log()
    port = watched.account.server.url.rpartition(":")[2]
    visit = raw.Request("GET", "/page", {"Host": f"{watched.bucket}.s3-website.localhost:{port}"}, b"")
    assert raw.send(watched.account, visit).status == 403
    asked = raw.Request("OPTIONS", f"/{watched.bucket}/k", {"Host": f"localhost:{port}", "Origin": "http://a", "Access-Control-Request-Method": "GET"}, b"")
    assert raw.send(watched.account, asked).status == 403
    form = {"Host": f"localhost:{port}", "Content-Type": "multipart/form-data; boundary=b"}
    raw.send(watched.account, raw.Request("POST", f"/{watched.bucket}", form, b"--b--\r\n"))
    watched.wait()
    record = watched.record("WEBSITE.GET.OBJECT")
    assert (record["key"], record["status"], record["error"], record["requester"]) == ("page", "403", "AccessDenied", "-")
    assert watched.record("REST.OPTIONS.PREFLIGHT")["status"] == "403"
    assert watched.record("REST.POST.BUCKET")["status"] == "400"


def test_a_large_answer_is_recorded_when_it_has_gone(watched):
    watched.log()
    size = 5_000_000
    watched.s3.put_object(Bucket=watched.bucket, Key="large", Body=b"b" * size)
    key = hashlib.md5(b"k").digest() * 2
    watched.s3.put_object(Bucket=watched.bucket, Key="sealed", Body=b"b" * size, SSECustomerAlgorithm="AES256", SSECustomerKey=key)
    assert len(watched.s3.get_object(Bucket=watched.bucket, Key="large")["Body"].read()) == size
    assert len(watched.s3.get_object(Bucket=watched.bucket, Key="sealed", SSECustomerAlgorithm="AES256", SSECustomerKey=key)["Body"].read()) == size
    # Of the last bytes the client may know before the server has let go of them.
    watched.s3.head_bucket(Bucket=watched.bucket)
    watched.wait()
    for name in ("large", "sealed"):
        record = watched.record("REST.GET.OBJECT", key=name)
        assert (record["sent"], record["size"]) == (str(size), str(size)) and int(record["total"]) >= int(record["turn"])


def test_what_lifecycles_do_is_recorded(watched):
    s3 = watched.s3
    watched.log()
    rules = [
        {"ID": "e", "Status": "Enabled", "Filter": {"Prefix": "old "}, "Expiration": {"Days": 1}},
        {"ID": "m", "Status": "Enabled", "Filter": {"Prefix": "cold"}, "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]},
        {"ID": "a", "Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=watched.bucket, LifecycleConfiguration={"Rules": rules})
    s3.put_object(Bucket=watched.bucket, Key="old 1", Body=b"123")
    s3.put_object(Bucket=watched.bucket, Key="cold", Body=b"1" * 200_000)
    s3.create_multipart_upload(Bucket=watched.bucket, Key="upload")
    watched.wait(3 * 86_400)
    record = watched.record("S3.EXPIRE.OBJECT")
    assert (record["key"], record["requester"], record["size"], record["remote"], record["status"]) == ("old%201", "AmazonS3", "3", "-", "-")
    assert watched.record("S3.TRANSITION.OBJECT")["key"] == "cold"
    assert watched.record("S3.DELETE.UPLOAD")["key"] == "upload"
    s3.put_bucket_versioning(Bucket=watched.bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=watched.bucket, Key="old 2", Body=b"1234")
    watched.wait(3 * 86_400)
    assert watched.record("S3.CREATE.DELETEMARKER")["key"] == "old%202"


def test_partitioned_names(watched):
    watched.log(TargetObjectKeyFormat={"PartitionedPrefix": {"PartitionDateSource": "EventTime"}})
    watched.s3.put_object(Bucket=watched.bucket, Key="k", Body=b"")
    watched.wait()
    (key,) = watched.keys()
    place = f"log/{watched.account.id}/us-east-1/{watched.bucket}/"
    assert re.fullmatch(re.escape(place) + r"(\d{4})/(\d\d)/(\d\d)/\1-\2-\3-00-00-00-[0-9A-F]{16}", key)
    watched.log("by/", TargetObjectKeyFormat={"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}})
    watched.wait()
    (key,) = [key for key in watched.keys() if key.startswith("by/")]
    assert re.fullmatch(r"by/\d+/us-east-1/[^/]+/(\d{4})/(\d\d)/(\d\d)/\1-\2-\3-\d\d-\d\d-\d\d-[0-9A-F]{16}", key)


def test_a_stop_delivers_and_a_start_goes_on(watched):
    server = watched.account.server
    watched.log()
    watched.s3.put_object(Bucket=watched.bucket, Key="before", Body=b"")
    server.stop()
    server.start()
    assert watched.record("REST.PUT.OBJECT")["key"] == "before"
    watched.s3.put_object(Bucket=watched.bucket, Key="after", Body=b"")
    watched.wait()
    assert watched.record("REST.PUT.OBJECT", key="after")["status"] == "200"
    watched.s3.put_bucket_logging(Bucket=watched.bucket, BucketLoggingStatus={})
    watched.s3.put_object(Bucket=watched.bucket, Key="unseen", Body=b"")
    watched.wait()
    assert [one for one in watched.records() if one["key"] == "unseen"] == []


def test_grants_and_encryption_of_what_is_delivered(watched):
    s3 = watched.s3
    reader = Account.create(watched.account.server)
    grantee = {"Type": "CanonicalUser", "ID": reader.client("s3").list_buckets()["Owner"]["ID"]}
    with_lists(s3, watched.target)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=watched.target, ServerSideEncryptionConfiguration={"Rules": [rule]})
    watched.log(TargetGrants=[{"Grantee": grantee, "Permission": "READ"}])
    watched.wait()
    (key,) = watched.keys()
    assert s3.head_object(Bucket=watched.target, Key=key)["ServerSideEncryption"] == "AES256"
    assert b"LOGGING_STATUS" in reader.client("s3").get_object(Bucket=watched.target, Key=key)["Body"].read()


def test_who_is_not_let_in_any_more_delivers_nothing(watched):
    watched.log()
    watched.s3.delete_bucket_policy(Bucket=watched.target)
    watched.wait()
    assert watched.keys() == []
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{watched.target}/*"}
    policy = json.loads(delivery_policy(watched.target))
    watched.s3.put_bucket_policy(Bucket=watched.target, Policy=json.dumps({**policy, "Statement": [*policy["Statement"], deny]}))
    watched.s3.head_bucket(Bucket=watched.bucket)
    watched.wait()
    assert watched.keys() == []


def test_lists_of_grants_that_were_needed_are_named(watched):
    s3 = watched.s3
    with_lists(s3, watched.bucket)
    s3.delete_public_access_block(Bucket=watched.bucket)
    s3.put_object(Bucket=watched.bucket, Key="open", Body=b"text", ACL="public-read")
    watched.log()
    host = watched.account.server.url.removeprefix("http://")
    assert raw.send(watched.account, raw.Request("GET", f"/{watched.bucket}/open", {"Host": host}, b"")).status == 200
    s3.get_object(Bucket=watched.bucket, Key="open")
    watched.wait()
    assert watched.record("REST.GET.OBJECT", signature="-")["acl"] == "Yes"
    assert watched.record("REST.GET.OBJECT", signature="SigV4")["acl"] == "-"


def test_what_tls_was_agreed_to_be_is_recorded(watched):
    """Its version and cipher as OpenSSL names them, for the newest and the oldest that is taken; and the host that was asked for."""
    server, bucket = watched.account.server, watched.bucket
    port, authority = urllib.parse.urlsplit(server.url).port, str(server.data / "authority" / "authority.pem")
    watched.log()
    secure = watched.account.client("s3", endpoint_url=f"https://localhost:{port}", verify=authority)
    secure.put_object(Bucket=bucket, Key="new", Body=b"x")
    watched.s3.put_object(Bucket=bucket, Key="plain", Body=b"x")
    url = urllib.parse.urlsplit(secure.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "new"}))
    context = ssl.create_default_context(cafile=authority)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection, context.wrap_socket(connection, server_hostname="s3.amazonaws.com") as old:
        old.sendall(f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        assert old.makefile("rb").readline().split()[1] == b"200"
        agreed = old.cipher()[0]
    watched.wait()
    new, plain, previous = watched.record("REST.PUT.OBJECT", key="new"), watched.record("REST.PUT.OBJECT", key="plain"), watched.record("REST.GET.OBJECT")
    assert new["tls"] == "TLSv1.3" and new["cipher"].startswith("TLS_")
    assert (previous["tls"], previous["cipher"]) == ("TLSv1.2", agreed)
    assert (plain["tls"], plain["cipher"]) == ("-", "-")
    # The host that the request names, whatever name the connection was made for.
    assert new["host"] == previous["host"] == f"localhost:{port}" and plain["host"] == f"127.0.0.1:{port}"
    assert (new["signature"], new["auth"], previous["auth"]) == ("SigV4", "AuthHeader", "QueryString")
