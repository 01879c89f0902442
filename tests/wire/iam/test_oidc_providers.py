"""OpenID Connect providers of an account."""

import botocore.exceptions
import pytest


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_a_provider_is_made_shown_and_deleted(aws):
    iam = aws.client("iam")
    made = iam.create_open_id_connect_provider(Url="https://id.example.com/a", ClientIDList=["one"], ThumbprintList=["0" * 40],
                                               Tags=[{"Key": "t", "Value": "v"}])
    arn = made["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{aws.account}:oidc-provider/id.example.com/a"
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (shown["Url"], shown["ClientIDList"], shown["ThumbprintList"]) == ("id.example.com/a", ["one"], ["0" * 40])
    assert shown["Tags"] == made["Tags"] == [{"Key": "t", "Value": "v"}]
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": arn}]
    assert refused(iam.create_open_id_connect_provider, Url="https://id.example.com/a") == (
        "EntityAlreadyExists", "Provider with url https://id.example.com/a already exists.")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert refused(iam.delete_open_id_connect_provider, OpenIDConnectProviderArn=arn) == (
        "NoSuchEntity", f"OpenId connect Provider {arn} cannot be found.")
    assert refused(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn) == (
        "NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}")


@pytest.mark.parametrize("url", ["http://id.example.com", "id.example.com", "https://", "https://a/../b", "https://a//b", "https://a?b=c"])
def test_a_url_that_is_no_issuers_is_refused(aws, url):
    assert refused(aws.client("iam").create_open_id_connect_provider, Url=url) == (
        "ValidationError", "Invalid Open ID Connect Provider URL")


def test_clients_and_thumbprints_change(aws):
    iam = aws.client("iam")
    arn = iam.create_open_id_connect_provider(Url="https://id.example.com")["OpenIDConnectProviderArn"]
    for client in ("one", "two", "one"):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="two")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="two")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["a" * 40])
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (shown["ClientIDList"], shown["ThumbprintList"], shown["Tags"]) == (["one"], ["a" * 40], [])
    assert refused(iam.update_open_id_connect_provider_thumbprint, OpenIDConnectProviderArn=arn, ThumbprintList=["a" * 40] * 6)[0] == (
        "InvalidInput")
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "k", "Value": "v"}])
    assert iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=arn, TagKeys=["k"])
    assert iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"] == []


def test_another_accounts_provider_is_not_there(aws, server):
    from support.account import Account

    arn = aws.client("iam").create_open_id_connect_provider(Url="https://id.example.com")["OpenIDConnectProviderArn"]
    other = Account.create(server).client("iam")
    assert refused(other.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)[0] in ("NoSuchEntity", "AccessDenied")
    assert other.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def test_an_account_has_quotas(aws):
    iam = aws.client("iam")
    clients = [f"c{number}" for number in range(101)]
    assert refused(iam.create_open_id_connect_provider, Url="https://id.example.com", ClientIDList=clients)[0] == "LimitExceeded"
    for number in range(100):
        iam.create_open_id_connect_provider(Url=f"https://id{number}.example.com", ClientIDList=clients[:100])
    assert refused(iam.create_open_id_connect_provider, Url="https://more.example.com")[0] == "LimitExceeded"
