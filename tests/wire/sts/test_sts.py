"""STS: who calls, and roles taken on: trust, external ids, session policies and tags, durations."""

import datetime
import json

import botocore.exceptions
import pytest
from botocore.config import Config


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def policy(effect, action, resource="*"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": resource}]}


def trust(principal, actions=("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"), **more):
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": principal, "Action": list(actions), **more}]}


def session(aws, user, role, **changes):
    """Clients with the credentials of a session of the role."""
    answer = user.client("sts").assume_role(RoleArn=role, RoleSessionName="ss", **changes)
    keys = answer["Credentials"]

    def client(service):
        return aws.client(service, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
                          aws_session_token=keys["SessionToken"])

    return client, answer


def test_root_and_user_are_told_who_they_are(aws):
    identity = aws.client("sts").get_caller_identity()
    assert (identity["Account"], identity["UserId"], identity["Arn"]) == (
        aws.account, aws.account, f"arn:aws:iam::{aws.account}:root")
    user = aws.user(policy("Deny", "*"))
    assert user.client("sts").get_caller_identity()["UserId"].startswith("AIDA")


def test_a_session_is_its_role(aws):
    role = aws.role(policy("Allow", "iam:ListUsers"), trust({"AWS": aws.account}))
    user = aws.user(policy("Allow", "sts:AssumeRole"))
    client, answer = session(aws, user, role)
    name = role.rpartition("/")[2]
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{aws.account}:assumed-role/{name}/ss"
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert 3500 < left.total_seconds() <= 3601
    identity = client("sts").get_caller_identity()
    assert identity["Arn"] == answer["AssumedRoleUser"]["Arn"]
    assert identity["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]
    assert len(client("iam").list_users()["Users"]) == 1
    assert refused(client("iam").list_roles)[0] == "AccessDenied"


def test_who_is_not_trusted_or_not_allowed_is_refused(aws):
    user = aws.user()
    arn = user.client("sts").get_caller_identity()["Arn"]
    for role in (aws.role(), aws.role(trust=trust({"AWS": aws.account})), f"arn:aws:iam::{aws.account}:role/none"):
        assert refused(user.client("sts").assume_role, RoleArn=role, RoleSessionName="ss") == (
            "AccessDenied", f"User: {arn} is not authorized to perform: sts:AssumeRole on resource: {role}")


def test_root_takes_on_no_role(aws):
    role = aws.role(trust=trust({"AWS": "*"}))
    assert refused(aws.client("sts").assume_role, RoleArn=role, RoleSessionName="ss") == (
        "AccessDenied", "Roles may not be assumed by root accounts.")


def test_external_id_is_asked_for(aws):
    role = aws.role(trust=trust({"AWS": aws.account}, Condition={"StringEquals": {"sts:ExternalId": "secret"}}))
    sts = aws.user(policy("Allow", "sts:*")).client("sts")
    assert refused(sts.assume_role, RoleArn=role, RoleSessionName="ss")[0] == "AccessDenied"
    sts.assume_role(RoleArn=role, RoleSessionName="ss", ExternalId="secret")


def test_a_session_policy_narrows(aws):
    role = aws.role(policy("Allow", "iam:*"), trust({"AWS": aws.account}))
    user = aws.user(policy("Allow", "sts:*"))
    client, _ = session(aws, user, role, Policy=json.dumps(policy("Allow", "iam:ListUsers")))
    client("iam").list_users()
    code, message = refused(client("iam").list_roles)
    assert code == "AccessDenied"
    assert message.endswith("because no session policy allows the iam:ListRoles action")
    assert refused(user.client("sts").assume_role, RoleArn=role, RoleSessionName="ss", Policy="{")[0] == (
        "MalformedPolicyDocument")


def test_session_tags_decide(aws):
    allowed = policy("Allow", "iam:ListUsers")
    allowed["Statement"][0]["Condition"] = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    role = aws.role(allowed, trust({"AWS": aws.account}))
    user = aws.user(policy("Allow", "sts:*"))
    client, _ = session(aws, user, role, Tags=[{"Key": "team", "Value": "blue"}])
    client("iam").list_users()
    client, _ = session(aws, user, role)
    assert refused(client("iam").list_users)[0] == "AccessDenied"


def test_durations_have_limits(aws):
    role = aws.role(policy("Allow", "sts:*"), trust({"AWS": aws.account}))
    user = aws.user(policy("Allow", "sts:*"))
    sts = user.client("sts")
    assert refused(sts.assume_role, RoleArn=role, RoleSessionName="ss", DurationSeconds=7200) == (
        "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    unchecked = user.client("sts", config=Config(parameter_validation=False))
    assert refused(unchecked.assume_role, RoleArn=role, RoleSessionName="ss", DurationSeconds=60) == (
        "ValidationError", "1 validation error detected: Value '60' at 'durationSeconds' failed to satisfy constraint: "
        "Member must have value greater than or equal to 900")
    aws.client("iam").update_role(RoleName=role.rpartition("/")[2], MaxSessionDuration=43200)
    client, _ = session(aws, user, role, DurationSeconds=43200)
    client("sts").assume_role(RoleArn=role, RoleSessionName="tt", DurationSeconds=3600)
    assert refused(client("sts").assume_role, RoleArn=role, RoleSessionName="tt", DurationSeconds=3601) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")


def test_a_session_without_its_token_is_nobody(aws):
    role = aws.role(trust=trust({"AWS": aws.account}))
    keys = aws.user(policy("Allow", "sts:*")).client("sts").assume_role(RoleArn=role, RoleSessionName="ss")["Credentials"]
    client = aws.client("sts", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"])
    assert refused(client.get_caller_identity)[0] == "InvalidClientTokenId"


def test_source_identity_is_kept_and_shown(aws):
    role = aws.role(trust=trust({"AWS": aws.account}))
    _, answer = session(aws, aws.user(policy("Allow", "sts:*")), role, SourceIdentity="ann")
    assert answer["SourceIdentity"] == "ann"


def test_a_key_tells_its_account(aws):
    assert aws.client("sts").get_access_key_info(AccessKeyId=aws.key)["Account"] == aws.account


def chain(*actions, **more):
    return trust({"AWS": "*"}, actions or ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"), **more)


def test_transitive_tags_go_along_a_chain(aws):
    tagged = policy("Allow", ["sts:*", "iam:ListUsers"])
    tagged["Statement"][0]["Condition"] = {"StringEquals": {"aws:PrincipalTag/star": "1"}}
    first, second = aws.role(tagged, chain()), aws.role(tagged, chain())
    user = aws.user(policy("Allow", "sts:*"))
    tags = [{"Key": "star", "Value": "1"}, {"Key": "sun", "Value": "2"}]
    client, _ = session(aws, user, first, Tags=tags, TransitiveTagKeys=["star"])
    keys = client("sts").assume_role(RoleArn=second, RoleSessionName="tt")["Credentials"]
    inner = {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"],
             "aws_session_token": keys["SessionToken"]}
    aws.client("iam", **inner).list_users()
    assert refused(client("sts").assume_role, RoleArn=second, RoleSessionName="tt", Tags=[{"Key": "STAR", "Value": "3"}]) == (
        "InvalidParameterValue", "One of the specified transitive tag keys can't be set because it conflicts with a transitive "
        "tag key from the calling session.")
    plain = aws.role(tagged, chain("sts:AssumeRole"))
    assert refused(client("sts").assume_role, RoleArn=plain, RoleSessionName="tt")[0] == "AccessDenied"


def test_tags_are_given_once_and_handed_on_out_of_those_given(aws):
    ask = aws.user(policy("Allow", "sts:*")).client("sts").assume_role
    role = aws.role(trust=chain())
    assert refused(ask, RoleArn=role, RoleSessionName="ss", Tags=[{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]) == (
        "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    assert refused(ask, RoleArn=role, RoleSessionName="ss", Tags=[{"Key": "a", "Value": "1"}], TransitiveTagKeys=["b"]) == (
        "InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.")
    assert refused(ask, RoleArn=role, RoleSessionName="ss", Tags=[{"Key": "aws:a", "Value": "1"}])[0] == "InvalidParameterValue"


def test_a_trust_policy_sees_which_tags_are_handed_on(aws):
    role = aws.role(trust=chain(Condition={"ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["a"]}}))
    ask = aws.user(policy("Allow", "sts:*")).client("sts").assume_role
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]
    ask(RoleArn=role, RoleSessionName="ss", Tags=tags, TransitiveTagKeys=["a"])
    assert refused(ask, RoleArn=role, RoleSessionName="ss", Tags=tags, TransitiveTagKeys=["a", "b"])[0] == "AccessDenied"


def test_a_source_identity_is_not_changed(aws):
    role = aws.role(policy("Allow", "sts:*"), chain())
    client, _ = session(aws, aws.user(policy("Allow", "sts:*")), role, SourceIdentity="ann")
    assert client("sts").assume_role(RoleArn=role, RoleSessionName="tt")["SourceIdentity"] == "ann"
    assert refused(client("sts").assume_role, RoleArn=role, RoleSessionName="tt", SourceIdentity="bob") == (
        "ValidationError", "The source identity is already set for this assume role session")


def test_a_source_is_handed_on_to_roles_that_take_one(aws):
    role = aws.role(policy("Allow", "sts:*"), chain())
    client, _ = session(aws, aws.user(policy("Allow", "sts:*")), role, SourceIdentity="ann")
    plain = aws.role(trust=chain("sts:AssumeRole"))
    assert refused(client("sts").assume_role, RoleArn=plain, RoleSessionName="tt")[0] == "AccessDenied"
    narrow = aws.role(policy("Allow", "sts:AssumeRole"), chain())
    client, _ = session(aws, aws.user(policy("Allow", "sts:*")), narrow, SourceIdentity="ann")
    account_only = aws.role(trust=trust({"AWS": aws.account}))
    assert refused(client("sts").assume_role, RoleArn=account_only, RoleSessionName="tt")[0] == "AccessDenied"


def test_managed_session_policies_narrow(aws):
    role = aws.role(policy("Allow", "iam:*"), trust({"AWS": aws.account}))
    arn = aws.client("iam").create_policy(PolicyName=aws.name("p"), PolicyDocument=json.dumps(policy("Allow", "iam:ListUsers")))["Policy"]["Arn"]
    client, _ = session(aws, aws.user(policy("Allow", "sts:*")), role, PolicyArns=[{"arn": arn}])
    client("iam").list_users()
    assert refused(client("iam").list_roles)[0] == "AccessDenied"
    aws.client("iam").delete_policy(PolicyArn=arn)
    assert refused(client("iam").list_users)[0] == "AccessDenied"


def test_a_role_knows_when_its_token_was_issued(aws):
    dated = policy("Allow", "iam:ListUsers")
    dated["Statement"][0]["Condition"] = {"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"},
                                          "Bool": {"aws:MultiFactorAuthPresent": "false"}}
    role = aws.role(dated, trust({"AWS": aws.account}))
    client, _ = session(aws, aws.user(policy("Allow", "sts:*")), role)
    client("iam").list_users()


def test_what_is_not_built_is_refused_by_name(aws):
    code, message = refused(aws.client("sts").assume_root, TargetPrincipal="111111111111", TaskPolicyArn={
        "arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"})
    assert code == "NotImplemented"
    assert "AssumeRoot" in message
