"""What is public: Block Public Access with its four effects, and requests that nobody signed."""

import json

import pytest
import requests
from support import raw
from support.account import Account
from support.refusals import refused


@pytest.fixture
def bucket(aws):
    name = aws.bucket()
    aws.client("s3").put_object(Bucket=name, Key="k", Body=b"a")
    return name


def block(aws, bucket, **on):
    aws.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=on)


def policy(bucket, actions="s3:GetObject", path="/*", **more):
    everybody = {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": f"arn:aws:s3:::{bucket}{path}", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [everybody]})


def get(aws, path, **more):
    return requests.get(f"{aws.server.url}/{path}", timeout=30, **more)


def code(answer):
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def test_a_new_bucket_blocks_everything(aws, bucket):
    s3 = aws.client("s3")
    all_on = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == all_on
    block(aws, bucket, IgnorePublicAcls=True)
    some = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert [name for name, on in some.items() if on] == ["IgnorePublicAcls"]
    s3.delete_public_access_block(Bucket=bucket)
    refused("NoSuchPublicAccessBlockConfiguration", 404, s3.get_public_access_block, Bucket=bucket)


def test_public_policies_are_refused(aws, bucket):
    s3 = aws.client("s3")
    message = refused("AccessDenied", 403, s3.put_bucket_policy, Bucket=bucket, Policy=policy(bucket))["Error"]["Message"]
    assert message.endswith("because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.")
    for condition in ({"StringEquals": {"aws:SourceAccount": aws.id}}, {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
                      {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{aws.id}:user/ann"}}):
        s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, Condition=condition))
        assert not s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"], condition
    for condition in ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, {"StringLike": {"aws:PrincipalArn": "arn:*"}},
                      {"StringNotEquals": {"aws:SourceAccount": aws.id}}, {"Bool": {"aws:SecureTransport": "true"}}):
        refused("AccessDenied", 403, s3.put_bucket_policy, Bucket=bucket, Policy=policy(bucket, Condition=condition))
    block(aws, bucket, RestrictPublicBuckets=True)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket))
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"]


def test_restricted_buckets_open_to_nobody_else(aws, bucket, stranger):
    s3 = aws.client("s3")
    block(aws, bucket)
    both = json.loads(policy(bucket))
    both["Statement"].append({**both["Statement"][0], "Principal": {"AWS": stranger.id}})
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(both))
    assert get(aws, f"{bucket}/k").content == b"a"
    assert stranger.client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"a"
    block(aws, bucket, RestrictPublicBuckets=True)
    assert code(get(aws, f"{bucket}/k")) == (403, "AccessDenied")
    refused("AccessDenied", 403, stranger.client("s3").get_object, Bucket=bucket, Key="k")
    assert aws.user().client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"a"


def test_nobody_is_let_in_unasked(aws, bucket):
    assert code(get(aws, f"{bucket}/k")) == (403, "AccessDenied")
    assert code(get(aws, bucket)) == (403, "AccessDenied")
    assert code(get(aws, f"no-such-{bucket}/k")) == (404, "NoSuchBucket")
    assert get(aws, "").status_code == 403
    assert requests.put(f"{aws.server.url}/new-{bucket}", timeout=30).status_code == 403
    assert requests.put(f"{aws.server.url}/{bucket}/new", data=b"x", timeout=30).status_code == 403
    assert requests.delete(f"{aws.server.url}/{bucket}/k", timeout=30).status_code == 403
    assert requests.delete(f"{aws.server.url}/{bucket}", timeout=30).status_code == 403
    assert requests.post(f"{aws.server.url}/{bucket}?delete", data=b"<Delete><Object><Key>k</Key></Object></Delete>",
                         timeout=30).status_code in (400, 403)
    for sub in ("policy", "acl", "publicAccessBlock", "ownershipControls", "tagging", "versioning", "lifecycle", "uploads"):
        assert code(get(aws, f"{bucket}?{sub}")) == (403, "AccessDenied"), sub
    assert aws.client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"a"


def test_everybody_may_do_what_a_policy_says(aws, bucket):
    s3 = aws.client("s3")
    block(aws, bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket))
    answer = get(aws, f"{bucket}/k", headers={"Range": "bytes=0-0"})
    assert (answer.status_code, answer.content) == (206, b"a")
    assert requests.head(f"{aws.server.url}/{bucket}/k", timeout=30).status_code == 200
    # What may not be listed is not said to be missing.
    assert code(get(aws, f"{bucket}/gone")) == (403, "AccessDenied")
    assert code(get(aws, f"{bucket}?list-type=2")) == (403, "AccessDenied")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], "*"))
    assert code(get(aws, f"{bucket}/gone")) == (404, "NoSuchKey")
    assert "<Key>k</Key>" in get(aws, f"{bucket}?list-type=2").text
    assert requests.put(f"{aws.server.url}/{bucket}/new", data=b"unsigned", timeout=30).status_code == 200
    assert s3.get_object(Bucket=bucket, Key="new")["Body"].read() == b"unsigned"
    assert requests.delete(f"{aws.server.url}/{bucket}/new", timeout=30).status_code == 403


def test_conditions_hold_for_everybody_too(aws, bucket):
    s3 = aws.client("s3")
    block(aws, bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, Condition={"IpAddress": {"aws:SourceIp": "127.0.0.1"}}))
    assert get(aws, f"{bucket}/k").status_code == 200
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, Condition={"IpAddress": {"aws:SourceIp": "10.1.2.3"}}))
    assert get(aws, f"{bucket}/k").status_code == 403
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, Condition={"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}))
    assert get(aws, f"{bucket}/k").status_code == 403
    url = Account.create(aws.server).client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    assert requests.get(url, timeout=30).content == b"a"


@pytest.fixture
def away(aws):
    """A bucket in another region than the server's own, as a website, and that region."""
    name, region = aws.name("away"), "eu-west-1"
    s3 = aws.client("s3", region)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    s3.put_object(Bucket=name, Key="k", Body=b"a")
    s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "k"}})
    s3.delete_public_access_block(Bucket=name)
    return name, region


def test_who_signs_nothing_asks_in_the_buckets_region(aws, away):
    bucket, region = away
    site = {"Host": f"{bucket}.s3-website.localhost:{aws.server.url.rpartition(':')[2]}"}
    for asked, status in ((region, 200), ("us-east-1", 403)):
        only = policy(bucket, Condition={"StringEquals": {"aws:RequestedRegion": asked}})
        aws.client("s3", region).put_bucket_policy(Bucket=bucket, Policy=only)
        assert get(aws, f"{bucket}/k").status_code == status
        assert get(aws, "k", headers=site).status_code == status


def test_a_region_that_is_signed_for_reaches_no_bucket_of_another(aws, away):
    """Nor does a policy for that region let anybody write there."""
    bucket, region = away
    here = {"Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", **here}]}
    user = aws.user(allowed)
    for method, body in (("GET", b""), ("PUT", b"b"), ("DELETE", b"")):
        for signed, answer in (("us-east-1", (301, "PermanentRedirect")), (region, (403, "AccessDenied"))):
            asked = raw.request(user, "s3", method, f"/{bucket}/k", body, region=signed)
            assert raw.send(user, asked).error() == answer, (method, signed)
    assert aws.client("s3", region).get_object(Bucket=bucket, Key="k")["Body"].read() == b"a"


def test_the_anonymous_own_nothing_of_the_first_account(aws, server):
    """An unsigned request is of no account: not of the default one either."""
    answer = requests.get(f"{server.url}/?x-id=ListBuckets", timeout=30)
    assert answer.status_code == 403
