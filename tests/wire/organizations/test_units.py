"""The tree: units, what is in them, where accounts are, and moving them."""

import re

from support.refusals import refused


def test_a_unit_is_made_shown_renamed_and_erased(organization):
    client = organization.client
    made = client.create_organizational_unit(ParentId=organization.root, Name="dev", Tags=[{"Key": "k", "Value": "v"}])["OrganizationalUnit"]
    assert re.fullmatch(f"ou-{organization.root[2:]}-[a-z0-9]{{8,32}}", made["Id"])
    assert made["Arn"] == f"arn:aws:organizations::{organization.aws.id}:ou/{organization.id}/{made['Id']}"
    assert (made["Name"], made["Path"]) == ("dev", f"{organization.id}/{organization.root}/{made['Id']}/")
    assert client.describe_organizational_unit(OrganizationalUnitId=made["Id"])["OrganizationalUnit"] == made
    assert client.list_tags_for_resource(ResourceId=made["Id"])["Tags"] == [{"Key": "k", "Value": "v"}]
    answer = refused("DuplicateOrganizationalUnitException", 400, client.create_organizational_unit, ParentId=organization.root, Name="dev")
    assert answer["Error"]["Message"] == "An OU with the same name already exists."
    assert client.update_organizational_unit(OrganizationalUnitId=made["Id"], Name="prod")["OrganizationalUnit"]["Name"] == "prod"
    client.delete_organizational_unit(OrganizationalUnitId=made["Id"])
    refused("OrganizationalUnitNotFoundException", 400, client.describe_organizational_unit, OrganizationalUnitId=made["Id"])


def test_units_nest_five_deep(organization):
    parent = organization.root
    for depth in range(5):
        parent = organization.unit(f"level {depth}", parent)
    answer = refused("ConstraintViolationException", 400, organization.client.create_organizational_unit, ParentId=parent, Name="deeper")
    assert answer["Reason"] == "OU_DEPTH_LIMIT_EXCEEDED"


def test_what_is_in_a_parent(organization):
    client, member, dev = organization.client, organization.member().id, organization.unit("dev")
    organization.move(member, dev)
    below = organization.unit("below", dev)
    assert client.list_parents(ChildId=member)["Parents"] == [{"Id": dev, "Type": "ORGANIZATIONAL_UNIT"}]
    assert client.list_parents(ChildId=dev)["Parents"] == [{"Id": organization.root, "Type": "ROOT"}]
    assert client.list_children(ParentId=dev, ChildType="ACCOUNT")["Children"] == [{"Id": member, "Type": "ACCOUNT"}]
    assert client.list_children(ParentId=dev, ChildType="ORGANIZATIONAL_UNIT")["Children"] == [{"Id": below, "Type": "ORGANIZATIONAL_UNIT"}]
    (listed,) = client.list_accounts_for_parent(ParentId=dev)["Accounts"]
    assert listed["Paths"] == [f"{organization.id}/{organization.root}/{dev}/{member}/"]
    assert [unit["Id"] for unit in client.list_organizational_units_for_parent(ParentId=dev)["OrganizationalUnits"]] == [below]
    refused("OrganizationalUnitNotEmptyException", 400, client.delete_organizational_unit, OrganizationalUnitId=dev)
    refused("ParentNotFoundException", 400, client.list_children, ParentId="r-zzzzz", ChildType="ACCOUNT")
    refused("ChildNotFoundException", 400, client.list_parents, ChildId="999999999999")


def test_accounts_move_from_where_they_are(organization):
    client, member, dev = organization.client, organization.member().id, organization.unit("dev")
    move = {"AccountId": member, "SourceParentId": organization.root, "DestinationParentId": dev}
    refused("SourceParentNotFoundException", 400, client.move_account, **{**move, "SourceParentId": dev})
    refused("DestinationParentNotFoundException", 400, client.move_account, **{**move, "DestinationParentId": "r-zzzzz"})
    refused("DuplicateAccountException", 400, client.move_account, **{**move, "DestinationParentId": organization.root})
    client.move_account(**move)
    assert client.list_parents(ChildId=member)["Parents"][0]["Id"] == dev


def test_lists_come_in_pages(organization):
    names = {organization.unit(f"unit {number}") for number in range(5)}
    pages = list(organization.client.get_paginator("list_organizational_units_for_parent").paginate(
        ParentId=organization.root, PaginationConfig={"PageSize": 2}))
    assert [len(page["OrganizationalUnits"]) for page in pages] == [2, 2, 1]
    assert {unit["Id"] for page in pages for unit in page["OrganizationalUnits"]} == names
    answer = refused("InvalidInputException", 400, organization.client.list_accounts, NextToken="none")
    assert answer["Reason"] == "INVALID_NEXT_TOKEN"
