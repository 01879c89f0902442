"""Objects under load: GetObject beside nginx sending the same bytes from a file, PutObject, and both beside s3s-fs."""

import hashlib
import json
import os
import pathlib

from bench import load, millrace
from bench.load import Shape, Target
from bench.peers import nginx, s3s_fs
from bench.result import Figure
from support.raw import Request, request

UNSIGNED = "UNSIGNED-PAYLOAD"


def beside_nginx(place: pathlib.Path, size: int, connections: int, shape: Shape) -> list[Figure]:
    """Ours, and nginx's."""
    content = os.urandom(size)
    with millrace.started(place / "millrace") as ours, nginx.started(place / "nginx") as ceiling:
        return load.compare([read_by_policy(ours, content), ceiling.sends(content)], connections, shape)


def beside_nginx_and_s3s_fs(place: pathlib.Path, size: int, connections: int, shape: Shape) -> list[Figure]:
    """Ours, nginx's and that of s3s-fs."""
    content = os.urandom(size)
    with millrace.started(place / "millrace") as ours, nginx.started(place / "nginx") as ceiling, s3s_fs.started(place / "s3s") as peer:
        peer.caller.client("s3").put_object(Bucket=s3s_fs.BUCKET, Key="object", Body=content)
        asked = request(peer.caller, "s3", "GET", f"/{s3s_fs.BUCKET}/object")
        theirs = Target(s3s_fs.NAME, peer.url, [asked], [peer.process])
        return load.compare([read_by_policy(ours, content), ceiling.sends(content), theirs], connections, shape)


def read_by_policy(ours: millrace.Millrace, content: bytes) -> Target:
    """An object of a bucket whose own policy has a condition to look at, too, and rules of a lifecycle that do not hold for it."""
    bucket, s3 = ours.root.bucket(), ours.root.client("s3")
    elsewhere = {"NotIpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1/128"]}}
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*", "Condition": elsewhere}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    expiry = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [expiry]})
    s3.put_object(Bucket=bucket, Key="object", Body=content)
    return Target(millrace.NAME, ours.url, [request(ours.caller, "s3", "GET", f"/{bucket}/object")], [ours.process])


def put(account, path: str, content: bytes, signed: bool = True) -> Request:
    digest = hashlib.sha256(content).hexdigest() if signed else UNSIGNED
    return request(account, "s3", "PUT", path, content, {"X-Amz-Content-SHA256": digest})
