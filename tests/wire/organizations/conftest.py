"""An organisation of the test's own, and accounts that join it."""

import dataclasses
import json

import pytest
from support import control
from support.account import Account


@dataclasses.dataclass
class Organization:
    """What a test asks of the organisation that its account manages."""

    aws: Account
    members: list[Account] = dataclasses.field(default_factory=list)

    def __post_init__(self):
        self.client = self.aws.client("organizations")
        self.shown = self.client.create_organization()["Organization"]
        self.id = self.shown["Id"]
        self.root = self.client.list_roots()["Roots"][0]["Id"]
        self.client.enable_policy_type(RootId=self.root, PolicyType="SERVICE_CONTROL_POLICY")

    def member(self) -> Account:
        """An account that was invited and accepted: its root's keys are known."""
        account = Account.create(self.aws.server)
        self.members.append(account)
        handshake = self.client.invite_account_to_organization(Target={"Id": account.id, "Type": "ACCOUNT"})["Handshake"]
        account.client("organizations").accept_handshake(HandshakeId=handshake["Id"])
        return account

    def unit(self, name: str, parent: str | None = None) -> str:
        return self.client.create_organizational_unit(ParentId=parent or self.root, Name=name)["OrganizationalUnit"]["Id"]

    def move(self, account: str, to: str) -> None:
        parent = self.client.list_parents(ChildId=account)["Parents"][0]["Id"]
        self.client.move_account(AccountId=account, SourceParentId=parent, DestinationParentId=to)

    def policy(self, *statements: dict, kind: str = "SERVICE_CONTROL_POLICY") -> str:
        content = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        made = self.client.create_policy(Content=content, Description="", Name=self.aws.name("policy"), Type=kind)
        return made["Policy"]["PolicySummary"]["Id"]

    def attach(self, target: str, *statements: dict, kind: str = "SERVICE_CONTROL_POLICY") -> str:
        policy = self.policy(*statements, kind=kind)
        self.client.attach_policy(PolicyId=policy, TargetId=target)
        return policy


@pytest.fixture
def organization(aws):
    made = Organization(aws)
    yield made
    for member in made.members:
        control.ask(aws.server.data, "account-empty", account=member.id)


@pytest.fixture
def own_account(server):
    """An account that is in no organisation."""
    account = Account.create(server)
    yield account
    control.ask(server.data, "account-empty", account=account.id)
