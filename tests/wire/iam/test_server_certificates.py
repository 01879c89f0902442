"""Server certificates: parsed, matched with their keys and chains, shown without the key."""

import datetime

import botocore.exceptions
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key, password: bytes | None = None) -> str:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode()


def certificate(subject, key, issuer=None, issuer_key=None, days=(-1, 30)) -> str:
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in (subject, issuer or subject)]
    made = (x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now + datetime.timedelta(days=days[0]))
            .not_valid_after(now + datetime.timedelta(days=days[1])).sign(issuer_key or key, hashes.SHA256()))
    return made.public_bytes(serialization.Encoding.PEM).decode()


def test_a_certificate_is_uploaded_shown_renamed_and_deleted(aws):
    iam, key = aws.client("iam"), new_key()
    body = certificate("example.com", key)
    made = iam.upload_server_certificate(ServerCertificateName="one", Path="/web/", CertificateBody=body, PrivateKey=key_pem(key),
                                         Tags=[{"Key": "k", "Value": "v"}])
    meta = made["ServerCertificateMetadata"]
    assert meta["Arn"] == f"arn:aws:iam::{aws.account}:server-certificate/web/one"
    assert meta["ServerCertificateId"].startswith("ASCA")
    assert 29 <= (meta["Expiration"] - meta["UploadDate"]).days <= 30
    shown = iam.get_server_certificate(ServerCertificateName="one")["ServerCertificate"]
    assert shown["CertificateBody"].strip() == body.strip()
    assert (shown["ServerCertificateMetadata"], shown["Tags"]) == (meta, [{"Key": "k", "Value": "v"}])
    assert "PrivateKey" not in str(shown)
    assert refused(iam.upload_server_certificate, ServerCertificateName="one", CertificateBody=body, PrivateKey=key_pem(key)) == (
        "EntityAlreadyExists", "The Server Certificate with name one already exists.")
    iam.update_server_certificate(ServerCertificateName="one", NewServerCertificateName="two", NewPath="/")
    assert [one["Arn"] for one in iam.list_server_certificates()["ServerCertificateMetadataList"]] == [
        f"arn:aws:iam::{aws.account}:server-certificate/two"]
    assert iam.list_server_certificates(PathPrefix="/web/")["ServerCertificateMetadataList"] == []
    assert iam.list_server_certificate_tags(ServerCertificateName="two")["Tags"] == [{"Key": "k", "Value": "v"}]
    iam.tag_server_certificate(ServerCertificateName="two", Tags=[{"Key": "l", "Value": "w"}])
    iam.untag_server_certificate(ServerCertificateName="two", TagKeys=["k"])
    assert iam.list_server_certificate_tags(ServerCertificateName="two")["Tags"] == [{"Key": "l", "Value": "w"}]
    iam.delete_server_certificate(ServerCertificateName="two")
    assert refused(iam.get_server_certificate, ServerCertificateName="two") == (
        "NoSuchEntity", "The Server Certificate with name two cannot be found.")


def test_a_chain_begins_with_the_signer(aws):
    iam, root, middle, leaf = aws.client("iam"), new_key(), new_key(), new_key()
    body = certificate("example.com", leaf, "middle", middle)
    signer, top = certificate("middle", middle, "root", root), certificate("root", root)
    ask = {"CertificateBody": body, "PrivateKey": key_pem(leaf)}
    iam.upload_server_certificate(ServerCertificateName="one", CertificateChain=signer + top, **ask)
    assert iam.get_server_certificate(ServerCertificateName="one")["ServerCertificate"]["CertificateChain"].count("BEGIN") == 2
    for chain in (top + signer, top, "nothing", signer + top * 100):
        code, message = refused(iam.upload_server_certificate, ServerCertificateName="two", CertificateChain=chain, **ask)
        assert code == "MalformedCertificate"
        assert message.startswith("Unable to validate certificate chain. The certificate chain must start with the immediate "
                                  "signing certificate, followed by any intermediaries in order.")


def test_what_does_not_fit_is_refused(aws):
    iam, key = aws.client("iam"), new_key()
    body = certificate("example.com", key)

    def upload(body, private_key):
        return iam.upload_server_certificate(ServerCertificateName="one", CertificateBody=body, PrivateKey=private_key)

    assert refused(upload, "nothing", key_pem(key)) == (
        "MalformedCertificate", "Unable to parse certificate. Please ensure the certificate is in PEM format.")
    assert refused(upload, body, "nothing")[0] == "MalformedCertificate"
    assert refused(upload, body, key_pem(key, b"password"))[0] == "MalformedCertificate"
    assert refused(upload, body, key_pem(new_key()))[0] == "KeyPairMismatch"
    for days in ((-30, -1), (1, 30)):
        assert refused(upload, certificate("example.com", key, days=days), key_pem(key))[0] == "MalformedCertificate"
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []


def test_a_private_key_lies_sealed(aws, server):
    key = new_key()
    pem = key_pem(key)
    aws.client("iam").upload_server_certificate(ServerCertificateName="one", CertificateBody=certificate("example.com", key), PrivateKey=pem)
    secret = pem.splitlines()[1].encode()
    assert all(secret not in path.read_bytes() for path in server.data.glob("millrace.db*"))


def test_an_account_has_twenty(aws):
    iam, key = aws.client("iam"), new_key()
    body, pem = certificate("example.com", key), key_pem(key)
    for number in range(20):
        iam.upload_server_certificate(ServerCertificateName=f"c{number}", CertificateBody=body, PrivateKey=pem)
    assert refused(iam.upload_server_certificate, ServerCertificateName="more", CertificateBody=body, PrivateKey=pem)[0] == "LimitExceeded"
