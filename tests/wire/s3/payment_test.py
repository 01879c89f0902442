"""Who pays for requests, and transfer acceleration: what is kept and shown."""

import json

import requests
from support.refusals import refused


def test_the_requester_may_pay(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "Requester"
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")  # its owner pays as ever
    assert "RequestCharged" not in s3.get_object(Bucket=bucket, Key="k", RequestPayer="requester")
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "BucketOwner"})
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    refused("MalformedXML", 400, s3.put_bucket_request_payment, Bucket=bucket, RequestPaymentConfiguration={"Payer": "Nobody"})


def test_others_say_that_they_pay(aws, stranger):
    s3, bucket = aws.client("s3"), aws.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.delete_public_access_block(Bucket=bucket)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    other, url = stranger.client("s3"), f"{aws.server.url}/{bucket}/k"
    assert other.get_object(Bucket=bucket, Key="k")["Body"].read() == requests.get(url, timeout=30).content == b"x"
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    refused("AccessDenied", 403, other.get_object, Bucket=bucket, Key="k")
    refused("AccessDenied", 403, other.put_object, Bucket=bucket, Key="new", Body=b"")
    assert other.get_object(Bucket=bucket, Key="k", RequestPayer="requester")["RequestCharged"] == "requester"
    assert other.put_object(Bucket=bucket, Key="new", Body=b"", RequestPayer="requester")["RequestCharged"] == "requester"
    assert other.list_objects_v2(Bucket=bucket, RequestPayer="requester")["KeyCount"] == 2
    assert requests.get(url, timeout=30, headers={"x-amz-request-payer": "requester"}).status_code == 403  # nobody pays nothing


def test_acceleration_is_kept(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket)
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": "Suspended"})
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket)
    for status in ("Enabled", "Suspended"):
        s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": status})
        assert s3.get_bucket_accelerate_configuration(Bucket=bucket)["Status"] == status
    refused("MalformedXML", 400, s3.put_bucket_accelerate_configuration, Bucket=bucket, AccelerateConfiguration={"Status": "On"})
    dotted = aws.name("with.dots")
    s3.create_bucket(Bucket=dotted)
    answer = refused("InvalidRequest", 400, s3.put_bucket_accelerate_configuration, Bucket=dotted, AccelerateConfiguration={"Status": "Enabled"})
    assert "periods" in answer["Error"]["Message"]
