// The tables of condition keys. A key is among the known once a request that should have it has it.
#include "policy/condition_keys.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <span>

namespace millrace::policy {
namespace {

// A name that ends in '/' stands for every name that begins so.
constexpr std::string_view known[] = {
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalTag/",
    "aws:PrincipalType",
    "aws:RequestTag/",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:ResourceTag/",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSService",
    "aws:VpcSourceIp",
    "aws:referer",
    "aws:userid",
    "aws:username",
    "cloudwatch:namespace",
    "iam:AWSServiceName",
    "iam:PassedToService",
    "iam:PermissionsBoundary",
    "iam:PolicyARN",
    "iam:ResourceTag/",
    "organizations:PolicyType",
    "organizations:ServicePrincipal",
    "s3:AccessPointNetworkOrigin",
    "s3:AccessPointTag/",
    "s3:BucketTag/",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:ExistingJobOperation",
    "s3:ExistingJobPriority",
    "s3:ExistingObjectTag/",
    "s3:InventoryAccessibleOptionalFields",
    "s3:JobSuspendedCause",
    "s3:ObjectCreationOperation",
    "s3:RequestJobOperation",
    "s3:RequestJobPriority",
    "s3:RequestObjectTag/",
    "s3:RequestObjectTagKeys",
    "s3:ResourceAccount",
    "s3:TlsVersion",
    "s3:VersionId",
    "s3:authType",
    "s3:delimiter",
    "s3:if-match",
    "s3:if-none-match",
    "s3:locationconstraint",
    "s3:max-keys",
    "s3:object-lock-legal-hold",
    "s3:object-lock-mode",
    "s3:object-lock-remaining-retention-days",
    "s3:object-lock-retain-until-date",
    "s3:prefix",
    "s3:signatureAge",
    "s3:signatureversion",
    "s3:x-amz-acl",
    "s3:x-amz-content-sha256",
    "s3:x-amz-copy-source",
    "s3:x-amz-grant-full-control",
    "s3:x-amz-grant-read",
    "s3:x-amz-grant-read-acp",
    "s3:x-amz-grant-write",
    "s3:x-amz-grant-write-acp",
    "s3:x-amz-metadata-directive",
    "s3:x-amz-object-ownership",
    "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:x-amz-server-side-encryption-customer-algorithm",
    "s3:x-amz-storage-class",
    "s3:x-amz-website-redirect-location",
    "sagemaker:AcceleratorTypes",
    "sagemaker:EnableRemoteDebug",
    "sagemaker:FileSystemAccessMode",
    "sagemaker:FileSystemDirectoryPath",
    "sagemaker:FileSystemId",
    "sagemaker:FileSystemType",
    "sagemaker:InstanceTypes",
    "sagemaker:InterContainerTrafficEncryption",
    "sagemaker:KeepAlivePeriod",
    "sagemaker:MaxRuntimeInSeconds",
    "sagemaker:ModelArn",
    "sagemaker:NetworkIsolation",
    "sagemaker:OutputKmsKey",
    "sagemaker:ResourceTag/",
    "sagemaker:ServerlessMaxConcurrency",
    "sagemaker:ServerlessMemorySize",
    "sagemaker:TaggingAction",
    "sagemaker:TargetModel",
    "sagemaker:VolumeKmsKey",
    "sagemaker:VpcSecurityGroupIds",
    "sagemaker:VpcSubnets",
    "sts:ExternalId",
    "sts:RoleSessionName",
    "sts:SourceIdentity",
    "sts:TransitiveTagKeys",
};

// What AWS reads of an assertion; attributes of a directory among it.
constexpr std::string_view known_of_saml[] = {
    "aud",
    "cn",
    "commonName",
    "doc",
    "edupersonaffiliation",
    "edupersonassurance",
    "edupersonentitlement",
    "edupersonnickname",
    "edupersonorgdn",
    "edupersonorgunitdn",
    "edupersonprimaryaffiliation",
    "edupersonprimaryorgunitdn",
    "edupersonprincipalname",
    "edupersonscopedaffiliation",
    "edupersontargetedid",
    "eduorghomepageuri",
    "eduorgidentityauthnpolicyuri",
    "eduorglegalname",
    "eduorgsuperioruri",
    "eduorgwhitepagesuri",
    "givenName",
    "iss",
    "mail",
    "name",
    "namequalifier",
    "organizationStatus",
    "primaryGroupSID",
    "sub",
    "sub_type",
    "surname",
    "uid",
    "x500UniqueIdentifier",
};

// The claims of a token that become keys, under the name of its provider.
constexpr std::string_view known_of_tokens[] = {"amr", "aud", "azp", "email", "oaud", "sub"};

template <class Names>
bool is_among(const Names& names, std::string_view name) {
  return std::any_of(std::begin(names), std::end(names),
                     [name](std::string_view one) { return base::equal_ignoring_case(one, name); });
}

// "accounts.google.com:aud": a provider's name has a dot or a path, a service's prefix neither.
bool is_provider_key(std::string_view key) {
  const std::size_t colon = key.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view provider = key.substr(0, colon);
  const std::string_view claim = key.substr(colon + 1);
  if (base::equal_ignoring_case(provider, "saml")) return is_among(known_of_saml, claim);
  return provider.find_first_of("./") != std::string_view::npos && is_among(known_of_tokens, claim);
}

// Keys that AWS gives to requests of operations which are built here, and we do not. Other keys
// that are not known can be in no request: those of services that are not here, or of what is not
// built.
constexpr std::string_view unsupplied[] = {
    "s3:isReplicationPauseRequest",
    "s3:x-amz-bucket-namespace",
    "sagemaker:DirectGatedModelAccess",
};

bool covers(std::string_view entry, std::string_view key) {
  const bool is_prefix = entry.back() == '/';
  if (!is_prefix) return base::equal_ignoring_case(entry, key);
  return key.size() > entry.size() && base::equal_ignoring_case(key.substr(0, entry.size()), entry);
}

bool is_in(std::span<const std::string_view> table, std::string_view key) {
  return std::any_of(table.begin(), table.end(),
                     [key](std::string_view entry) { return covers(entry, key); });
}

}  // namespace

bool is_known_condition_key(std::string_view key) {
  return is_in(known, key) || is_provider_key(key);
}

bool is_unsupplied_condition_key(std::string_view key) {
  return is_in(unsupplied, key) && !is_known_condition_key(key);
}

}  // namespace millrace::policy
