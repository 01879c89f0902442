"""Access control lists and who owns objects: put, shown, heeded where ownership is not enforced."""

import json

import requests
from support.refusals import refused

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def listed(aws, ownership="ObjectWriter", block=False):
    """A bucket that heeds lists, and blocks nothing public unless told to."""
    name, s3 = aws.name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=name, ObjectOwnership=ownership)
    if not block:
        s3.delete_public_access_block(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"a")
    return name


def user_id(account):
    return account.client("s3").list_buckets()["Owner"]["ID"]


def grants(answer):
    return sorted((one["Grantee"].get("ID") or one["Grantee"]["URI"], one["Permission"]) for one in answer["Grants"])


def test_enforced_ownership_has_no_lists(aws):
    bucket, s3 = aws.bucket(), aws.client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"a", ACL="bucket-owner-full-control")
    for call, arguments in [
        (s3.put_bucket_acl, {"ACL": "private"}),
        (s3.put_object_acl, {"Key": "k", "ACL": "public-read"}),
        (s3.put_object, {"Key": "k", "Body": b"", "ACL": "public-read"}),
        (s3.put_object, {"Key": "k", "Body": b"", "GrantRead": f'uri="{ALL_USERS}"'}),
        (s3.create_multipart_upload, {"Key": "k", "ACL": "authenticated-read"}),
        (s3.copy_object, {"Key": "c", "CopySource": f"{bucket}/k", "ACL": "public-read"}),
    ]:
        refused("AccessControlListNotSupported", 400, call, Bucket=bucket, **arguments)
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="bucket-owner-full-control")
    owner = user_id(aws)
    for answer in (s3.get_bucket_acl(Bucket=bucket), s3.get_object_acl(Bucket=bucket, Key="k")):
        assert answer["Owner"]["ID"] == owner
        assert grants(answer) == [(owner, "FULL_CONTROL")]


def test_where_there_are_no_lists_the_owners_own_is_taken(aws):
    bucket, s3 = aws.bucket(), aws.client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    whole = {key: s3.get_object_acl(Bucket=bucket, Key="k")[key] for key in ("Owner", "Grants")}
    s3.put_object_acl(Bucket=bucket, Key="k", AccessControlPolicy=whole)
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy=whole)
    (grant,) = whole["Grants"]
    less = {**whole, "Grants": [{**grant, "Permission": "READ"}]}
    refused("AccessControlListNotSupported", 400, s3.put_object_acl, Bucket=bucket, Key="k", AccessControlPolicy=less)
    refused("AccessControlListNotSupported", 400, s3.put_bucket_acl, Bucket=bucket, AccessControlPolicy=less)


def test_ownership_controls(aws):
    bucket, s3 = aws.bucket(), aws.client("s3")

    def shown():
        return s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]

    assert shown() == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    for name in ("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"):
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": name}]})
        assert shown() == [{"ObjectOwnership": name}]
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    refused("OwnershipControlsNotFoundError", 404, s3.get_bucket_ownership_controls, Bucket=bucket)
    made = aws.name("bucket")
    s3.create_bucket(Bucket=made, ObjectOwnership="ObjectWriter")
    assert s3.get_bucket_ownership_controls(Bucket=made)["OwnershipControls"]["Rules"][0]["ObjectOwnership"] == "ObjectWriter"


def test_a_bucket_with_grants_cannot_enforce_ownership(aws, stranger):
    bucket, s3 = listed(aws), aws.client("s3")
    s3.put_bucket_acl(Bucket=bucket, GrantRead=f"id={user_id(stranger)}")
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    refused("InvalidBucketAclWithObjectOwnership", 400, s3.put_bucket_ownership_controls, Bucket=bucket, OwnershipControls=enforced)
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=enforced)


