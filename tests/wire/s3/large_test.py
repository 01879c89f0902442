"""Large objects pass through a small memory: the server's resident set grows by little, whatever the size."""

import hashlib
import time

import pytest

MIB = 1024 * 1024
GROWTH_LIMIT = 64 * MIB
STEP = bytes(range(256)) * 4096  # one MiB


class Repeated:
    """A body of many steps that is never in memory as a whole."""

    def __init__(self, steps):
        self.size = steps * len(STEP)
        self.at = 0

    def __len__(self):
        return self.size

    def seek(self, offset, whence=0):
        self.at = {0: 0, 1: self.at, 2: self.size}[whence] + offset
        return self.at

    def tell(self):
        return self.at

    def read(self, size=-1):
        left = self.size - self.at
        size = left if size is None or size < 0 else min(size, left)
        start = self.at % len(STEP)
        self.at += size
        return (STEP * (size // len(STEP) + 2))[start : start + size]


def resident_peak(server):
    """The highest resident set of the server so far, in bytes."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def forget_peak(server):
    with open(f"/proc/{server.process.pid}/clear_refs", "w") as refs:
        refs.write("5")


def down(s3, bucket, key):
    digest, size = hashlib.md5(), 0
    for chunk in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(MIB):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def up_and_down(aws, server, mebibytes):
    """One put and one multipart upload of this size, each got again; prints times and growth."""
    from boto3.s3.transfer import TransferConfig

    s3, bucket = aws.client("s3"), aws.bucket()
    s3.put_object(Bucket=bucket, Key="warm", Body=STEP)
    s3.get_object(Bucket=bucket, Key="warm")["Body"].read()
    forget_peak(server)
    before = resident_peak(server)
    began = time.monotonic()
    etag = s3.put_object(Bucket=bucket, Key="whole", Body=Repeated(mebibytes))["ETag"].strip('"')
    put = time.monotonic()
    assert down(s3, bucket, "whole") == (etag, mebibytes * MIB)
    got = time.monotonic()
    parts = TransferConfig(multipart_chunksize=64 * MIB, max_concurrency=2)
    s3.upload_fileobj(Repeated(mebibytes), bucket, "parts", Config=parts)
    assert down(s3, bucket, "parts") == (etag, mebibytes * MIB)
    growth = resident_peak(server) - before
    print(f"{mebibytes} MiB: put {put - began:.1f} s, get {got - put:.1f} s, growth {growth / MIB:.1f} MiB")
    assert growth < GROWTH_LIMIT
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "whole"}, {"Key": "parts"}]})


def test_a_quarter_of_a_gibibyte(aws, server):
    up_and_down(aws, server, 256)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_gibibytes(aws, server):
    up_and_down(aws, server, 2048)
