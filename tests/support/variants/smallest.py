"""The smallest request of an operation that is about something of the caller's own."""

from support import raw
from support.variants import forms, values

# Where the model does not say which of its members there must be.
NOBODY = "arn:aws:iam::000000000000:user/none"
OF_A_USER = {"PolicySourceArn": NOBODY}
MEMBERS = {
    "CreateJob": {"Operation": {"S3DeleteObjectTagging": {}}},
    "GenerateServiceLastAccessedDetails": {"Arn": NOBODY},
    "GetContextKeysForPrincipalPolicy": OF_A_USER,
    "GetServiceLinkedRoleDeletionStatus": {"DeletionTaskId": "task/aws-service-role/es.amazonaws.com/none/0"},
    "ListPoliciesGrantingServiceAccess": {"Arn": NOBODY},
    "SimulatePrincipalPolicy": OF_A_USER,
}
# Members that name a resource of another type than their shape's other members do.
ARNS = {
    "OpenIDConnectProviderArn": "arn:aws:iam::000000000000:oidc-provider/none",
    "SAMLProviderArn": "arn:aws:iam::000000000000:saml-provider/none",
    "SerialNumber": "arn:aws:iam::000000000000:mfa/none",
}
ANY_BUCKET = values.SEMANTIC["s3 BucketName"]


def request(account, operation, protocol: str, bucket: str = ANY_BUCKET) -> raw.Request:
    """A new signature each time."""
    shape = operation.input_shape
    value = values.minimal(shape, operation.service_model.service_name) if shape else {}
    value = {name: ARNS.get(name, one) for name, one in value.items()}
    value = with_words({**value, **MEMBERS.get(operation.name, {})}, {forms.ANY_ACCOUNT: account.id, ANY_BUCKET: bucket})
    return forms.request(account, operation, value, protocol)


def with_words(value, words: dict[str, str]):
    """The value with other words in its texts."""
    if isinstance(value, dict):
        return {name: with_words(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [with_words(one, words) for one in value]
    if isinstance(value, str):
        for one, instead in words.items():
            value = value.replace(one, instead)
    return value