def test_creating_with_lists(aws):
    s3, name = aws.client("s3"), aws.name("bucket")
    refused("InvalidBucketAclWithObjectOwnership", 400, s3.create_bucket, Bucket=name, ACL="public-read")
    refused("InvalidBucketAclWithBlockPublicAccessError", 400, s3.create_bucket, Bucket=name, ACL="public-read",
            ObjectOwnership="ObjectWriter")
    s3.create_bucket(Bucket=name, GrantWrite=f'uri="{LOG_DELIVERY}"', ObjectOwnership="BucketOwnerPreferred")
    assert grants(s3.get_bucket_acl(Bucket=name)) == [(LOG_DELIVERY, "WRITE")]


def test_canned_lists(aws):
    bucket, s3, owner = listed(aws), aws.client("s3"), user_id(aws)
    own = (owner, "FULL_CONTROL")
    for canned, further in {
        "private": [], "public-read": [(ALL_USERS, "READ")], "public-read-write": [(ALL_USERS, "READ"), (ALL_USERS, "WRITE")],
        "authenticated-read": [(AUTHENTICATED, "READ")],
    }.items():
        s3.put_bucket_acl(Bucket=bucket, ACL=canned)
        assert grants(s3.get_bucket_acl(Bucket=bucket)) == sorted([own, *further])
        s3.put_object_acl(Bucket=bucket, Key="k", ACL=canned)
        assert grants(s3.get_object_acl(Bucket=bucket, Key="k")) == sorted([own, *further])
    for canned in ("bucket-owner-read", "bucket-owner-full-control"):
        s3.put_object_acl(Bucket=bucket, Key="k", ACL=canned)
        assert grants(s3.get_object_acl(Bucket=bucket, Key="k")) == [own]
    refused("NotImplemented", 501, s3.put_object_acl, Bucket=bucket, Key="k", ACL="aws-exec-read")


def test_lists_in_full_and_by_headers(aws, stranger):
    bucket, s3, owner, other = listed(aws), aws.client("s3"), user_id(aws), user_id(stranger)
    wanted = {"Owner": {"ID": owner}, "Grants": [
        {"Grantee": {"Type": "CanonicalUser", "ID": other}, "Permission": "READ_ACP"},
        {"Grantee": {"Type": "Group", "URI": LOG_DELIVERY}, "Permission": "WRITE"}]}
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy=wanted)
    assert grants(s3.get_bucket_acl(Bucket=bucket)) == sorted([(other, "READ_ACP"), (LOG_DELIVERY, "WRITE")])
    s3.put_object(Bucket=bucket, Key="h", Body=b"", GrantRead=f'id="{other}", uri="{AUTHENTICATED}"', GrantFullControl=f"id={owner}")
    assert grants(s3.get_object_acl(Bucket=bucket, Key="h")) == sorted(
        [(other, "READ"), (AUTHENTICATED, "READ"), (owner, "FULL_CONTROL")])


def test_bad_lists(aws, stranger):
    bucket, s3, owner = listed(aws), aws.client("s3"), user_id(aws)
    place = {"Bucket": bucket, "Key": "k"}
    refused("InvalidArgument", 400, s3.put_object_acl, **place, GrantRead="id=0123")
    refused("InvalidArgument", 400, s3.put_object_acl, **place, GrantRead="uri=http://example.com/all")
    refused("InvalidArgument", 400, s3.put_object_acl, **place, GrantRead="everybody")
    refused("UnresolvableGrantByEmailAddress", 400, s3.put_object_acl, **place, GrantRead="emailAddress=a@example.com")
    refused("InvalidRequest", 400, s3.put_object, **place, Body=b"", ACL="private", GrantRead=f"id={owner}")
    refused("MissingSecurityHeader", 400, s3.put_object_acl, **place)
    foreign = {"Owner": {"ID": user_id(stranger)}, "Grants": []}
    refused("AccessDenied", 403, s3.put_object_acl, **place, AccessControlPolicy=foreign)
    one = {"Grantee": {"Type": "CanonicalUser", "ID": owner}, "Permission": "READ"}
    refused("MalformedACLError", 400, s3.put_object_acl, **place, AccessControlPolicy={"Owner": {"ID": owner}, "Grants": [one] * 101})
    refused("NoSuchKey", 404, s3.put_object_acl, Bucket=bucket, Key="gone", ACL="private")


