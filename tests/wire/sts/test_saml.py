"""AssumeRoleWithSAML: assertions that an account's provider signed; whatever else stands in a response counts for nothing."""

import base64
import datetime

import botocore.exceptions
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from support.saml import ATTRIBUTES, DS, Provider, at, attribute

ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}]}
INVALID = ("InvalidIdentityToken", "Response signature invalid")


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


class Federation:
    def __init__(self, aws, actions=("sts:AssumeRoleWithSAML",), policy=ALLOWED, condition=None):
        self.aws, self.idp = aws, Provider()
        self.arn = aws.client("iam").create_saml_provider(Name="idp", SAMLMetadataDocument=self.idp.metadata())["SAMLProviderArn"]
        statement = {"Effect": "Allow", "Principal": {"Federated": self.arn}, "Action": list(actions)}
        if condition:
            statement["Condition"] = condition
        self.role = aws.role(policy, {"Version": "2012-10-17", "Statement": [statement]})
        self.sts = aws.client("sts", config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}))

    def assertion(self, **changes) -> str:
        return self.idp.assertion(self.role, self.arn, **changes)

    def send(self, response: str, **changes):
        return self.sts.assume_role_with_saml(**{"RoleArn": self.role, "PrincipalArn": self.arn, "SAMLAssertion": response, **changes})

    def assume(self, **changes):
        return self.send(self.idp.response(self.assertion(**changes)))

    def client(self, service, answer):
        keys = answer["Credentials"]
        return self.aws.client(service, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
                               aws_session_token=keys["SessionToken"])


@pytest.fixture
def federation(aws):
    return Federation(aws)


def test_a_signed_assertion_gives_a_session(aws, federation):
    answer = federation.assume()
    assert (answer["Subject"], answer["SubjectType"], answer["Issuer"]) == ("ann", "persistent", federation.idp.entity)
    assert answer["Audience"] == "https://signin.aws.amazon.com/saml"
    assert len(base64.b64decode(answer["NameQualifier"])) == 20
    assert answer["AssumedRoleUser"]["Arn"].endswith("/ann@example.com")
    federation.client("iam", answer).list_users()


def test_a_signed_response_does_as_well(federation):
    federation.send(federation.idp.response(federation.assertion(sign=False), sign=True))
    federation.send(federation.idp.response(federation.assertion(), sign=True))


def test_the_keys_of_the_assertion_decide(aws):
    condition = {"StringEquals": {"saml:aud": "https://signin.aws.amazon.com/saml", "saml:sub": "ann", "saml:sub_type": "persistent",
                                  "saml:doc": f"{aws.account}/idp"},
                 "ForAnyValue:StringEquals": {"saml:edupersonaffiliation": ["staff"]}}
    federation = Federation(aws, condition=condition)
    affiliation = attribute("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "staff", "faculty")
    federation.assume(more=affiliation)
    nothing = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
    assert refused(federation.assume) == nothing
    assert refused(federation.assume, more=affiliation, subject="bob") == nothing


def test_what_a_session_is_asked_to_carry(aws):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": {
        "StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ann", "saml:sub": "ann"}}}]}
    federation = Federation(aws, actions=("sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"), policy=policy)
    more = (attribute(ATTRIBUTES + "PrincipalTag:team", "blue") + attribute(ATTRIBUTES + "TransitiveTagKeys", "team")
            + attribute(ATTRIBUTES + "SourceIdentity", "ann") + attribute(ATTRIBUTES + "SessionDuration", "900"))
    answer = federation.assume(more=more)
    assert answer["SourceIdentity"] == "ann"
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert 800 < left.total_seconds() <= 901
    federation.client("iam", answer).list_users()


def test_a_session_ends_with_the_providers(federation):
    answer = federation.assume(session_until=at(1200))
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert 1100 < left.total_seconds() <= 1201


