"""Tags by ARN, and tags of buckets that take part in decisions."""

import json

import pytest
from support.account import Account
from support.refusals import refused
from support.resolving import local_client


@pytest.fixture
def control(aws):
    return local_client(aws, "s3control")


@pytest.fixture
def bucket(aws):
    name = aws.bucket()
    aws.client("s3").put_object(Bucket=name, Key="k", Body=b"a")
    return name


def arn(bucket):
    return f"arn:aws:s3:::{bucket}"


def pairs(tags):
    return {tag["Key"]: tag["Value"] for tag in tags}


def tag(control, aws, resource, **tags):
    control.tag_resource(AccountId=aws.id, ResourceArn=resource, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def tags_of(control, aws, resource):
    return pairs(control.list_tags_for_resource(AccountId=aws.id, ResourceArn=resource)["Tags"])


def abac(aws, bucket, status="Enabled"):
    aws.client("s3").put_bucket_abac(Bucket=bucket, AbacStatus={"Status": status})


def allowed(actions, resource="*", **condition):
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [{**statement, **({"Condition": condition} if condition else {})}]}


def test_tags_are_added_changed_and_taken_away(aws, control, bucket):
    assert tags_of(control, aws, arn(bucket)) == {}
    tag(control, aws, arn(bucket), a="1", b="2")
    tag(control, aws, arn(bucket), b="3", c="")
    assert tags_of(control, aws, arn(bucket)) == {"a": "1", "b": "3", "c": ""}
    assert pairs(aws.client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]) == {"a": "1", "b": "3", "c": ""}
    control.untag_resource(AccountId=aws.id, ResourceArn=arn(bucket), TagKeys=["a", "none"])
    assert tags_of(control, aws, arn(bucket)) == {"b": "3", "c": ""}


def test_bad_tags(aws, control, bucket, server):
    def put(*tags):
        return {"AccountId": aws.id, "ResourceArn": arn(bucket), "Tags": [{"Key": key, "Value": "v"} for key in tags]}

    refused("InvalidTag", 400, control.tag_resource, **put("aws:mine"))
    refused("InvalidTag", 400, control.tag_resource, **put("twice", "twice"))
    tag(control, aws, arn(bucket), **{f"k{number}": "v" for number in range(50)})
    refused("BadRequest", 400, control.tag_resource, **put("one more"))
    assert len(tags_of(control, aws, arn(bucket))) == 50
    missing = {"AccountId": aws.id, "ResourceArn": arn(f"no-such-{bucket}")}
    refused("NoSuchBucket", 404, control.list_tags_for_resource, **missing)
    other = Account.create(server)
    foreign = {"AccountId": other.id, "ResourceArn": arn(bucket)}
    refused("AccessDenied", 403, local_client(other, "s3control").list_tags_for_resource, **foreign)
    refused("AccessDenied", 403, local_client(other, "s3control").untag_resource, **foreign, TagKeys=["a"])
    point = f"arn:aws:s3:us-east-1:{aws.id}:accesspoint/none"
    refused("NoSuchAccessPoint", 404, control.list_tags_for_resource, AccountId=aws.id, ResourceArn=point)
    refused("NotImplemented", 501, control.list_tags_for_resource, AccountId=aws.id, ResourceArn=f"arn:aws:s3:us-east-1:{aws.id}:storage-lens-group/g")


def test_permission_to_tag_may_depend_on_the_tags(aws, control, bucket):
    user = local_client(aws.user(allowed("s3:TagResource", arn(bucket), StringEquals={"aws:RequestTag/team": "blue"},
                                         **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})), "s3control")
    tag(user, aws, arn(bucket), team="blue")
    for tags in ({"team": "red"}, {"team": "blue", "more": "x"}):
        with pytest.raises(user.exceptions.ClientError, match="s3:TagResource"):
            tag(user, aws, arn(bucket), **tags)
    with pytest.raises(user.exceptions.ClientError, match="s3:ListTagsForResource"):
        tags_of(user, aws, arn(bucket))
    taker = local_client(aws.user(allowed("s3:UntagResource", arn(bucket), **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})), "s3control")
    with pytest.raises(user.exceptions.ClientError, match="s3:UntagResource"):
        taker.untag_resource(AccountId=aws.id, ResourceArn=arn(bucket), TagKeys=["team", "other"])
    taker.untag_resource(AccountId=aws.id, ResourceArn=arn(bucket), TagKeys=["team"])
    assert tags_of(control, aws, arn(bucket)) == {}


