"""Virtual MFA devices: their seeds and pictures, and codes that are good once."""

import base64
import time
import zlib

import botocore.exceptions
import pytest
from support.federation import Device, code


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def user_name(user) -> str:
    return user.client("sts").get_caller_identity()["Arn"].rpartition("/")[2]


def pixels(png: bytes) -> list[list[bool]]:
    """The rows of a picture of one bit a pixel; true is dark."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, width, height = 8, b"", 0, 0
    while at < len(png):
        size, kind = int.from_bytes(png[at:at + 4], "big"), png[at + 4:at + 8]
        body = png[at + 8:at + 8 + size]
        assert zlib.crc32(kind + body) == int.from_bytes(png[at + 8 + size:at + 12 + size], "big")
        if kind == b"IHDR":
            width, height = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
            assert body[8:10] == b"\x01\x00"
        data += body if kind == b"IDAT" else b""
        at += 12 + size
    rows, stride = zlib.decompress(data), 1 + (width + 7) // 8
    assert len(rows) == stride * height
    return [[not rows[y * stride + 1 + x // 8] >> (7 - x % 8) & 1 for x in range(width)] for y in range(height)]


def test_a_device_has_a_seed_and_a_qr_code(aws):
    device = Device(aws, "phone")
    assert device.serial == f"arn:aws:iam::{aws.account}:mfa/phone"
    assert len(base64.b32decode(device.seed)) == 40
    rows = pixels(device.picture)
    modules = [row[::4] for row in rows[::4]]
    size = len(modules) - 8
    assert (size - 17) % 4 == 0, "no QR code has this size"
    finder = [row[4:11] for row in modules[4:11]]
    assert finder == [[(y in (0, 6) or x in (0, 6) or (2 <= y <= 4 and 2 <= x <= 4)) for x in range(7)] for y in range(7)]
    assert refused(Device, aws, "phone") == (
        "EntityAlreadyExists", "MFA device already exists.")


def test_two_codes_in_a_row_enable_a_device(aws):
    name, device = user_name(aws.user()), Device(aws)
    iam = aws.client("iam")

    def enable(first, second):
        return iam.enable_mfa_device(UserName=name, SerialNumber=device.serial, AuthenticationCode1=first, AuthenticationCode2=second)

    for first, second in ((0, 0), (0, -1), (-1, 1), (500, 501)):
        assert refused(enable, code(device.seed, first), code(device.seed, second)) == (
            "InvalidAuthenticationCode", "Authentication code for device is not valid.")
    enable(code(device.seed, -1), code(device.seed))
    listed = iam.list_mfa_devices(UserName=name)["MFADevices"]
    assert [(one["UserName"], one["SerialNumber"]) for one in listed] == [(name, device.serial)]
    assert iam.get_mfa_device(UserName=name, SerialNumber=device.serial)["EnableDate"] == listed[0]["EnableDate"]
    assert refused(enable, code(device.seed), code(device.seed, 1)) == ("EntityAlreadyExists", "MFA Device is already in use.")
    assert refused(iam.enable_mfa_device, UserName=name, SerialNumber=device.serial + "x", AuthenticationCode1="000000",
                   AuthenticationCode2="000001") == (
        "NoSuchEntity", f"MFA Device with serial number {device.serial}x does not exist.")


def test_a_device_in_use_is_not_deleted_nor_is_its_user(aws):
    user = aws.user()
    name, iam = user_name(user), aws.client("iam")
    device = Device(aws).enable(name)
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=device.serial) == (
        "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.")
    iam.delete_access_key(UserName=name, AccessKeyId=user.key)
    assert refused(iam.delete_user, UserName=name) == (
        "DeleteConflict", "Cannot delete entity, must delete MFA device first.")
    iam.deactivate_mfa_device(UserName=name, SerialNumber=device.serial)
    assert refused(iam.deactivate_mfa_device, UserName=name, SerialNumber=device.serial)[0] == "NoSuchEntity"
    iam.delete_virtual_mfa_device(SerialNumber=device.serial)
    iam.delete_user(UserName=name)
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []


def test_a_device_stays_its_users_when_that_is_renamed(aws):
    name, iam = user_name(aws.user()), aws.client("iam")
    device = Device(aws).enable(name)
    iam.update_user(UserName=name, NewUserName=name + "-new")
    assert len(iam.list_mfa_devices(UserName=name + "-new")["MFADevices"]) == 1
    assert [one["User"]["UserName"] for one in iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]] == [
        name + "-new"]
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"] == []
    assert device.serial


def test_a_device_that_went_astray_is_set_right(aws):
    user = aws.user()
    name, device = user_name(user), Device(aws)
    device.enable(name)
    now = time.time() + 3600
    sts = user.client("sts")
    shown = {"SerialNumber": device.serial}
    assert refused(sts.get_session_token, TokenCode=code(device.seed, at=now), **shown)[0] == "AccessDenied"
    aws.client("iam").resync_mfa_device(UserName=name, AuthenticationCode1=code(device.seed, -2, at=now),
                                        AuthenticationCode2=code(device.seed, -1, at=now), **shown)
    sts.get_session_token(TokenCode=code(device.seed, at=now), **shown)


def test_devices_have_tags(aws):
    iam, device = aws.client("iam"), Device(aws)
    iam.tag_mfa_device(SerialNumber=device.serial, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_mfa_device(SerialNumber=device.serial, TagKeys=["a"])
    assert iam.list_mfa_device_tags(SerialNumber=device.serial)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert refused(iam.list_mfa_device_tags, SerialNumber=device.serial + "x")[0] == "NoSuchEntity"


def test_a_seed_lies_sealed(aws, server):
    device = Device(aws)
    raw = base64.b32decode(device.seed)
    for path in server.data.glob("millrace.db*"):
        data = path.read_bytes()
        assert raw not in data and device.seed.encode() not in data and base64.b64encode(raw) not in data


def test_a_user_has_eight_devices(aws):
    name = user_name(aws.user())
    for _ in range(8):
        Device(aws).enable(name)
    assert refused(Device(aws).enable, name)[0] == "LimitExceeded"