@pytest.mark.parametrize("changes, code, message", [
    ({"issuer": "https://other.example.com"}, "InvalidIdentityToken", "Issuer not present in specified provider"),
    ({"audience": "urn:other"}, "InvalidIdentityToken", "Response does not contain the required audience."),
    ({"session": ""}, "InvalidIdentityToken", "RoleSessionName is required in AuthnResponse"),
    ({"session": "a b"}, "InvalidIdentityToken", "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"),
    ({"issued": at(-400)}, "ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance"),
    ({"until": at(-1)}, "ExpiredTokenException", None),
    ({"confirmed_until": at(-1)}, "ExpiredTokenException", None),
    ({"not_before": at(3600)}, "InvalidIdentityToken", None),
    ({"recipient": "https://evil.example.com/saml"}, "InvalidIdentityToken", None),
    ({"recipient": "https://evil.example.com/signin.aws.amazon.com/saml"}, "InvalidIdentityToken", None),
    ({"subject": ""}, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"),
    ({"more": attribute(ATTRIBUTES + "SourceIdentity", "aws:x")}, "InvalidIdentityToken", None),
])
def test_assertions_that_do_not_count(federation, changes, code, message):
    got = refused(federation.assume, **changes)
    assert got[0] == code
    assert message is None or got[1] == message


def test_an_assertion_speaks_of_its_role_and_provider_alone(aws, federation):
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Federated": federation.arn}, "Action": "sts:AssumeRoleWithSAML"}]}
    other = aws.role(ALLOWED, trust)
    nothing = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
    assert refused(federation.send, federation.idp.response(federation.assertion()), RoleArn=other) == nothing
    assert refused(federation.send, federation.idp.response(federation.assertion()), PrincipalArn=federation.arn + "x")[0] == (
        "InvalidIdentityToken")


def test_an_assertion_has_fifty_tags(aws):
    federation = Federation(aws, actions=("sts:AssumeRoleWithSAML", "sts:TagSession"))
    tags = [attribute(f"{ATTRIBUTES}PrincipalTag:k{number}", "v") for number in range(51)]
    federation.assume(more="".join(tags[:50]))
    assert refused(federation.assume, more="".join(tags))[0] == "InvalidIdentityToken"


# --- forgeries

def test_without_a_good_signature_nothing_counts(federation):
    idp, good = federation.idp, federation.assertion()
    stranger = Provider(idp.entity)
    with_key = f'<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{stranger.certificate_text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>'
    forged = {
        "unsigned": federation.assertion(sign=False),
        "changed": good.replace(">ann<", ">admin<"),
        "another's key": stranger.assertion(federation.role, federation.arn),
        "another's key in the signature": stranger.assertion(federation.role, federation.arn, key_info=with_key),
        "another algorithm": good.replace("rsa-sha256", "hmac-sha256"),
        "a digest that is broken": good.replace("xmlenc#sha256", "xmldsig#sha1"),
        "another reference": good.replace('URI="#_a1"', 'URI=""'),
        "a reference elsewhere": good.replace('URI="#_a1"', 'URI="file:///etc/passwd"'),
        "a signature cut off": good.replace("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"),
    }
    for what, assertion in forged.items():
        assert refused(federation.send, idp.response(assertion)) == INVALID, what
    assert refused(federation.send, idp.response(good, status="Responder"))[0] == "InvalidIdentityToken"


def test_a_signature_is_not_wrapped(federation):
    idp, good = federation.idp, federation.assertion()
    evil = federation.assertion(sign=False, subject="admin", id="_evil")
    twin = federation.assertion(sign=False, subject="admin")
    signature = good[good.index("<ds:Signature"):good.index("</ds:Signature>") + len("</ds:Signature>")]
    bare = good.replace(signature, "")
    with_signature = evil.replace("</saml:Issuer>", "</saml:Issuer>" + signature)
    inside = with_signature.replace("</ds:Signature>", f'<ds:Object>{bare}</ds:Object></ds:Signature>')
    wrapped = {
        "the forged first": idp.response(evil, good),
        "the forged second": idp.response(good, evil),
        "the same id twice": idp.response(twin, good),
        "the signed one in an extension": idp.response(evil, before=f"<samlp:Extensions>{good}</samlp:Extensions>"),
        "the signed one inside the forged": idp.response(evil.replace("</saml:Assertion>", good + "</saml:Assertion>")),
        "the signed one in the signature": idp.response(inside),
        "the signature moved to the forged": idp.response(with_signature),
        "the signature moved to the response": idp.response(evil, before=signature),
        "the signature in the response, the signed one in it": idp.response(
            evil, before=signature.replace("</ds:Signature>", f"<ds:Object>{bare}</ds:Object></ds:Signature>")),
        "one signature good, one not": idp.response(with_signature, sign=False),
        "none, but an encrypted one": idp.response(good, before="<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>"),
    }
    for what, response in wrapped.items():
        assert refused(federation.send, response) == INVALID, what


def test_a_comment_cuts_no_name(federation):
    """What is signed is the text without comments; the whole of it is the subject."""
    signed = federation.assertion(subject="ann.evil.example.com")
    answer = federation.send(federation.idp.response(signed.replace(">ann.evil", ">ann<!-- -->.evil")))
    assert answer["Subject"] == "ann.evil.example.com"


def test_documents_that_attack_their_reader(federation):
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    outside = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for document in (bomb, outside, "<a", "", "nothing", "<a>" * 1000, f'<ds:Signature xmlns:ds="{DS}"/>', "<Response/>"):
        response = base64.b64encode(document.encode()).decode() or "===="
        assert refused(federation.send, response)[0] == "InvalidIdentityToken", document[:40]
    assert refused(federation.send, "not in base64!!")[0] == "InvalidIdentityToken"
    # A document type before what is signed.
    whole = base64.b64decode(federation.idp.response(federation.assertion())).decode()
    typed = '<!DOCTYPE samlp:Response [<!ATTLIST saml:Assertion ID ID #IMPLIED>]>' + whole
    assert refused(federation.send, base64.b64encode(typed.encode()).decode())[0] == "InvalidIdentityToken"


# --- providers

def test_a_provider_is_made_shown_changed_and_deleted(aws):
    iam, idp = aws.client("iam"), Provider()
    made = iam.create_saml_provider(Name="one", SAMLMetadataDocument=idp.metadata(), Tags=[{"Key": "k", "Value": "v"}])
    arn = made["SAMLProviderArn"]
    assert arn == f"arn:aws:iam::{aws.account}:saml-provider/one"
    shown = iam.get_saml_provider(SAMLProviderArn=arn)
    assert (shown["SAMLMetadataDocument"], shown["Tags"]) == (idp.metadata(), [{"Key": "k", "Value": "v"}])
    assert (shown["AssertionEncryptionMode"], shown["PrivateKeyList"]) == ("Allowed", [])
    assert shown["ValidUntil"].year >= shown["CreateDate"].year + 99
    iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=idp.metadata(validUntil="2050-01-01T00:00:00Z"))
    assert iam.list_saml_providers()["SAMLProviderList"][0]["ValidUntil"].year == 2050
    iam.tag_saml_provider(SAMLProviderArn=arn, Tags=[{"Key": "l", "Value": "w"}])
    iam.untag_saml_provider(SAMLProviderArn=arn, TagKeys=["k"])
    assert iam.list_saml_provider_tags(SAMLProviderArn=arn)["Tags"] == [{"Key": "l", "Value": "w"}]
    assert refused(iam.create_saml_provider, Name="one", SAMLMetadataDocument=idp.metadata())[0] == "EntityAlreadyExists"
    iam.delete_saml_provider(SAMLProviderArn=arn)
    for call in (iam.get_saml_provider, iam.delete_saml_provider):
        assert refused(call, SAMLProviderArn=arn) == ("NoSuchEntity", f"Manifest not found for arn {arn}")


