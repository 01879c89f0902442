"""Tasks of a batch job beside each other: in order for each object, and not held up by what is slow."""

import time

from support import control
from support.account import Account
from support.batch import Batch, counts

SYNC_MILLISECONDS = 100
OBJECTS = 60


def keeping_versions(batch: Batch, bucket: str) -> str:
    batch.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def copy_to(bucket: str) -> dict:
    return {"S3PutObjectCopy": {"TargetResource": f"arn:aws:s3:::{bucket}"}}


def test_the_tasks_of_an_object_keep_the_manifests_order(batch):
    """Each copy is the newest version of its key when it is made."""
    source, target = keeping_versions(batch, batch.bucket), keeping_versions(batch, batch.account.bucket())
    rows = []
    for number in range(12):
        for key in ("a", "b", "c", "d", "e"):
            version = batch.s3.put_object(Bucket=source, Key=key, Body=f"{key} {number}".encode())["VersionId"]
            rows.append((source, key, version))
    job = batch.run(copy_to(target), batch.list_of(rows, ("Bucket", "Key", "VersionId")))
    assert counts(job) == (60, 60, 0)
    versions = batch.s3.list_object_versions(Bucket=target)["Versions"]  # of a key the newest first
    bodies = [batch.s3.get_object(Bucket=target, Key=one["Key"], VersionId=one["VersionId"])["Body"].read().decode() for one in versions]
    assert bodies == [f"{key} {number}" for key in ("a", "b", "c", "d", "e") for number in reversed(range(12))]


def test_slow_syncs_are_waited_for_beside_each_other(own_server):
    """Each copy is durable before it is noted, and each note too: one after the other that is two syncs a task."""
    server = own_server()
    batch = Batch(Account.create(server))
    target = batch.account.bucket()
    keys = [f"k{number}" for number in range(OBJECTS)]
    batch.put(*keys)
    manifest = batch.of_keys(*keys)
    control.ask(server.data, "delay-syncs", milliseconds=SYNC_MILLISECONDS)
    began = time.monotonic()
    assert counts(batch.run(copy_to(target), manifest)) == (OBJECTS, OBJECTS, 0)
    assert time.monotonic() - began < OBJECTS * 2 * SYNC_MILLISECONDS / 1000 / 2
    control.ask(server.data, "delay-syncs", milliseconds=0)
