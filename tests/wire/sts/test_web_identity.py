"""AssumeRoleWithWebIdentity: tokens of an account's providers, by keys that lie in files; everything else is refused."""

import json
import time

import boto3
import botocore.exceptions
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from support.federation import Issuer, base64url

ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}]}


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


class Federation:
    def __init__(self, aws, algorithm="RS256", actions=("sts:AssumeRoleWithWebIdentity",), policy=ALLOWED, **conditions):
        self.aws = aws
        self.issuer = Issuer(f"id-{aws.account}.example.com/{algorithm}", algorithm).publish(aws.server.data)
        self.arn = aws.client("iam").create_open_id_connect_provider(Url=self.issuer.url, ClientIDList=["client-1"])[
            "OpenIDConnectProviderArn"]
        statement = {"Effect": "Allow", "Principal": {"Federated": self.arn}, "Action": list(actions)}
        if conditions:
            statement["Condition"] = {"StringEquals": {f"{self.issuer.name}:{claim}": value for claim, value in conditions.items()}}
        self.role = aws.role(policy, {"Version": "2012-10-17", "Statement": [statement]})
        self.sts = aws.client("sts", config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}))

    def assume(self, token=None, **changes):
        ask = {"RoleArn": self.role, "RoleSessionName": "ss", "WebIdentityToken": token or self.issuer.token(), **changes}
        return self.sts.assume_role_with_web_identity(**ask)

    def client(self, service, **changes):
        keys = self.assume(**changes)["Credentials"]
        return self.aws.client(service, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
                               aws_session_token=keys["SessionToken"])


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_a_token_of_a_provider_gives_a_session(aws, algorithm):
    federation = Federation(aws, algorithm, sub="subject-1", aud="client-1")
    answer = federation.assume()
    assert answer["SubjectFromWebIdentityToken"] == "subject-1"
    assert (answer["Provider"], answer["Audience"]) == (federation.arn, "client-1")
    assert answer["AssumedRoleUser"]["Arn"].endswith("/ss")
    assert federation.client("iam").list_users()["Users"] == []


def test_the_keys_of_the_provider_decide(aws):
    federation = Federation(aws, sub="somebody-else")
    assert refused(federation.assume) == ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
    federation.assume(federation.issuer.token(sub="somebody-else"))


def test_a_session_knows_its_provider(aws):
    policy = json.loads(json.dumps(ALLOWED))
    issuer = f"id-{aws.account}.example.com/RS256"
    policy["Statement"][0]["Condition"] = {"StringEquals": {
        "aws:FederatedProvider": f"arn:aws:iam::{aws.account}:oidc-provider/{issuer}", f"{issuer}:sub": "subject-1"}}
    federation = Federation(aws, policy=policy)
    federation.client("iam").list_users()
    other = federation.client("iam", token=federation.issuer.token(sub="subject-2"))
    assert refused(other.list_users)[0] == "AccessDenied"


def test_tokens_that_do_not_count(aws):
    federation = Federation(aws)
    issuer, now = federation.issuer, int(time.time())
    stranger = Issuer(issuer.name)
    cases = {
        "no JWT": "aaaa.b",
        "another's signature": stranger.token(),
        "an unknown key": issuer.token(header={"kid": "k2"}),
        "another algorithm": issuer.token(header={"alg": "RS512"}),
        "none": base64url(b'{"alg":"none"}') + "." + issuer.token().split(".")[1] + ".",
        "a symmetric algorithm": issuer.token(header={"alg": "HS256"}),
        "critical extensions": issuer.token(header={"crit": ["exp"]}),
        "changed claims": ".".join([issuer.token().split(".")[0], issuer.token(sub="admin").split(".")[1], issuer.token().split(".")[2]]),
        "another audience": issuer.token(aud="client-2"),
        "another party": issuer.token(aud="client-1", azp="client-2"),
        "no audience": issuer.token(aud=None),
        "no subject": issuer.token(sub=None),
        "no expiry": issuer.token(exp=None),
        "no time of issue": issuer.token(iat=None),
        "not yet": issuer.token(nbf=now + 3600),
        "issued tomorrow": issuer.token(iat=now + 86400, exp=now + 90000),
        "an issuer that is none": issuer.token(iss="https://other.example.com"),
        "an issuer that leads elsewhere": issuer.token(iss="https://../../root"),
    }
    for what, token in cases.items():
        assert refused(federation.assume, token)[0] == "InvalidIdentityToken", what
    assert refused(federation.assume, issuer.token(aud="client-2"))[1] == "Incorrect token audience"
    assert refused(federation.assume, issuer.token(iss="https://other.example.com"))[1] == (
        "No OpenIDConnect provider found in your account for https://other.example.com")