def test_abac_is_off_until_it_is_set(aws, bucket):
    s3 = aws.client("s3")
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"]["Status"] == "Disabled"
    abac(aws, bucket)
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"]["Status"] == "Enabled"
    abac(aws, bucket, "Disabled")
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"]["Status"] == "Disabled"
    refused("MalformedXML", 400, s3.put_bucket_abac, Bucket=bucket, AbacStatus={})
    reader = aws.user(allowed("s3:GetBucketAbac", arn(bucket))).client("s3")
    assert reader.get_bucket_abac(Bucket=bucket)["AbacStatus"]["Status"] == "Disabled"
    refused("AccessDenied", 403, reader.put_bucket_abac, Bucket=bucket, AbacStatus={"Status": "Enabled"})


def test_tags_that_decide_are_set_by_their_own_permission_alone(aws, control, bucket):
    s3 = aws.client("s3")
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    abac(aws, bucket)
    refused("MethodNotAllowed", 405, s3.put_bucket_tagging, Bucket=bucket, Tagging={"TagSet": []})
    refused("MethodNotAllowed", 405, s3.delete_bucket_tagging, Bucket=bucket)
    tag(control, aws, arn(bucket), b="2")
    assert pairs(s3.get_bucket_tagging(Bucket=bucket)["TagSet"]) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("key", ["aws:ResourceTag/Team", "s3:BucketTag/Team"])
def test_a_users_policy_by_the_buckets_tags(aws, control, bucket, key):
    user = aws.user(allowed("s3:*", StringEquals={key: "blue"})).client("s3")
    tag(control, aws, arn(bucket), Team="blue")
    refused("AccessDenied", 403, user.get_object, Bucket=bucket, Key="k")
    abac(aws, bucket)
    assert user.get_object(Bucket=bucket, Key="k")["Body"].read() == b"a"
    assert user.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    tag(control, aws, arn(bucket), Team="red")
    refused("AccessDenied", 403, user.get_object, Bucket=bucket, Key="k")
    tag(control, aws, arn(bucket), Team="blue")
    abac(aws, bucket, "Disabled")
    refused("AccessDenied", 403, user.get_object, Bucket=bucket, Key="k")


def test_a_buckets_policy_by_its_own_tags(aws, control, bucket):
    s3 = aws.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"{arn(bucket)}/*",
         "Condition": {"StringEquals": {"aws:ResourceTag/state": "frozen"}}}]}))
    abac(aws, bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"b")
    tag(control, aws, arn(bucket), state="frozen")
    refused("AccessDenied", 403, s3.put_object, Bucket=bucket, Key="k", Body=b"c")
    control.untag_resource(AccountId=aws.id, ResourceArn=arn(bucket), TagKeys=["state"])
    s3.put_object(Bucket=bucket, Key="k", Body=b"c")


def test_buckets_made_with_certain_tags_only(aws):
    tagged = {"aws:RequestTag/team": "blue"}
    user = aws.user(allowed(["s3:CreateBucket", "s3:TagResource"], StringEquals=tagged)).client("s3")
    made = {"CreateBucketConfiguration": {"Tags": [{"Key": "team", "Value": "blue"}]}}
    user.create_bucket(Bucket=aws.name("tagged"), **made)
    refused("AccessDenied", 403, user.create_bucket, Bucket=aws.name("untagged"))
    wrong = {"CreateBucketConfiguration": {"Tags": [{"Key": "team", "Value": "red"}]}}
    refused("AccessDenied", 403, user.create_bucket, Bucket=aws.name("other"), **wrong)
    untagging = aws.user(allowed("s3:CreateBucket")).client("s3")
    untagging.create_bucket(Bucket=aws.name("plain"))
    refused("AccessDenied", 403, untagging.create_bucket, Bucket=aws.name("tagged"), **made)
