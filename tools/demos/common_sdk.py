"""What both SDK demos need beside the SDK: the data, written to files, and a role."""

import json
import pathlib

import boto3

NAME = "breast-cancer"
HYPERPARAMETERS = {
    "objective": "binary:logistic",
    "eval_metric": "auc",
    "num_round": "60",
    "max_depth": "4",
    "eta": "0.2",
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def make_role(name: str) -> str:
    """A role as the SDKs' guides make it: SageMaker may take it on, with the two managed policies."""
    iam = boto3.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    for policy in ("AmazonSageMakerFullAccess", "AmazonS3FullAccess"):
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    return arn


def table() -> list[list[float]]:
    """Rows of [label, features]: two overlapping clouds, always the same; the SDKs' environments hold no data sets."""
    import random

    chance = random.Random(11)
    rows = []
    for number in range(600):
        label = number % 2
        rows.append([label, *(round(chance.gauss(label * 0.8, 1.0), 4) for _ in range(8))])
    return rows


def write_csv(folder: pathlib.Path, rows: list[list[float]]) -> pathlib.Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "data.csv"
    file.write_text("\n".join(",".join(str(value) for value in row) for row in rows))
    return file
