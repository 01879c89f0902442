"""Who pays for requests, and transfer acceleration: what is kept and shown."""

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
