"""Objects reached by access points: named by ARN, alias and in copies; decided by the point's policy and the bucket's."""

import json

import pytest
import requests
from botocore.config import Config
from support.account import Account
from support.refusals import refused
from support.resolving import local_client


@pytest.fixture
def stranger(server):
    return Account.create(server)


def arn(account, name="point"):
    return f"arn:aws:s3:us-east-1:{account.id}:accesspoint/{name}"


class Point:
    """An access point of a bucket with the objects a/1 and b/1."""

    def __init__(self, aws, owner=None, name="point", **more):
        self.aws, self.owner, self.name = aws, owner or aws, name
        self.bucket = aws.bucket()
        for key in ("a/1", "b/1"):
            aws.client("s3").put_object(Bucket=self.bucket, Key=key, Body=key.encode())
        self.control = local_client(self.owner, "s3control")
        self.arn = arn(self.owner, name)
        self.alias = self.control.create_access_point(
            AccountId=self.owner.id, Name=name, Bucket=self.bucket, BucketAccountId=aws.id, **more)["Alias"]

    def rule(self, *statements):
        self.control.put_access_point_policy(AccountId=self.owner.id, Name=self.name, Policy=policy(*statements))

    def rule_bucket(self, *statements):
        self.aws.client("s3").put_bucket_policy(Bucket=self.bucket, Policy=policy(*statements))

    def delegate(self):
        """The bucket leaves it to its access points who does what, as AWS recommends."""
        self.rule_bucket(statement({"AWS": "*"}, "*", [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"],
                                   Condition={"StringEquals": {"s3:DataAccessPointAccount": self.owner.id}}))


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def statement(principal, actions, resources, effect="Allow", **more):
    return {"Effect": effect, "Principal": principal, "Action": actions, "Resource": resources, **more}


def allowed(actions, *resources):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": list(resources)}]}


def s3_of(account, region="us-east-1"):
    return local_client(account, "s3", region)


def read(client, name, key="a/1"):
    return client.get_object(Bucket=name, Key=key)["Body"].read()


@pytest.fixture
def point(aws):
    return Point(aws)


@pytest.fixture(params=["arn", "alias"])
def named(request, point):
    """The point's ARN, which clients make a host of, and its alias, in the place of a bucket's name."""
    return getattr(point, request.param)


def test_objects_come_and_go(aws, point, named):
    s3 = s3_of(aws)
    s3.put_object(Bucket=named, Key="c d/ü", Body=b"new", Tagging="x=1")
    assert read(aws.client("s3"), point.bucket, "c d/ü") == b"new"
    assert read(s3, named, "c d/ü") == b"new"
    assert s3.head_object(Bucket=named, Key="c d/ü")["ContentLength"] == 3
    assert s3.get_object_tagging(Bucket=named, Key="c d/ü")["TagSet"] == [{"Key": "x", "Value": "1"}]
    listed = s3.list_objects_v2(Bucket=named, Prefix="a/")
    assert ([one["Key"] for one in listed["Contents"]], listed["Name"]) == (["a/1"], point.bucket)
    assert s3.head_bucket(Bucket=named)["AccessPointAlias"] == (named == point.alias)
    s3.delete_objects(Bucket=named, Delete={"Objects": [{"Key": "c d/ü"}, {"Key": "b/1"}]})
    s3.delete_object(Bucket=named, Key="none")
    assert [one["Key"] for one in s3.list_objects(Bucket=named)["Contents"]] == ["a/1"]


def test_uploads_in_parts(aws, point, named):
    s3 = s3_of(aws)
    upload = s3.create_multipart_upload(Bucket=named, Key="big")
    assert upload["Bucket"] == point.bucket
    target = {"Bucket": named, "Key": "big", "UploadId": upload["UploadId"]}
    etag = s3.upload_part(**target, PartNumber=1, Body=b"x" * 10)["ETag"]
    assert len(s3.list_parts(**target)["Parts"]) == 1
    assert len(s3.list_multipart_uploads(Bucket=named)["Uploads"]) == 1
    s3.complete_multipart_upload(**target, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert read(s3, named, "big") == b"x" * 10


def test_copies(aws, point, named):
    s3 = s3_of(aws)
    source = f"{point.arn}/object/a/1" if named == point.arn else f"{named}/a/1"
    s3.copy_object(Bucket=named, Key="copy", CopySource=source)
    s3.copy_object(Bucket=aws.bucket(), Key="copy", CopySource={"Bucket": named, "Key": "a/1"})
    assert read(s3, named, "copy") == b"a/1"
    refused("NoSuchAccessPoint", 404, s3.copy_object, Bucket=point.bucket, Key="copy", CopySource=f"{arn(aws, 'none')}/object/a/1")
    refused("InvalidArgument", 400, s3.copy_object, Bucket=point.bucket, Key="copy", CopySource=f"{point.arn}/a/1")


def test_presigned(aws, named):
    s3 = local_client(aws, "s3", config=Config(signature_version="s3v4"))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": named, "Key": "a/1"})
    assert requests.get(url, timeout=30).content == b"a/1"


def test_what_buckets_alone_do(aws, point, named):
    s3 = s3_of(aws)
    assert s3.get_bucket_location(Bucket=point.alias)["LocationConstraint"] is None  # botocore has no host for the ARN here
    for call, more in ((s3.delete_bucket, {}), (s3.get_bucket_versioning, {}), (s3.get_bucket_tagging, {}), (s3.delete_bucket_policy, {}),
                       (s3.put_bucket_policy, {"Policy": policy(statement("*", "s3:*", "*", "Deny"))})):
        refused("MethodNotAllowed", 405, call, Bucket=named, **more)
    assert read(s3, point.bucket) == b"a/1"


def test_absent_points(aws, point):
    s3 = s3_of(aws)
    refused("NoSuchAccessPoint", 404, s3.get_object, Bucket=f"none-{'x' * 34}-s3alias", Key="a/1")
    refused("NoSuchBucket", 404, s3.get_object, Bucket=arn(aws, "none"), Key="a/1")
    far = point.arn.replace("us-east-1", "eu-west-1")
    refused("NoSuchBucket", 404, s3.get_object, Bucket=far, Key="a/1")
    point.control.delete_access_point(AccountId=aws.id, Name="point")
    refused("NoSuchBucket", 404, s3.get_object, Bucket=point.arn, Key="a/1")
    refused("NoSuchAccessPoint", 404, s3.get_object, Bucket=point.alias, Key="a/1")


def test_aws_own_hosts(aws, point):
    """As who comes by the proxy names it."""
    def get(host):
        return requests.get(f"{aws.server.url}/a/1", headers={"Host": host}, timeout=30)

    assert "<Code>AccessDenied</Code>" in get(f"point-{aws.id}.s3-accesspoint.us-east-1.amazonaws.com").text
    assert "<Code>NoSuchAccessPoint</Code>" in get(f"none-{aws.id}.s3-accesspoint.us-east-1.amazonaws.com").text


def test_nobody_comes_unsigned(aws, point):
    aws.client("s3").delete_public_access_block(Bucket=point.bucket)
    point.rule_bucket(statement("*", "s3:GetObject", f"arn:aws:s3:::{point.bucket}/*"))
    assert requests.get(f"{aws.server.url}/{point.bucket}/a/1", timeout=30).status_code == 200
    assert requests.get(f"{aws.server.url}/{point.alias}/a/1", timeout=30).status_code == 403


def test_a_private_networks_point_lets_nobody_in(aws):
    point = Point(aws, VpcConfiguration={"VpcId": "vpc-1"})
    for name in (point.arn, point.alias):
        refused("AccessDenied", 403, s3_of(aws).get_object, Bucket=name, Key="a/1")
    refused("AccessDenied", 403, s3_of(aws).copy_object, Bucket=point.bucket, Key="c", CopySource=f"{point.alias}/a/1")


def test_a_users_own_policies_must_allow_point_and_bucket(aws, point, named):
    objects = (f"{point.arn}/object/a/*", f"arn:aws:s3:::{point.bucket}/a/*")
    both = s3_of(aws.user(allowed("s3:GetObject", *objects)))
    assert read(both, named) == b"a/1"
    refused("AccessDenied", 403, both.get_object, Bucket=named, Key="b/1")
    for one in objects:
        refused("AccessDenied", 403, s3_of(aws.user(allowed("s3:GetObject", one))).get_object, Bucket=named, Key="a/1")
    lists = s3_of(aws.user(allowed("s3:ListBucket", point.arn, f"arn:aws:s3:::{point.bucket}")))
    assert lists.list_objects_v2(Bucket=named)["KeyCount"] == 2
    refused("NoSuchKey", 404, s3_of(aws).get_object, Bucket=named, Key="none")
    refused("AccessDenied", 403, both.get_object, Bucket=named, Key="a/none")


def test_a_bucket_that_delegates(aws, point, named):
    user = aws.user()
    who = {"AWS": aws.client("iam").list_users()["Users"][-1]["Arn"]}
    s3 = s3_of(user)
    point.rule(statement(who, "s3:GetObject", f"{point.arn}/object/a/*"))
    refused("AccessDenied", 403, s3.get_object, Bucket=named, Key="a/1")
    point.delegate()
    assert read(s3, named) == b"a/1"
    refused("AccessDenied", 403, s3.get_object, Bucket=named, Key="b/1")
    refused("AccessDenied", 403, s3.put_object, Bucket=named, Key="a/1", Body=b"")
    refused("AccessDenied", 403, s3.get_object, Bucket=point.bucket, Key="a/1")
    point.control.delete_access_point_policy(AccountId=aws.id, Name="point")
    refused("AccessDenied", 403, s3.get_object, Bucket=named, Key="a/1")


def test_a_denial_on_either_side(aws, point, named):
    s3 = s3_of(aws)
    point.rule(statement("*", "s3:GetObject", f"{point.arn}/object/b/*", "Deny"))
    refused("AccessDenied", 403, s3.get_object, Bucket=named, Key="b/1")
    assert read(s3, named) == b"a/1"
    assert read(s3, point.bucket, "b/1") == b"b/1"
    point.rule_bucket(statement("*", "s3:GetObject", f"arn:aws:s3:::{point.bucket}/a/*", "Deny"))
    refused("AccessDenied", 403, s3.get_object, Bucket=named, Key="a/1")


def test_a_bucket_open_by_its_points_alone(aws, point, named):
    """Policies see by which point a request comes."""
    point.rule_bucket(statement("*", "s3:GetObject", f"arn:aws:s3:::{point.bucket}/*", "Deny",
                                Condition={"StringNotLike": {"s3:DataAccessPointArn": f"arn:aws:s3:us-east-1:{aws.id}:accesspoint/poi*"}}))
    s3 = s3_of(aws)
    assert read(s3, named) == b"a/1"
    refused("AccessDenied", 403, s3.get_object, Bucket=point.bucket, Key="a/1")
    # Its source named directly, a copy by the point reads the bucket directly.
    refused("AccessDenied", 403, s3.copy_object, Bucket=named, Key="copy", CopySource=f"{point.bucket}/a/1")
    s3.copy_object(Bucket=named, Key="copy", CopySource={"Bucket": named, "Key": "a/1"})
    point.rule_bucket(statement("*", "s3:GetObject", f"arn:aws:s3:::{point.bucket}/*", "Deny",
                                Condition={"StringEquals": {"s3:AccessPointNetworkOrigin": "Internet"}}))
    refused("AccessDenied", 403, s3.get_object, Bucket=named, Key="a/1")
    assert read(s3, point.bucket) == b"a/1"


def test_tags_in_decisions(aws, named):
    s3, bucket = s3_of(aws), aws.client("s3").list_buckets()["Buckets"][-1]["Name"]
    control = local_client(aws, "s3control")

    def rule(key):
        control.put_access_point_policy(AccountId=aws.id, Name="point", Policy=policy(
            statement("*", "s3:GetObject", f"{arn(aws)}/object/*", "Deny", Condition={"StringEquals": {key: "blue"}})))

    def reads():
        try:
            return read(s3, named) == b"a/1"
        except s3.exceptions.ClientError:
            return False

    control.tag_resource(AccountId=aws.id, ResourceArn=arn(aws), Tags=[{"Key": "points", "Value": "blue"}])
    control.tag_resource(AccountId=aws.id, ResourceArn=f"arn:aws:s3:::{bucket}", Tags=[{"Key": "buckets", "Value": "blue"}])
    aws.client("s3").put_object_tagging(Bucket=bucket, Key="a/1", Tagging={"TagSet": [{"Key": "objects", "Value": "blue"}]})
    found = {}
    for status in ("Disabled", "Enabled"):
        aws.client("s3").put_bucket_abac(Bucket=bucket, AbacStatus={"Status": status})
        for key in ("aws:ResourceTag/points", "s3:AccessPointTag/points", "s3:BucketTag/buckets", "aws:ResourceTag/buckets", "s3:ExistingObjectTag/objects"):
            rule(key)
            found[status, key] = reads()
    assert [key for key, is_read in found.items() if not is_read] == [
        ("Disabled", "aws:ResourceTag/points"), ("Disabled", "s3:AccessPointTag/points"), ("Disabled", "s3:ExistingObjectTag/objects"),
        ("Enabled", "aws:ResourceTag/points"), ("Enabled", "s3:AccessPointTag/points"), ("Enabled", "s3:BucketTag/buckets"),
        ("Enabled", "s3:ExistingObjectTag/objects")]


def test_another_accounts_user(aws, stranger, point, named):
    s3 = s3_of(stranger)
    refused("AccessDenied", 403, s3.get_object, Bucket=named, Key="a/1")
    point.rule(statement({"AWS": stranger.id}, ["s3:GetObject", "s3:PutObject"], f"{point.arn}/object/*"))
    refused("AccessDenied", 403, s3.get_object, Bucket=named, Key="a/1")
    point.delegate()
    assert read(s3, named) == b"a/1"
    s3.put_object(Bucket=named, Key="theirs", Body=b"x")
    refused("AccessDenied", 403, s3.list_objects_v2, Bucket=named)
    refused("AccessDenied", 403, s3.get_object, Bucket=point.bucket, Key="a/1")
    half = s3_of(stranger.user(allowed("s3:GetObject", f"{point.arn}/*")))
    refused("AccessDenied", 403, half.get_object, Bucket=named, Key="a/1")
    whole = s3_of(stranger.user(allowed("s3:GetObject", f"{point.arn}/*", f"arn:aws:s3:::{point.bucket}/*")))
    assert read(whole, named) == b"a/1"


def test_a_point_of_another_account(aws, stranger):
    """Opens nothing until the bucket's owner lets it."""
    point = Point(aws, owner=stranger)
    s3 = s3_of(stranger)
    for name in (point.arn, point.alias):
        refused("AccessDenied", 403, s3.get_object, Bucket=name, Key="a/1")
    point.delegate()
    assert read(s3, point.arn) == read(s3, point.alias) == b"a/1"
    refused("AccessDenied", 403, s3.get_object, Bucket=point.bucket, Key="a/1")
    refused("AccessDenied", 403, s3_of(aws).get_object, Bucket=point.arn, Key="a/1")
    point.rule(statement({"AWS": aws.id}, "s3:GetObject", f"{point.arn}/object/*"))
    assert read(s3_of(aws), point.arn) == b"a/1"


def test_a_bucket_made_anew_by_another(aws, stranger, server):
    point = Point(aws, owner=stranger)
    point.delegate()
    mine = aws.client("s3")
    for key in ("a/1", "b/1"):
        mine.delete_object(Bucket=point.bucket, Key=key)
    mine.delete_bucket(Bucket=point.bucket)
    refused("NoSuchBucket", 404, s3_of(stranger).get_object, Bucket=point.alias, Key="a/1")
    other = Account.create(server)
    other.client("s3").create_bucket(Bucket=point.bucket)
    refused("AccessDenied", 403, s3_of(stranger).get_object, Bucket=point.alias, Key="a/1")


def test_blocks_on_the_way(aws, stranger):
    """The strictest of point, bucket and account counts."""
    nothing = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
    point = Point(aws, PublicAccessBlockConfiguration=nothing)
    mine = aws.client("s3")
    mine.delete_public_access_block(Bucket=point.bucket)
    mine.put_bucket_ownership_controls(Bucket=point.bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    point.rule(statement("*", "s3:GetObject", f"{point.arn}/object/*"))
    point.delegate()
    assert read(s3_of(stranger), point.alias) == b"a/1"
    for block, unblock in ((lambda on: mine.put_public_access_block(Bucket=point.bucket, PublicAccessBlockConfiguration=on),
                            lambda: mine.delete_public_access_block(Bucket=point.bucket)),
                           (lambda on: point.control.put_public_access_block(AccountId=aws.id, PublicAccessBlockConfiguration=on),
                            lambda: point.control.delete_public_access_block(AccountId=aws.id))):
        block({"RestrictPublicBuckets": True})
        refused("AccessDenied", 403, s3_of(stranger).get_object, Bucket=point.alias, Key="a/1")
        block({"BlockPublicAcls": True})
        refused("AccessDenied", 403, s3_of(aws).put_object_acl, Bucket=point.alias, Key="a/1", ACL="public-read")
        unblock()
    s3_of(aws).put_object_acl(Bucket=point.alias, Key="a/1", ACL="public-read")
    shut = point.control.create_access_point(AccountId=aws.id, Name="shut", Bucket=point.bucket)["Alias"]
    refused("AccessDenied", 403, s3_of(aws).put_object_acl, Bucket=shut, Key="b/1", ACL="public-read")
    mine.put_object_acl(Bucket=point.bucket, Key="b/1", ACL="public-read")