def test_metadata_that_is_none_and_keys_of_ours_are_refused(aws):
    iam, idp = aws.client("iam"), Provider()
    filler = "<a>" + "x" * 1000 + "</a>"
    broken = idp.metadata().replace(idp.certificate_text, "AAAA" * 300)
    for document in (filler, "x" * 1000, broken, "<!DOCTYPE a>" + idp.metadata()):
        assert refused(iam.create_saml_provider, Name="one", SAMLMetadataDocument=document) == (
            "InvalidInput", "Could not parse metadata")
    assert refused(iam.create_saml_provider, Name="one", SAMLMetadataDocument=idp.metadata(), AddPrivateKey="key")[0] == (
        "NotImplemented")
    assert iam.list_saml_providers()["SAMLProviderList"] == []


def test_an_account_has_a_hundred_providers(aws):
    iam, metadata = aws.client("iam"), Provider().metadata()
    for number in range(100):
        iam.create_saml_provider(Name=f"p{number}", SAMLMetadataDocument=metadata)
    assert refused(iam.create_saml_provider, Name="more", SAMLMetadataDocument=metadata)[0] == "LimitExceeded"


def test_metadata_has_its_limits(aws):
    iam, idp = aws.client("iam"), Provider()
    entity = idp.metadata().partition("?>")[2]
    key = entity[entity.index("<md:KeyDescriptor"):entity.index("</md:KeyDescriptor>") + len("</md:KeyDescriptor>")]

    def together(count):
        inner = "".join(entity.replace(idp.entity, f"{idp.entity}/{number}") for number in range(count))
        return f'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{inner}</md:EntitiesDescriptor>'

    iam.create_saml_provider(Name="ten", SAMLMetadataDocument=together(10))
    iam.create_saml_provider(Name="keys", SAMLMetadataDocument=entity.replace(key, key * 10))
    for document in (together(11), entity.replace(key, key * 11)):
        assert refused(iam.create_saml_provider, Name="more", SAMLMetadataDocument=document) == (
            "InvalidInput", "Could not parse metadata")


def test_an_assertion_may_be_shown_again_unless_it_says_once(aws, own_server):
    server = own_server()
    federation = Federation(type(aws).create(server))
    response = federation.idp.response(federation.assertion())
    federation.send(response)
    federation.send(response)  # as who takes on several roles by one assertion does
    once = [federation.idp.response(federation.assertion(id=f"_once{i}", conditions="<saml:OneTimeUse></saml:OneTimeUse>"))
            for i in range(2)]
    used = ("InvalidIdentityToken", "The assertion may be used once, and was used before")
    other = federation.aws.role(trust={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}]})
    assert refused(federation.send, once[0], RoleArn=other)[0] == "AccessDenied"  # which is no use of it
    federation.send(once[0])
    assert refused(federation.send, once[0]) == used
    server.kill()
    server.start()
    federation.sts = federation.aws.client("sts", config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}))
    assert refused(federation.send, once[0]) == used
    federation.send(once[1])
