"""Versions: kept, named, hidden behind delete markers, erased, listed."""

import pytest
from support.refusals import refused


@pytest.fixture
def versioned(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def allow(actions: list[str], *resources: str) -> dict:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": list(resources)}]}


def put(s3, bucket: str, text: bytes, key: str = "k") -> str:
    return s3.put_object(Bucket=bucket, Key=key, Body=text)["VersionId"]


def body(s3, bucket: str, **name) -> bytes:
    return s3.get_object(**{"Bucket": bucket, "Key": "k", **name})["Body"].read()


def test_a_bucket_says_whether_it_keeps_versions(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    assert "VersionId" not in s3.put_object(Bucket=bucket, Key="k", Body=b"")
    for status in ("Enabled", "Suspended", "Enabled"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == status
    refused("IllegalVersioningConfigurationException", 400, s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={})
    refused("MalformedXML", 400, s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "On"})
    answer = refused("NotImplemented", 501, s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"})
    assert "MFADelete" in answer["Error"]["Message"]


def test_each_version_is_read_by_its_name(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"null")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first, second = put(s3, bucket, b"first"), put(s3, bucket, b"second")
    assert s3.get_object(Bucket=bucket, Key="k")["VersionId"] == second
    assert [body(s3, bucket, VersionId=version) for version in (first, second, "null")] == [b"first", b"second", b"null"]
    assert s3.head_object(Bucket=bucket, Key="k", VersionId="null")["VersionId"] == "null"
    attributes = s3.get_object_attributes(Bucket=bucket, Key="k", VersionId=first, ObjectAttributes=["ObjectSize"])
    assert (attributes["VersionId"], attributes["ObjectSize"]) == (first, 5)
    refused("NoSuchVersion", 404, s3.get_object, Bucket=bucket, Key="k", VersionId=first[::-1])
    refused("InvalidArgument", 400, s3.get_object, Bucket=bucket, Key="k", VersionId="short")


def test_a_delete_marker_hides_and_its_removal_shows_again(s3, versioned):
    version = put(s3, versioned, b"text")
    hidden = s3.delete_object(Bucket=versioned, Key="k")
    assert hidden["DeleteMarker"] and hidden["VersionId"] != version
    answer = refused("NoSuchKey", 404, s3.get_object, Bucket=versioned, Key="k")
    assert answer["Error"] == {"Code": "NoSuchKey", "Message": "The specified key does not exist.", "Key": "k"}
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert (headers["x-amz-delete-marker"], headers["x-amz-version-id"]) == ("true", hidden["VersionId"])
    answer = refused("MethodNotAllowed", 405, s3.get_object, Bucket=versioned, Key="k", VersionId=hidden["VersionId"])
    assert (answer["Error"]["Method"], answer["Error"]["ResourceType"]) == ("GET", "DeleteMarker")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-delete-marker"] == "true" and headers["allow"] == "DELETE" and "last-modified" in headers
    assert s3.list_objects_v2(Bucket=versioned)["KeyCount"] == 0
    shown = s3.delete_object(Bucket=versioned, Key="k", VersionId=hidden["VersionId"])
    assert shown["DeleteMarker"] and shown["VersionId"] == hidden["VersionId"]
    assert body(s3, versioned) == b"text"
    refused("BucketNotEmpty", 409, s3.delete_bucket, Bucket=versioned)
    gone = s3.delete_object(Bucket=versioned, Key="k", VersionId=version)
    assert "DeleteMarker" not in gone
    s3.delete_bucket(Bucket=versioned)


def test_many_are_deleted_at_once(s3, versioned):
    version = put(s3, versioned, b"1", "a")
    put(s3, versioned, b"1", "b")
    answer = s3.delete_objects(
        Bucket=versioned,
        Delete={"Objects": [{"Key": "a", "VersionId": version}, {"Key": "b"}, {"Key": "never"}, {"Key": "b", "VersionId": "bad"}]},
    )
    by_key = {one["Key"]: one for one in answer["Deleted"]}
    assert by_key["a"] == {"Key": "a", "VersionId": version}
    assert by_key["b"]["DeleteMarker"] and by_key["never"]["DeleteMarkerVersionId"]
    assert [(one["Key"], one["VersionId"], one["Code"]) for one in answer["Errors"]] == [("b", "bad", "NoSuchVersion")]
    marker = by_key["b"]["DeleteMarkerVersionId"]
    (erased,) = s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "b", "VersionId": marker}]})["Deleted"]
    assert erased == {"Key": "b", "VersionId": marker, "DeleteMarker": True, "DeleteMarkerVersionId": marker}
    assert body(s3, versioned, Key="b") == b"1"