def test_public_lists_are_blocked_or_ignored(aws):
    bucket, s3 = listed(aws, block=True), aws.client("s3")
    place = {"Bucket": bucket, "Key": "k"}
    message = refused("AccessDenied", 403, s3.put_object_acl, **place, ACL="public-read")["Error"]["Message"]
    assert message.endswith("are prevented by the BlockPublicAcls setting in S3 Block Public Access.")
    refused("AccessDenied", 403, s3.put_bucket_acl, Bucket=bucket, ACL="authenticated-read")
    refused("AccessDenied", 403, s3.put_object, **place, Body=b"", ACL="public-read")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    s3.put_object_acl(**place, ACL="public-read")
    url = f"{aws.server.url}/{bucket}/k"
    assert requests.get(url, timeout=30).status_code == 403
    assert grants(s3.get_object_acl(**place)) == [(user_id(aws), "FULL_CONTROL")]
    s3.delete_public_access_block(Bucket=bucket)
    assert requests.get(url, timeout=30).content == b"a"
    assert (ALL_USERS, "READ") in grants(s3.get_object_acl(**place))


def test_grants_decide(aws, stranger):
    bucket, s3, other = listed(aws), aws.client("s3"), stranger.client("s3")
    place = {"Bucket": bucket, "Key": "k"}
    refused("AccessDenied", 403, other.get_object, **place)
    s3.put_object_acl(**place, GrantRead=f"id={user_id(stranger)}")
    assert other.get_object(**place)["Body"].read() == b"a"
    # An account's users need its leave too.
    refused("AccessDenied", 403, stranger.user().client("s3").get_object, **place)
    refused("AccessDenied", 403, other.get_object_acl, **place)
    s3.put_object_acl(**place, GrantReadACP=f"id={user_id(stranger)}", GrantWriteACP=f"id={user_id(stranger)}")
    refused("AccessDenied", 403, other.get_object, **place)
    other.get_object_acl(**place)
    other.put_object_acl(**place, GrantRead=f"id={user_id(stranger)}")
    assert other.get_object(**place)["Body"].read() == b"a"
    refused("AccessDenied", 403, other.list_objects_v2, Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, GrantRead=f"id={user_id(stranger)}")
    assert other.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    refused("NoSuchKey", 404, other.get_object, Bucket=bucket, Key="gone")
    refused("AccessDenied", 403, other.put_object, Bucket=bucket, Key="mine", Body=b"")


def test_authenticated_users_are_all_but_the_anonymous(aws, stranger):
    bucket = listed(aws)
    aws.client("s3").put_object_acl(Bucket=bucket, Key="k", ACL="authenticated-read")
    assert stranger.client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"a"
    assert requests.get(f"{aws.server.url}/{bucket}/k", timeout=30).status_code == 403


