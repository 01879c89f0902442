"""What AWS documents that a caller must be allowed for an operation, and users who are allowed that alone."""

import json
import re
import threading

# S3 names most of its actions otherwise than its operations, as does what goes by several steps. Those of S3 Control that S3 has too go by both names.
OTHER_NAMES = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteObjects": "DeleteObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "s3control DeletePublicAccessBlock": "PutAccountPublicAccessBlock",
    "s3control GetPublicAccessBlock": "GetAccountPublicAccessBlock",
    "s3control PutPublicAccessBlock": "PutAccountPublicAccessBlock",
}
# What AWS's pages name beside an operation's own action: "Required permissions for Amazon S3 API operations" and the service's guide.
OBJECT_SETTINGS = ("s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold")
SEES = "s3:ListBucket"  # else what is missing is denied, not missing
READS = (SEES, "s3:GetObjectVersion", "s3:GetObjectRetention", "s3:GetObjectLegalHold")
BESIDES = {
    # "Tagging IAM users" and so on: what is made with tags is tagged.
    "iam CreateUser": ("iam:TagUser",),
    "iam CreateRole": ("iam:TagRole",),
    "iam CreatePolicy": ("iam:TagPolicy",),
    "s3 CopyObject": (SEES, "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging", *OBJECT_SETTINGS),
    "s3 CreateBucket": ("s3:PutBucketAcl", "s3:PutBucketOwnershipControls", "s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning", "s3:TagResource"),
    "s3 CreateMultipartUpload": OBJECT_SETTINGS,
    "s3 DeleteObject": ("s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"),
    "s3 DeleteObjectTagging": (SEES, "s3:DeleteObjectVersionTagging",),
    "s3 DeleteObjects": ("s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"),
    "s3 GetObject": READS,
    "s3 GetObjectAcl": (SEES, "s3:GetObjectVersionAcl",),
    "s3 GetObjectAttributes": (SEES, "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionAttributes"),
    "s3 GetObjectTagging": (SEES, "s3:GetObjectVersionTagging",),
    "s3 HeadObject": READS,
    "s3 PutBucketReplication": ("iam:PassRole",),
    "s3 PutObject": OBJECT_SETTINGS,
    "s3 PutObjectAcl": (SEES, "s3:PutObjectVersionAcl",),
    "s3 PutObjectLegalHold": (SEES,),
    "s3 PutObjectRetention": (SEES, "s3:BypassGovernanceRetention"),
    "s3 RestoreObject": (SEES,),
    "s3 SelectObjectContent": (SEES,),
    "s3 PutObjectTagging": (SEES, "s3:PutObjectVersionTagging",),
    "s3control CreateAccessPoint": ("s3:PutAccessPointPublicAccessBlock", "s3:TagResource"),
    "s3control CreateJob": ("s3:PutJobTagging", "iam:PassRole"),
    "s3 UploadPartCopy": (SEES, "s3:GetObject", "s3:GetObjectVersion"),
}
# Services whose actions begin otherwise than their operations' signatures.
PREFIXES = {"s3control": "s3", "sagemaker-runtime": "sagemaker", "cloudwatch": "cloudwatch"}


def own_action(service: str, operation: str) -> str:
    """The action that an operation is named after, without its service."""
    return OTHER_NAMES.get(f"{service} {operation}", OTHER_NAMES.get(operation, operation))


def documented(service: str, operation: str) -> list[dict]:
    """Statements that allow what AWS's lists name for an operation, on the resources that they name."""
    prefix = PREFIXES.get(service, service)
    actions = [f"{prefix}:{own_action(service, operation)}", *BESIDES.get(f"{service} {operation}", ())]
    rows = [row for action in actions for row in listed(action)]
    # What they depend on in turn is allowed where it applies: to pass a role, to tag what is made.
    rows += [one for action in sorted({action for row in rows for action in row["dependent_actions"]}) for one in listed(action)]
    return [{"Effect": "Allow", "Action": row["action"], "Resource": pattern(row["resource_arn_format"])} for row in rows]


def listed(action: str) -> list[dict]:
    from policy_sentry.querying.actions import get_action_data  # not every environment has it

    prefix, _, name = action.partition(":")
    return (get_action_data(prefix, name) or {prefix: []})[prefix]


def pattern(arn_format: str) -> str:
    """arn:${Partition}:s3:::${BucketName} as a policy writes it."""
    return re.sub(r"\$\{\w+\}", "*", arn_format).replace("arn:*:", "arn:aws:", 1)


OWN_USERS = "least-"  # what the names of these users begin with
MOST_OF_A_NAME = 64


class LeastPrivilege:
    """Signs each call of an account's clients as a user who may do what AWS documents for that operation, and nothing else."""

    def __init__(self, root):
        self.root, self.users, self.lock = root, {}, threading.Lock()

    def sign(self, client) -> None:
        signer, service = client._request_signer, client.meta.service_model.service_name
        sign = signer.sign

        def sign_as_user(operation: str, *arguments, **named):
            user = self.user(service, operation)
            with self.lock:
                signer._credentials = user
                sign(operation, *arguments, **named)

        signer.sign = sign_as_user

    def user(self, service: str, operation: str):
        with self.lock:
            if (service, operation) not in self.users:
                name = f"{OWN_USERS}{len(self.users)}-{service}-{operation}"[:MOST_OF_A_NAME]
                self.users[service, operation] = self.make(name, documented(service, operation))
            return self.users[service, operation]

    def make(self, name: str, statements: list[dict]):
        from botocore.credentials import Credentials  # not every environment has it

        iam = self.root.client("iam")
        iam.create_user(UserName=name)
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": merged(statements)})
            policy = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]
            iam.attach_user_policy(UserName=name, PolicyArn=policy["Arn"])
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def merged(statements: list[dict]) -> list[dict]:
    """One statement for each set of resources: a managed policy has 6,144 characters."""
    resources: dict[str, list[str]] = {}
    for one in statements:
        resources.setdefault(one["Action"], []).append(one["Resource"])
    actions: dict[tuple[str, ...], list[str]] = {}
    for action, on in resources.items():
        actions.setdefault(tuple(sorted(set(on))), []).append(action)
    return [{"Effect": "Allow", "Action": sorted(names), "Resource": list(on)} for on, names in actions.items()]
