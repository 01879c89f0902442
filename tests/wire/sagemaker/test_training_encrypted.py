"""Jobs on encrypted objects: what they read and write, and what no job can read."""

import io
import tarfile

import pytest

from support.training import rows

CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": bytes(range(32))}


@pytest.mark.parametrize("kind", ["AES256", "aws:kms"])
def test_a_job_reads_encrypted_channels_and_leaves_an_encrypted_model(training, kind):
    training.s3.put_object(Bucket=training.bucket, Key="data/train/train.csv", Body=rows(400, 1).encode(),
                           ServerSideEncryption=kind)
    output = {"S3OutputPath": training.uri("out"), "KmsKeyId": "alias/aws/s3"}
    job = training.run("sealed", OutputDataConfig=output)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert job["OutputDataConfig"] == output
    model = training.s3.get_object(Bucket=training.bucket, Key="out/sealed/output/model.tar.gz")
    assert model["ServerSideEncryption"] == "aws:kms" and "SSEKMSKeyId" in model
    assert tarfile.open(fileobj=io.BytesIO(model["Body"].read())).getnames() == ["xgboost-model"]


def test_a_bucket_that_encrypts_by_default(training):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    training.s3.put_bucket_encryption(Bucket=training.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    job = training.run("default")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    model = training.s3.head_object(Bucket=training.bucket, Key="out/default/output/model.tar.gz")
    assert model["ServerSideEncryption"] == "AES256"


def test_what_a_customer_encrypted_no_job_can_read(training):
    training.s3.put_object(Bucket=training.bucket, Key="data/train/train.csv", Body=rows(400, 1).encode(), **CUSTOMER)
    job = training.run("customer")
    assert job["TrainingJobStatus"] == "Failed"
    assert "InvalidRequest: The object was stored using a form of Server Side Encryption" in job["FailureReason"]