def test_an_expired_token_says_so(aws):
    federation = Federation(aws)
    code, message = refused(federation.assume, federation.issuer.token(exp=int(time.time()) - 1))
    assert code == "ExpiredTokenException"
    assert message.startswith("Token expired: current date/time ")


def test_without_keys_of_the_issuer_nothing_is_verified(aws):
    federation = Federation(aws)
    (aws.server.data / "issuer-keys" / (federation.issuer.name + ".json")).unlink()
    assert refused(federation.assume)[0] == "IDPCommunicationError"


def test_several_audiences_and_parties(aws):
    federation = Federation(aws)
    assert federation.assume(federation.issuer.token(aud=["other", "client-1"]))["Audience"] == "client-1"
    assert federation.assume(federation.issuer.token(aud="other", azp="client-1"))["Audience"] == "client-1"


def test_a_token_carries_tags_and_a_source(aws):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": {
        "StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ann"}}}]}
    actions = ("sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity")
    federation = Federation(aws, actions=actions, policy=policy)
    claims = {"https://aws.amazon.com/tags": {"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["team"]},
              "https://aws.amazon.com/source_identity": "ann"}
    token = federation.issuer.token(**claims)
    assert federation.assume(token)["SourceIdentity"] == "ann"
    federation.client("iam", token=token).list_users()
    plain = Federation(aws, "ES256")
    assert refused(plain.assume, plain.issuer.token(**claims)) == ("AccessDenied", "Not authorized to perform sts:TagSession")


def test_a_token_has_fifty_tags(aws):
    federation = Federation(aws, actions=("sts:AssumeRoleWithWebIdentity", "sts:TagSession"))

    def token(count):
        return federation.issuer.token(**{f"https://aws.amazon.com/tags/principal_tags/k{number}": ["v"] for number in range(count)})

    federation.assume(token(50))
    assert refused(federation.assume, token(51))[0] == "InvalidIdentityToken"


def test_a_hundred_keys_are_looked_at(aws):
    federation = Federation(aws)
    path = aws.server.data / "issuer-keys" / (federation.issuer.name + ".json")
    other = Issuer(federation.issuer.name).public()
    for count, holds in ((99, True), (100, False)):
        path.write_text(json.dumps({"keys": [other] * count + [federation.issuer.public()]}))
        if holds:
            federation.assume()
        else:
            assert refused(federation.assume)[0] == "InvalidIdentityToken"


def test_session_policies_and_durations(aws):
    federation = Federation(aws)
    narrow = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    assert refused(federation.client("iam", Policy=narrow).list_users)[0] == "AccessDenied"
    assert refused(federation.assume, DurationSeconds=7200)[0] == "ValidationError"


def test_the_sdk_finds_its_credentials_by_a_token(aws, tmp_path, monkeypatch):
    federation = Federation(aws)
    (tmp_path / "token").write_text(federation.issuer.token())
    for name, value in {"AWS_ROLE_ARN": federation.role, "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
                        "AWS_ENDPOINT_URL": aws.server.url, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    identity = boto3.Session().client("sts").get_caller_identity()
    assert identity["Arn"].startswith(f"arn:aws:sts::{aws.account}:assumed-role/{federation.role.rpartition('/')[2]}/")


def test_who_is_not_named_gets_no_role(aws):
    federation = Federation(aws)
    for role in (aws.role(ALLOWED), aws.role(ALLOWED, {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Federated": federation.arn}, "Action": "sts:AssumeRole"}]})):
        assert refused(federation.assume, RoleArn=role) == (
            "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
