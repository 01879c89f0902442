"""Access points: made, shown, listed and deleted; their policies and tags."""

import json

import pytest
from support.account import Account
from support.refusals import refused
from support.resolving import local_client

ALL = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@pytest.fixture
def control(aws):
    return local_client(aws, "s3control")


def arn(aws, name, region="us-east-1"):
    return f"arn:aws:s3:{region}:{aws.id}:accesspoint/{name}"


def make(aws, name, bucket=None, **more):
    return local_client(aws, "s3control").create_access_point(AccountId=aws.id, Name=name, Bucket=bucket or aws.bucket(), **more)


def document(aws, name, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": aws.id}, "Action": "s3:GetObject", "Resource": f"{arn(aws, name)}/object/*", **more}]})


def allowed(actions, resource="*", **condition):
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [{**statement, **({"Condition": condition} if condition else {})}]}


def test_as_it_is_made_so_it_is_shown(aws, control):
    bucket = aws.bucket()
    made = make(aws, "plain", bucket)
    assert made["AccessPointArn"] == arn(aws, "plain")
    assert made["Alias"].startswith("plain-") and made["Alias"].endswith("-s3alias") and len(made["Alias"]) <= 63
    shown = control.get_access_point(AccountId=aws.id, Name="plain")
    assert {key: shown[key] for key in ("Name", "Bucket", "NetworkOrigin", "AccessPointArn", "Alias", "BucketAccountId")} == {
        "Name": "plain", "Bucket": bucket, "NetworkOrigin": "Internet", "AccessPointArn": arn(aws, "plain"),
        "Alias": made["Alias"], "BucketAccountId": aws.id}
    assert shown["PublicAccessBlockConfiguration"] == dict.fromkeys(ALL, True)
    assert shown["Endpoints"]["ipv4"] == "s3-accesspoint.us-east-1.amazonaws.com"
    assert "VpcConfiguration" not in shown and shown["CreationDate"]


def test_what_is_asked_for_at_its_making(aws, control):
    make(aws, "special", VpcConfiguration={"VpcId": "vpc-1a2b3c"}, PublicAccessBlockConfiguration={"BlockPublicAcls": True},
         Tags=[{"Key": "team", "Value": "blue"}])
    shown = control.get_access_point(AccountId=aws.id, Name="special")
    assert (shown["NetworkOrigin"], shown["VpcConfiguration"]) == ("VPC", {"VpcId": "vpc-1a2b3c"})
    assert [name for name in ALL if shown["PublicAccessBlockConfiguration"][name]] == ["BlockPublicAcls"]
    assert control.list_tags_for_resource(AccountId=aws.id, ResourceArn=arn(aws, "special"))["Tags"] == [{"Key": "team", "Value": "blue"}]
    control.tag_resource(AccountId=aws.id, ResourceArn=arn(aws, "special"), Tags=[{"Key": "team", "Value": "red"}, {"Key": "b", "Value": ""}])
    control.untag_resource(AccountId=aws.id, ResourceArn=arn(aws, "special"), TagKeys=["b"])
    assert control.list_tags_for_resource(AccountId=aws.id, ResourceArn=arn(aws, "special"))["Tags"] == [{"Key": "team", "Value": "red"}]


def test_what_cannot_be_made(aws, control, server):
    bucket, other = aws.bucket(), Account.create(server)
    foreign = other.bucket()

    def bad(code, status=400, **change):
        return refused(code, status, control.create_access_point, **{"AccountId": aws.id, "Name": "fine", "Bucket": bucket, **change})

    for name in ("Upper", "under_score", "dot.ted", "-front", "back-", "a" * 51, "some-s3alias"):
        bad("InvalidAccessPoint", Name=name)
    bad("InvalidRequest", Bucket=f"no-such-{bucket}")
    bad("InvalidRequest", Bucket=foreign)
    bad("InvalidRequest", BucketAccountId=other.id)
    bad("InvalidRequest", Scope={"Prefixes": ["a/"]})
    bad("InvalidTag", Tags=[{"Key": "aws:x", "Value": ""}])
    bad("AccessDenied", 403, AccountId=other.id)
    far = local_client(aws, "s3control", "eu-west-1")
    refused("InvalidRequest", 400, far.create_access_point, AccountId=aws.id, Name="fine", Bucket=bucket)
    make(aws, "fine", bucket)
    bad("AccessPointAlreadyOwnedByYou", 409)
    make(other, "fine", foreign)


def test_another_accounts_bucket(aws, server):
    other = Account.create(server)
    make(aws, "guest", other.bucket(), BucketAccountId=other.id)
    shown = local_client(aws, "s3control").get_access_point(AccountId=aws.id, Name="guest")
    assert shown["BucketAccountId"] == other.id


def test_a_bucket_goes_after_its_points(aws, control):
    s3, bucket = aws.client("s3"), aws.bucket()
    make(aws, "last", bucket)
    refused("BucketHasAccessPointsAttached", 400, s3.delete_bucket, Bucket=bucket)
    control.delete_access_point(AccountId=aws.id, Name="last")
    refused("NoSuchAccessPoint", 404, control.delete_access_point, AccountId=aws.id, Name="last")
    missing = refused("NoSuchAccessPoint", 404, control.get_access_point, AccountId=aws.id, Name="last")
    assert missing["Error"]["AccessPointName"] == "last"
    s3.delete_bucket(Bucket=bucket)


def test_hosts_have_one_meaning(aws, control):
    s3, bucket = aws.client("s3"), aws.bucket()
    make(aws, "hosted", bucket)
    refused("BucketAlreadyExists", 409, s3.create_bucket, Bucket=f"hosted-{aws.id}")
    s3.create_bucket(Bucket=f"first-{aws.id}")
    refused("InvalidAccessPoint", 400, control.create_access_point, AccountId=aws.id, Name="first", Bucket=bucket)
    refused("InvalidBucketName", 400, s3.create_bucket, Bucket="anything-s3alias")


def test_lists_by_pages_and_by_bucket(aws, control):
    one, two = aws.bucket(), aws.bucket()
    for number in range(5):
        make(aws, f"point-{number}", one if number % 2 else two)
    far = local_client(aws, "s3control", "eu-west-1")
    assert far.list_access_points(AccountId=aws.id)["AccessPointList"] == []
    names, token = [], {}
    while True:
        page = control.list_access_points(AccountId=aws.id, MaxResults=2, **token)
        assert len(page["AccessPointList"]) <= 2
        names += [point["Name"] for point in page["AccessPointList"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert names == [f"point-{number}" for number in range(5)]
    of_one = control.list_access_points(AccountId=aws.id, Bucket=one)["AccessPointList"]
    assert [point["Name"] for point in of_one] == ["point-1", "point-3"]
    refused("InvalidNextTokenException", 400, control.list_access_points, AccountId=aws.id, NextToken="invalid")
    refused("InvalidNextTokenException", 400, control.list_access_points, AccountId=aws.id, Bucket=one, **token)


def test_policies(aws, control):
    make(aws, "ruled")
    point = {"AccountId": aws.id, "Name": "ruled"}
    for call in (control.get_access_point_policy, control.get_access_point_policy_status):
        refused("NoSuchAccessPointPolicy", 404, call, **point)
    control.put_access_point_policy(**point, Policy=document(aws, "ruled"))
    assert json.loads(control.get_access_point_policy(**point)["Policy"]) == json.loads(document(aws, "ruled"))
    assert not control.get_access_point_policy_status(**point)["PolicyStatus"]["IsPublic"]
    control.delete_access_point_policy(**point)
    refused("NoSuchAccessPointPolicy", 404, control.get_access_point_policy, **point)
    for call in (control.get_access_point_policy, control.delete_access_point_policy):
        refused("NoSuchAccessPoint", 404, call, AccountId=aws.id, Name="none")
    refused("NoSuchAccessPoint", 404, control.put_access_point_policy, AccountId=aws.id, Name="none", Policy=document(aws, "none"))


@pytest.mark.parametrize("change, words", [
    ({"Resource": "arn:aws:s3:::bucket/*"}, "Policy has invalid resource"),
    ({"Resource": "arn:aws:s3:us-east-1:123456789012:accesspoint/ruled/object/*"}, "Policy has invalid resource"),
    ({"Action": "s3:ListBucket"}, "Action does not apply to any resource(s) in statement"),
    ({"Action": "s3:Fetch"}, "Policy has invalid action"),
    ({"Principal": {"AWS": "arn:aws:iam::ACCOUNT:user/none"}}, "Invalid principal in policy"),
])
def test_bad_policies(aws, control, change, words):
    make(aws, "ruled")
    put = {"AccountId": aws.id, "Name": "ruled", "Policy": document(aws, "ruled", **change).replace("ACCOUNT", aws.id)}
    assert refused("MalformedPolicy", 400, control.put_access_point_policy, **put)["Error"]["Message"] == words


def test_a_user_is_kept_by_its_id(aws, control):
    make(aws, "ruled")
    point = {"AccountId": aws.id, "Name": "ruled"}
    iam = aws.client("iam")
    user = iam.create_user(UserName="ann")["User"]
    text = document(aws, "ruled", Principal={"AWS": user["Arn"]})
    control.put_access_point_policy(**point, Policy=text)
    assert control.get_access_point_policy(**point)["Policy"] == text
    iam.update_user(UserName="ann", NewUserName="eve")
    assert control.get_access_point_policy(**point)["Policy"] == text.replace("user/ann", "user/eve")
    iam.delete_user(UserName="eve")
    assert control.get_access_point_policy(**point)["Policy"] == text.replace(user["Arn"], user["UserId"])
    assert control.get_access_point_policy_status(**point)["PolicyStatus"] == {"IsPublic": False}


def test_the_size_of_policies(aws, control):
    make(aws, "ruled")
    point = {"AccountId": aws.id, "Name": "ruled"}
    rest = 20 * 1024 - len(document(aws, "ruled", Sid="").replace(" ", ""))
    control.put_access_point_policy(**point, Policy=document(aws, "ruled", Sid="a" * rest))
    refused("MalformedPolicy", 400, control.put_access_point_policy, **point, Policy=document(aws, "ruled", Sid="a" * (rest + 1)))


def test_public_policies_are_blocked_by_whoever_blocks(aws, control):
    s3, bucket = aws.client("s3"), aws.bucket()
    make(aws, "open", bucket, PublicAccessBlockConfiguration=dict.fromkeys(ALL, False))
    make(aws, "shut", bucket)
    public = {"AccountId": aws.id, "Name": "open", "Policy": document(aws, "open", Principal="*")}
    refused("AccessDenied", 403, control.put_access_point_policy, **public)  # by its bucket
    s3.delete_public_access_block(Bucket=bucket)
    control.put_access_point_policy(**public)
    assert control.get_access_point_policy_status(AccountId=aws.id, Name="open")["PolicyStatus"]["IsPublic"]
    control.put_public_access_block(AccountId=aws.id, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
    message = refused("AccessDenied", 403, control.put_access_point_policy, **public)["Error"]["Message"]
    assert f's3:PutAccessPointPolicy on resource: "{arn(aws, "open")}"' in message and "BlockPublicPolicy" in message
    control.delete_public_access_block(AccountId=aws.id)
    refused("AccessDenied", 403, control.put_access_point_policy, AccountId=aws.id, Name="shut", Policy=document(aws, "shut", Principal="*"))


def test_permissions(aws, control):
    bucket = aws.bucket()
    maker = local_client(aws.user(allowed("s3:CreateAccessPoint", arn(aws, "mine-*"), StringEquals={"s3:AccessPointNetworkOrigin": "VPC"})), "s3control")
    ask = {"AccountId": aws.id, "Name": "mine-1", "Bucket": bucket, "VpcConfiguration": {"VpcId": "vpc-1"}}
    maker.create_access_point(**ask)
    for change in ({"VpcConfiguration": None}, {"Name": "yours"}, {"Tags": [{"Key": "a", "Value": "b"}]},
                   {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}}):
        changed = {key: value for key, value in {**ask, "Name": "mine-2", **change}.items() if value}
        refused("AccessDenied", 403, maker.create_access_point, **changed)
    reader = local_client(aws.user(allowed(["s3:GetAccessPoint", "s3:ListAccessPoints"])), "s3control")
    assert reader.get_access_point(AccountId=aws.id, Name="mine-1")["Bucket"] == bucket
    assert len(reader.list_access_points(AccountId=aws.id)["AccessPointList"]) == 1
    for call in (reader.delete_access_point, reader.get_access_point_policy, reader.delete_access_point_policy, reader.get_access_point_policy_status):
        refused("AccessDenied", 403, call, AccountId=aws.id, Name="mine-1")
    by_tag = aws.user(allowed("s3:DeleteAccessPoint", StringEquals={"aws:ResourceTag/team": "blue"}))
    refused("AccessDenied", 403, local_client(by_tag, "s3control").delete_access_point, AccountId=aws.id, Name="mine-1")
    control.tag_resource(AccountId=aws.id, ResourceArn=arn(aws, "mine-1"), Tags=[{"Key": "team", "Value": "blue"}])
    local_client(by_tag, "s3control").delete_access_point(AccountId=aws.id, Name="mine-1")


def test_they_survive(own_server):
    server = own_server()
    account = Account.create(server)
    bucket = account.bucket()
    make(account, "kept", bucket)
    control = local_client(account, "s3control")
    control.put_access_point_policy(AccountId=account.id, Name="kept", Policy=document(account, "kept"))
    before = control.get_access_point(AccountId=account.id, Name="kept")
    server.stop()
    server.start()
    control = local_client(account, "s3control")
    after = control.get_access_point(AccountId=account.id, Name="kept")
    assert {**after, "ResponseMetadata": None} == {**before, "ResponseMetadata": None}
    assert control.get_access_point_policy(AccountId=account.id, Name="kept")["Policy"] == document(account, "kept")