def test_a_writer_owns_what_it_writes(aws, stranger):
    bucket, s3, other = listed(aws), aws.client("s3"), stranger.client("s3")
    s3.put_bucket_acl(Bucket=bucket, GrantWrite=f"id={user_id(stranger)}")
    theirs = {"Bucket": bucket, "Key": "theirs"}
    other.put_object(**theirs, Body=b"theirs")
    assert other.get_object(**theirs)["Body"].read() == b"theirs"
    assert other.get_object_acl(**theirs)["Owner"]["ID"] == user_id(stranger)
    refused("AccessDenied", 403, s3.get_object, **theirs)
    # The bucket's policy gives nothing that is not its owner's.
    everybody = {"Effect": "Allow", "Principal": {"AWS": aws.id}, "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}))
    refused("AccessDenied", 403, s3.get_object, **theirs)
    # Others' objects are not for a writer to overwrite.
    refused("AccessDenied", 403, other.put_object, Bucket=bucket, Key="k", Body=b"mine")
    other.put_object(**theirs, Body=b"given", ACL="bucket-owner-full-control")
    assert s3.get_object(**theirs)["Body"].read() == b"given"
    assert s3.get_object_acl(**theirs)["Owner"]["ID"] == user_id(stranger)
    other.put_object(**theirs, Body=b"kept")
    s3.delete_object(**theirs)
    refused("AccessDenied", 403, other.get_object, **{**theirs, "Key": "k"})


def test_enforcing_ownership_takes_objects_over(aws, stranger):
    bucket, s3, other = listed(aws), aws.client("s3"), stranger.client("s3")
    s3.put_bucket_acl(Bucket=bucket, GrantWrite=f"id={user_id(stranger)}")
    other.put_object(Bucket=bucket, Key="theirs", Body=b"theirs")
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    assert s3.get_object(Bucket=bucket, Key="theirs")["Body"].read() == b"theirs"
    refused("AccessDenied", 403, other.get_object, Bucket=bucket, Key="theirs")
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    refused("AccessDenied", 403, s3.get_object, Bucket=bucket, Key="theirs")


def test_preferred_ownership_takes_what_is_given(aws, stranger):
    bucket, s3, other = listed(aws, "BucketOwnerPreferred"), aws.client("s3"), stranger.client("s3")
    s3.put_bucket_acl(Bucket=bucket, GrantWrite=f"id={user_id(stranger)}")
    other.put_object(Bucket=bucket, Key="given", Body=b"1", ACL="bucket-owner-full-control")
    other.put_object(Bucket=bucket, Key="kept", Body=b"2")
    assert s3.get_object_acl(Bucket=bucket, Key="given")["Owner"]["ID"] == user_id(aws)
    refused("AccessDenied", 403, other.get_object, Bucket=bucket, Key="given")
    refused("AccessDenied", 403, s3.get_object, Bucket=bucket, Key="kept")


def test_lists_on_copies_and_uploads(aws):
    bucket, s3 = listed(aws), aws.client("s3")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k", ACL="public-read")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts", ACL="public-read")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"p")["ETag"]
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})
    for key in ("copy", "parts"):
        assert (ALL_USERS, "READ") in grants(s3.get_object_acl(Bucket=bucket, Key=key))
        assert requests.get(f"{aws.server.url}/{bucket}/{key}", timeout=30).status_code == 200
    s3.copy_object(Bucket=bucket, Key="private", CopySource=f"{bucket}/copy")
    assert requests.get(f"{aws.server.url}/{bucket}/private", timeout=30).status_code == 403


def test_a_list_needs_its_own_action(aws):
    bucket = listed(aws)
    user = aws.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]})
    user.client("s3").put_object(Bucket=bucket, Key="n", Body=b"")
    message = refused("AccessDenied", 403, user.client("s3").put_object, Bucket=bucket, Key="n", Body=b"", ACL="private")["Error"]["Message"]
    assert "s3:PutObjectAcl" in message


def test_anybody_may_write_where_the_list_says_so(aws):
    bucket, s3 = listed(aws), aws.client("s3")
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    url = f"{aws.server.url}/{bucket}"
    assert requests.put(f"{url}/given", data=b"x", headers={"x-amz-acl": "bucket-owner-full-control"}, timeout=30).status_code == 200
    assert s3.get_object(Bucket=bucket, Key="given")["Body"].read() == b"x"
    assert requests.put(f"{url}/anon", data=b"x", timeout=30).status_code == 200
    refused("AccessDenied", 403, s3.get_object, Bucket=bucket, Key="anon")
    assert "<Key>anon</Key>" in requests.get(url, timeout=30).text
    assert requests.put(f"{url}/k", data=b"x", timeout=30).status_code == 403
    s3.delete_object(Bucket=bucket, Key="anon")
