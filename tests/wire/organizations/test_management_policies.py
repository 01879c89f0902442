"""Management policies: kept, attached, merged into what is in effect for an account."""

import json

import botocore.exceptions
import pytest

TAGS = {"tags": {"costcenter": {"tag_key": {"@@assign": "CostCenter"}, "tag_value": {"@@assign": ["Development", "Support"]}}}}
OPT_OUT = {"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}}


def refused(code: str, call, **members) -> str:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(**members)
    assert error.value.response["Error"]["Code"] == code
    return error.value.response["Error"]["Message"]


def make(organization, content: dict, kind: str) -> str:
    policy = organization.client.create_policy(Content=json.dumps(content), Description="", Name=organization.aws.name("policy"), Type=kind)
    return policy["Policy"]["PolicySummary"]["Id"]


def attach(organization, target: str, content: dict, kind: str = "TAG_POLICY") -> str:
    policy = make(organization, content, kind)
    organization.client.attach_policy(PolicyId=policy, TargetId=target)
    return policy


def effective(client, kind: str = "TAG_POLICY", **members) -> dict:
    return json.loads(client.describe_effective_policy(PolicyType=kind, **members)["EffectivePolicy"]["PolicyContent"])


@pytest.mark.parametrize(("kind", "content"), [("TAG_POLICY", TAGS), ("AISERVICES_OPT_OUT_POLICY", OPT_OUT)])
def test_a_policy_is_kept_attached_and_given_up(organization, kind, content):
    client, root = organization.client, organization.root
    policy = make(organization, content, kind)
    shown = client.describe_policy(PolicyId=policy)["Policy"]
    assert (json.loads(shown["Content"]), shown["PolicySummary"]["Type"]) == (content, kind)
    assert shown["PolicySummary"]["Arn"].endswith(f":policy/{organization.id}/{kind.lower()}/{policy}")
    refused("PolicyTypeNotEnabledException", client.attach_policy, PolicyId=policy, TargetId=root)
    enabled = client.enable_policy_type(RootId=root, PolicyType=kind)["Root"]["PolicyTypes"]
    assert {"Type": kind, "Status": "ENABLED"} in enabled
    assert client.list_policies_for_target(TargetId=root, Filter=kind)["Policies"] == []
    client.attach_policy(PolicyId=policy, TargetId=root)
    assert [one["Id"] for one in client.list_policies_for_target(TargetId=root, Filter=kind)["Policies"]] == [policy]
    assert organization.client.create_organizational_unit(ParentId=root, Name="u")
    client.detach_policy(PolicyId=policy, TargetId=root)
    client.delete_policy(PolicyId=policy)
    client.disable_policy_type(RootId=root, PolicyType=kind)
    assert client.list_policies(Filter=kind)["Policies"] == []


def test_what_is_above_an_account_is_merged(organization):
    client, member = organization.client, organization.member()
    client.enable_policy_type(RootId=organization.root, PolicyType="TAG_POLICY")
    unit = organization.unit("u")
    organization.move(member.id, unit)
    attach(organization, organization.root, TAGS)
    attach(organization, unit, {"tags": {"costcenter": {"tag_value": {"@@append": ["Marketing"]}}}})
    attach(organization, member.id, {"tags": {"costcenter": {"tag_value": {"@@remove": ["Development"]}}}})
    merged = {"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["Support", "Marketing"]}}}
    assert effective(client, TargetId=member.id) == merged
    own = member.client("organizations")
    assert effective(own) == effective(own, TargetId=member.id) == merged
    assert effective(client) == {"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["Development", "Support"]}}}
    refused("AccessDeniedException", own.describe_effective_policy, PolicyType="TAG_POLICY", TargetId=organization.aws.account)
    refused("TargetNotFoundException", client.describe_effective_policy, PolicyType="TAG_POLICY", TargetId="999999999999")


def test_without_policies_none_is_in_effect(organization):
    client = organization.client
    refused("EffectivePolicyNotFoundException", client.describe_effective_policy, PolicyType="AISERVICES_OPT_OUT_POLICY")
    client.enable_policy_type(RootId=organization.root, PolicyType="AISERVICES_OPT_OUT_POLICY")
    refused("EffectivePolicyNotFoundException", client.describe_effective_policy, PolicyType="AISERVICES_OPT_OUT_POLICY")
    attach(organization, organization.root, OPT_OUT, "AISERVICES_OPT_OUT_POLICY")
    assert effective(client, "AISERVICES_OPT_OUT_POLICY") == {"services": {"default": {"opt_out_policy": "optOut"}}}


def test_documents_keep_to_their_grammar_and_sizes(organization):
    create = organization.client.create_policy
    for kind, content in (("TAG_POLICY", "{"), ("TAG_POLICY", json.dumps(OPT_OUT)), ("AISERVICES_OPT_OUT_POLICY", json.dumps(TAGS))):
        words = refused("MalformedPolicyDocumentException", create, Content=content, Description="", Name="n", Type=kind)
        assert words == "The provided policy document does not meet the requirements of the specified policy type."
    for kind, content, most in (("TAG_POLICY", TAGS, 10_000), ("AISERVICES_OPT_OUT_POLICY", OPT_OUT, 2500)):
        create(Content=json.dumps(content).ljust(most), Description="", Name="just", Type=kind)
        refused("ConstraintViolationException", create, Content=json.dumps(content).ljust(most + 1), Description="", Name="more", Type=kind)


def test_enforcement_on_what_is_here_is_refused_by_name(organization):
    enforced = {"tags": {"a": {"tag_key": {"@@assign": "a"}, "enforced_for": {"@@assign": ["s3:bucket"]}}}}
    words = refused("NotImplemented", organization.client.create_policy, Content=json.dumps(enforced), Description="", Name="n", Type="TAG_POLICY")
    assert words == "Tag policies are not enforced for s3:bucket."


@pytest.mark.parametrize(("kind", "content", "most"), [("TAG_POLICY", TAGS, 10), ("AISERVICES_OPT_OUT_POLICY", OPT_OUT, 5)])
def test_so_many_hang_on_one(organization, kind, content, most):
    organization.client.enable_policy_type(RootId=organization.root, PolicyType=kind)
    for _ in range(most):
        attach(organization, organization.root, content, kind)
    more = make(organization, content, kind)
    refused("ConstraintViolationException", organization.client.attach_policy, PolicyId=more, TargetId=organization.root)