def test_suspended_versioning_puts_over_the_null_version(s3, versioned):
    version = put(s3, versioned, b"named")
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    assert s3.put_object(Bucket=versioned, Key="k", Body=b"1").get("VersionId", "null") == "null"
    s3.put_object(Bucket=versioned, Key="k", Body=b"2")
    assert body(s3, versioned) == b"2" and body(s3, versioned, VersionId=version) == b"named"
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 2
    hidden = s3.delete_object(Bucket=versioned, Key="k")
    assert hidden["DeleteMarker"] and hidden["VersionId"] == "null"
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 1


def test_versions_are_listed_newest_first_by_pages(s3, versioned):
    names = {key: [put(s3, versioned, str(number).encode(), key) for number in range(3)][::-1] for key in ("a", "b/1", "b/2", "c")}
    marker = s3.delete_object(Bucket=versioned, Key="c")["VersionId"]
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=versioned, PaginationConfig={"PageSize": 2})
    versions, markers = [], []
    for page in pages:
        assert len(page.get("Versions", [])) + len(page.get("DeleteMarkers", [])) <= 2
        versions += page.get("Versions", [])
        markers += page.get("DeleteMarkers", [])
    assert [(one["Key"], one["VersionId"]) for one in versions] == [(key, one) for key, all in names.items() for one in all]
    assert [one["Key"] for one in versions if one["IsLatest"]] == ["a", "b/1", "b/2"]
    assert [(one["Key"], one["VersionId"], one["IsLatest"]) for one in markers] == [("c", marker, True)]
    by_folder = s3.list_object_versions(Bucket=versioned, Delimiter="/")
    assert [one["Prefix"] for one in by_folder["CommonPrefixes"]] == ["b/"] and len(by_folder["Versions"]) == 6
    page = s3.list_object_versions(Bucket=versioned, Delimiter="/", MaxKeys=4)
    rest = s3.list_object_versions(Bucket=versioned, Delimiter="/", KeyMarker=page["NextKeyMarker"])
    assert page["IsTruncated"] and {one["Key"] for one in rest["Versions"]} == {"c"}
    refused("InvalidArgument", 400, s3.list_object_versions, Bucket=versioned, VersionIdMarker=marker)


def test_tags_belong_to_their_version(s3, versioned):
    first, second = put(s3, versioned, b"1"), put(s3, versioned, b"2")
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    assert s3.put_object_tagging(Bucket=versioned, Key="k", VersionId=first, Tagging=tags)["VersionId"] == first
    assert s3.get_object_tagging(Bucket=versioned, Key="k", VersionId=first)["TagSet"] == tags["TagSet"]
    answer = s3.get_object_tagging(Bucket=versioned, Key="k")
    assert (answer["TagSet"], answer["VersionId"]) == ([], second)
    assert s3.delete_object_tagging(Bucket=versioned, Key="k", VersionId=first)["VersionId"] == first


def test_a_former_version_is_copied(s3, versioned):
    first = put(s3, versioned, b"1")
    put(s3, versioned, b"2")
    answer = s3.copy_object(Bucket=versioned, Key="k", CopySource={"Bucket": versioned, "Key": "k", "VersionId": first})
    assert answer["CopySourceVersionId"] == first and answer["VersionId"] != first
    assert body(s3, versioned) == b"1"
    refused("NoSuchVersion", 404, s3.copy_object, Bucket=versioned, Key="k", CopySource={"Bucket": versioned, "Key": "k", "VersionId": first[::-1]})


def test_an_upload_makes_a_version(s3, versioned):
    before = put(s3, versioned, b"1")
    upload = s3.create_multipart_upload(Bucket=versioned, Key="k")["UploadId"]
    part = s3.upload_part(Bucket=versioned, Key="k", UploadId=upload, PartNumber=1, Body=b"whole")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    version = s3.complete_multipart_upload(Bucket=versioned, Key="k", UploadId=upload, MultipartUpload=parts)["VersionId"]
    assert body(s3, versioned, VersionId=version) == b"whole" and body(s3, versioned, VersionId=before) == b"1"


def test_versions_have_permissions_of_their_own(aws, s3, versioned):
    version = put(s3, versioned, b"1")
    arn = f"arn:aws:s3:::{versioned}"
    newest = aws.user(allow(["s3:GetObject", "s3:DeleteObject"], f"{arn}/*")).client("s3")
    assert body(newest, versioned) == b"1"
    refused("AccessDenied", 403, newest.get_object, Bucket=versioned, Key="k", VersionId=version)
    refused("AccessDenied", 403, newest.delete_object, Bucket=versioned, Key="k", VersionId=version)
    refused("AccessDenied", 403, newest.list_object_versions, Bucket=versioned)
    assert newest.delete_object(Bucket=versioned, Key="k")["DeleteMarker"]
    former = aws.user(allow(["s3:GetObjectVersion", "s3:ListBucketVersions"], arn, f"{arn}/*")).client("s3")
    assert body(former, versioned, VersionId=version) == b"1"
    assert len(former.list_object_versions(Bucket=versioned)["Versions"]) == 1
