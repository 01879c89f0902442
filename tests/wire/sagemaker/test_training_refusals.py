"""What CreateTrainingJob refuses, at once or as the job's failure reason, in AWS's codes and words; and that nothing else changes."""

import json

import pytest
from botocore.exceptions import ClientError
from support.training import IMAGE, LONG, PARAMETERS, channel

OTHER_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def refusal(call, **arguments) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def refused(training, **changes) -> tuple[str, str]:
    code, message, status = refusal(training.sagemaker.create_training_job, **training.request("refused", **changes))
    assert status == (501 if code == "NotImplemented" else 400)
    assert training.sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    return code, message


def image(uri: str) -> dict:
    return {"AlgorithmSpecification": {"TrainingImage": uri, "TrainingInputMode": "File"}}


def resources(**changes) -> dict:
    return {"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10, **changes}}


def test_a_used_name(training):
    training.create("taken")
    code, message, _ = refusal(training.sagemaker.create_training_job, **training.request("taken"))
    assert code == "ResourceInUse"
    arn = f"arn:aws:sagemaker:us-east-1:{training.account.id}:training-job/taken"
    assert message == (
        "Training job names must be unique within an AWS account and region. "
        f"Training job with name (taken) already exists ({arn})"
    )
    assert training.until_final("taken")["TrainingJobStatus"] == "Completed"


@pytest.mark.parametrize("name", ["-bad", "under_score", "a" * 64])
def test_a_bad_name(training, name):
    code, message, _ = refusal(training.sagemaker.create_training_job, **training.request(name))
    assert code == "ValidationException" and "trainingJobName" in message


def test_an_unknown_image(training):
    code, message = refused(training, **image("111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1"))
    assert code == "ValidationException" and message.startswith("Cannot find repository: mine in registry ID: 111122223333")


def test_an_unknown_tag(training):
    uri = IMAGE.replace("1.7-1", "9.9-9")
    assert refused(training, **image(uri)) == ("ValidationException", f"Requested image {uri} not found.")


def test_what_is_no_image(training):
    assert refused(training, **image("xgboost"))[0] == "ValidationException"


def test_the_oldest_image_by_name(training):
    code, message = refused(training, **image("811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:1"))
    assert code == "NotImplemented" and "xgboost:1" in message


def test_an_unknown_instance_type(training):
    code, message = refused(training, **resources(InstanceType="ml.none.large"))
    assert code == "ValidationException" and "resourceConfig.instanceType" in message


@pytest.mark.parametrize("parameter", ["sagemaker_program", "sagemaker_submit_directory"])
def test_a_script_by_name(training, parameter):
    code, message = refused(training, HyperParameters={**PARAMETERS, parameter: "train.py"})
    assert code == "NotImplemented" and parameter in message


@pytest.mark.parametrize(
    "member, value",
    [
        ("VpcConfig", {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}),
        ("TensorBoardOutputConfig", {"S3OutputPath": "s3://bucket/board"}),
        ("EnableManagedSpotTraining", True),
        ("Environment", {"NAME": "value"}),
        ("RetryStrategy", {"MaximumRetryAttempts": 2}),
    ],
)
def test_a_member_that_is_not_acted_upon_by_name(training, member, value):
    code, message = refused(training, **{member: value})
    assert code == "NotImplemented" and member in message


def test_a_key_by_name(training):
    code, message = refused(training, OutputDataConfig={"S3OutputPath": training.uri("out"), "KmsKeyId": "key"})
    assert code == "NotImplemented" and "KmsKeyId" in message


def test_a_role_that_does_not_exist(training):
    role = f"arn:aws:iam::{training.account.id}:role/none"
    code, message = refused(training, RoleArn=role)
    assert code == "ValidationException"
    assert message == (
        f"Could not assume role {role}. Please ensure that the role exists and allows principal "
        "'sagemaker.amazonaws.com' to assume the role."
    )


def test_a_role_that_does_not_trust_sagemaker(training):
    role = training.account.role(trust=OTHER_TRUST)
    assert refused(training, RoleArn=role)[1].startswith(f"Could not assume role {role}.")


def test_a_role_that_the_caller_may_not_pass(training):
    may_create = {"Effect": "Allow", "Action": "sagemaker:*", "Resource": "*"}
    user = training.account.user({"Version": "2012-10-17", "Statement": [may_create]})
    code, message, _ = refusal(user.client("sagemaker").create_training_job, **training.request("unpassed"))
    assert code == "AccessDeniedException"
    assert "is not authorized to perform: iam:PassRole" in message


@pytest.mark.parametrize("where", ["{bucket}/nothing/", "no-such-bucket-anywhere/data"])
def test_nothing_under_a_prefix(training, where):
    uri = "s3://" + where.format(bucket=training.bucket)
    code, message = refused(training, InputDataConfig=[channel("train", uri)])
    bucket = uri.split("/")[2]
    assert code == "ValidationException"
    assert message == (
        f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that the bucket exists in the '
        "selected region (us-east-1), that objects exist under that S3 prefix, and that the role "
        f'"{training.role}" has "s3:ListBucket" permissions on bucket "{bucket}".'
    )


def statement(effect: str, *actions: str) -> dict:
    return {"Effect": effect, "Action": list(actions), "Resource": "*"}


def policy(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def test_a_role_that_may_not_list(training):
    role = training.account.role(policy(statement("Allow", "s3:GetObject", "s3:PutObject")))
    code, message = refused(training, RoleArn=role)
    assert code == "ValidationException" and "s3:ListBucket" in message


def test_a_role_that_may_list_but_not_read(training):
    role = training.account.role(policy(statement("Allow", "s3:ListBucket", "s3:PutObject")))
    job = training.run("unread", RoleArn=role)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: Data download failed:")


def test_a_role_that_may_not_write(training):
    role = training.account.role(policy(statement("Allow", "s3:ListBucket", "s3:GetObject")))
    job = training.run("unwritten", RoleArn=role)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: Artifact upload failed:")
    assert "ModelArtifacts" not in job


@pytest.mark.parametrize(
    "parameters, named",
    [
        ({**PARAMETERS, "max_depth": "-1"}, "max_depth"),
        ({**PARAMETERS, "eta": "fast"}, "eta"),
        ({**PARAMETERS, "colour": "red"}, "colour"),
        ({"objective": "binary:logistic"}, "num_round"),
    ],
)
def test_a_hyperparameter_becomes_the_failure_reason(training, parameters, named):
    job = training.run("parameters", HyperParameters=parameters)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(("ClientError: ", "AlgorithmError: ")) and named in job["FailureReason"]


@pytest.mark.parametrize("text", ["1,2,three\n", "1,2,3\n0,1\n"])
def test_bad_rows_become_the_failure_reason(training, text):
    training.put("data/train/train.csv", text)
    job = training.run("rows")
    assert job["TrainingJobStatus"] == "Failed"
    assert "train.csv" in job["FailureReason"]


def test_stopping_what_has_ended(training):
    training.run("ended")
    code, message, _ = refusal(training.sagemaker.stop_training_job, TrainingJobName="ended")
    assert (code, message) == (
        "ValidationException",
        "The request was rejected because the training job is in status Completed.",
    )


def test_deleting_what_has_not_ended(training):
    training.create("running", HyperParameters=LONG)
    assert refusal(training.sagemaker.delete_training_job, TrainingJobName="running")[0] == "ResourceInUse"
    training.sagemaker.stop_training_job(TrainingJobName="running")
    training.until_final("running")


@pytest.mark.parametrize("operation", ["describe_training_job", "stop_training_job", "delete_training_job"])
def test_a_job_that_is_not_there(training, operation):
    code, message, _ = refusal(getattr(training.sagemaker, operation), TrainingJobName="none")
    assert (code, message) == ("ValidationException", "Requested resource not found.")


def test_updating_by_name(training):
    training.run("updated")
    code, _, status = refusal(
        training.sagemaker.update_training_job,
        TrainingJobName="updated",
        ResourceConfig={"KeepAlivePeriodInSeconds": 60},
    )
    assert (code, status) == ("NotImplemented", 501)


def test_a_caller_without_permission(training):
    user = training.account.user(policy(statement("Allow", "sagemaker:ListTrainingJobs")))
    code, message, _ = refusal(user.client("sagemaker").describe_training_job, TrainingJobName="any")
    assert code == "AccessDeniedException" and "sagemaker:DescribeTrainingJob" in message


def test_another_accounts_and_regions_jobs_are_invisible(training):
    training.run("mine")
    elsewhere = training.account.client("sagemaker", region="eu-west-1")
    assert elsewhere.list_training_jobs()["TrainingJobSummaries"] == []
    assert json.dumps(refusal(elsewhere.describe_training_job, TrainingJobName="mine")).count("not found") == 1


@pytest.mark.parametrize("content_type", ["text/libsvm", None])
def test_a_pipe_for_what_is_not_read_from_pipes(training, content_type):
    data = channel("train", training.uri("data/train/"), InputMode="Pipe", ContentType=content_type or "")
    if content_type is None:
        del data["ContentType"]
    code, message = refused(training, InputDataConfig=[data])
    assert code == "NotImplemented" and "channel train: InputMode Pipe for xgboost" in message


@pytest.mark.parametrize(
    "rows, reason",
    [
        (b"1,2\n1,\xff\xfe\n", "line 2: column 2: '??' is not a number"),
        (b"1,2\n1,\x00x\n", "line 2: column 2: '?x' is not a number"),
        (b"1,2\n1," + b"a" + "\u00e9".encode() * 30 + b"\n", "line 2: column 2: 'a" + "\u00e9" * 19 + "...' is not a number"),
        (b"1,2\n0,3\n1,1e300\n", "Input data contains `inf` or a value too large, while `missing` is not set to `inf` (channel train, row 3, feature 1)"),
    ],
)
def test_bytes_that_are_no_text_are_still_named(training, rows, reason):
    training.s3.put_object(Bucket=training.bucket, Key="junk/rows", Body=rows)
    job = training.run("junk", HyperParameters={"num_round": "2"}, InputDataConfig=[channel("train", training.uri("junk/"), ContentType="text/csv")])
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ") and job["FailureReason"].endswith(f"{reason}, exit code: 1")
