"""SSH public keys and signing certificates: records of users, with AWS's validation and quotas; they stay the user's through renames."""

import datetime
import hashlib
import re
import base64

import botocore.exceptions
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def ssh(key) -> str:
    return key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def pem(key) -> str:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def certificate(name="a", days=(-1, 30)) -> str:
    own, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(own.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now + datetime.timedelta(days=days[0]))
            .not_valid_after(now + datetime.timedelta(days=days[1])).sign(own, hashes.SHA256()))
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def iam(aws):
    client = aws.client("iam")
    client.create_user(UserName="ann")
    return client


def test_an_ssh_key_is_uploaded_shown_changed_and_deleted(iam, key):
    given = ssh(key)
    made = iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=given + " ann@example.com\n")["SSHPublicKey"]
    digits = hashlib.md5(base64.b64decode(given.split()[1])).hexdigest()
    assert made["Fingerprint"] == ":".join(re.findall("..", digits))
    assert (made["UserName"], made["Status"], made["SSHPublicKeyBody"]) == ("ann", "Active", given)
    assert re.fullmatch("APKA[A-Z2-7]{16}", made["SSHPublicKeyId"])
    one = {"UserName": "ann", "SSHPublicKeyId": made["SSHPublicKeyId"]}
    assert iam.get_ssh_public_key(**one, Encoding="SSH")["SSHPublicKey"] == made
    assert iam.get_ssh_public_key(**one, Encoding="PEM")["SSHPublicKey"]["SSHPublicKeyBody"] == pem(key)
    iam.update_ssh_public_key(**one, Status="Inactive")
    (listed,) = iam.list_ssh_public_keys(UserName="ann")["SSHPublicKeys"]
    assert (listed["SSHPublicKeyId"], listed["Status"]) == (made["SSHPublicKeyId"], "Inactive")
    iam.delete_ssh_public_key(**one)
    assert iam.list_ssh_public_keys(UserName="ann")["SSHPublicKeys"] == []
    missing = ("NoSuchEntity", f"The Public Key with id {made['SSHPublicKeyId']} cannot be found.")
    assert refused(iam.get_ssh_public_key, **one, Encoding="SSH") == missing
    assert refused(iam.update_ssh_public_key, **one, Status="Active") == missing
    assert refused(iam.delete_ssh_public_key, **one) == missing


def test_an_ssh_key_may_come_in_pem(iam, key):
    made = iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=pem(key))["SSHPublicKey"]
    assert made["SSHPublicKeyBody"] == pem(key)
    assert refused(iam.upload_ssh_public_key, UserName="ann", SSHPublicKeyBody=ssh(key))[0] == "DuplicateSSHPublicKey"


def test_what_is_no_rsa_key_of_2048_bits_is_refused(iam):
    upload = iam.upload_ssh_public_key
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    curve = ec.generate_private_key(ec.SECP256R1())
    for body in (ssh(small), pem(small), pem(curve), "ssh-rsa AAAA", "ssh-rsa !!", certificate(), "-----BEGIN PUBLIC KEY-----"):
        assert refused(upload, UserName="ann", SSHPublicKeyBody=body)[0] == "InvalidPublicKey", body
    for body in ("key", "ssh-ed25519 AAAA", ssh(curve)):
        assert refused(upload, UserName="ann", SSHPublicKeyBody=body)[0] == "UnrecognizedPublicKeyEncoding", body
    assert refused(upload, UserName="bob", SSHPublicKeyBody=ssh(small)) == ("NoSuchEntity", "The user with name bob cannot be found.")


def test_a_certificate_is_uploaded_shown_changed_and_deleted(iam):
    body = certificate()
    made = iam.upload_signing_certificate(UserName="ann", CertificateBody=body)["Certificate"]
    assert (made["UserName"], made["Status"], made["CertificateBody"].strip()) == ("ann", "Active", body.strip())
    assert re.fullmatch("[A-Z2-7]{32}", made["CertificateId"])
    one = {"UserName": "ann", "CertificateId": made["CertificateId"]}
    iam.update_signing_certificate(**one, Status="Inactive")
    iam.update_user(UserName="ann", NewUserName="eve")
    (listed,) = iam.list_signing_certificates(UserName="eve")["Certificates"]
    assert listed == {**made, "UserName": "eve", "Status": "Inactive"}
    assert refused(iam.delete_user, UserName="eve") == ("DeleteConflict", "Cannot delete entity, must remove referenced objects first.")
    iam.delete_signing_certificate(**{**one, "UserName": "eve"})
    missing = ("NoSuchEntity", f"The Certificate with id {made['CertificateId']} cannot be found.")
    assert refused(iam.update_signing_certificate, **{**one, "UserName": "eve"}, Status="Active") == missing
    iam.delete_user(UserName="eve")


def test_a_user_has_two_certificates(iam):
    bodies = [certificate(), certificate(), certificate()]
    for body in bodies[:2]:
        iam.upload_signing_certificate(UserName="ann", CertificateBody=body)
    assert refused(iam.upload_signing_certificate, UserName="ann", CertificateBody=bodies[2]) == (
        "LimitExceeded", "Cannot exceed quota for CertificatesPerUser: 2")
    iam.create_user(UserName="bob")
    assert refused(iam.upload_signing_certificate, UserName="bob", CertificateBody=bodies[0])[0] == "DuplicateCertificate"
    assert refused(iam.upload_signing_certificate, UserName="bob", CertificateBody="no certificate") == (
        "MalformedCertificate", "Certificate no certificate is malformed.")
    assert refused(iam.upload_signing_certificate, UserName="bob", CertificateBody=certificate(days=(-3, -2)))[0] == "InvalidCertificate"


def test_the_credential_report_tells_of_certificates(iam):
    iam.upload_signing_certificate(UserName="ann", CertificateBody=certificate())
    while iam.generate_credential_report()["State"] != "COMPLETE":
        pass
    rows = iam.get_credential_report()["Content"].decode().splitlines()
    header, ann = rows[0].split(","), rows[-1].split(",")
    cells = dict(zip(header, ann))
    assert (cells["user"], cells["cert_1_active"], cells["cert_2_active"], cells["cert_2_last_rotated"]) == ("ann", "true", "false", "N/A")
    assert cells["cert_1_last_rotated"].endswith("+00:00")


def test_a_user_sees_its_own_without_its_name(aws, iam, key):
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=(
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:ListSSHPublicKeys","iam:ListSigningCertificates"],"Resource":"*"}}'))
    iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=ssh(key))
    keys = iam.create_access_key(UserName="ann")["AccessKey"]
    own = aws.client("iam", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"])
    assert [one["UserName"] for one in own.list_ssh_public_keys()["SSHPublicKeys"]] == ["ann"]
    assert own.list_signing_certificates()["Certificates"] == []
    assert refused(iam.list_signing_certificates) == ("ValidationError", "Must specify userName when calling with non-User credentials")
