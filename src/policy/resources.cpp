#include "policy/resources.hpp"

#include "base/text.hpp"
#include "policy/policy.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace millrace::policy {
namespace {

// A resource with a colon in it, as AWS reads it: what is missing at its end is "*".
struct Fields {
  std::string partition;
  std::string vendor = "*";
  std::string region = "*";
  std::string account = "*";
  std::string resource = "*";
};

Fields fields_of(std::string_view resource) {
  Fields fields;
  std::string* const names[] = {&fields.partition, &fields.vendor, &fields.region, &fields.account};
  std::string_view rest = resource.substr(resource.find(':') + 1);
  for (std::string* name : names) {
    const std::size_t colon = rest.find(':');
    *name = rest.substr(0, colon);
    if (colon == std::string_view::npos) return fields;
    rest.remove_prefix(colon + 1);
  }
  fields.resource = rest;
  return fields;
}

std::string whole(const Fields& fields) {
  return "arn:" + fields.partition + ":" + fields.vendor + ":" + fields.region + ":" +
         fields.account + ":" + fields.resource;
}

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != text.npos; }
bool is_known(std::string_view partition) { return partition == "aws" || has_wildcard(partition); }
bool is_aws(std::string_view partition) {
  return partition.starts_with("aws") || has_wildcard(partition);
}
bool is_named(std::string_view field) { return field.find_first_not_of("*?") != field.npos; }

bool is_account_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '*' || c == '?';
}

[[noreturn]] void refuse(const std::string& words) { throw MalformedPolicy(words); }
[[noreturn]] void refuse_form(std::string_view resource) {
  refuse("Resource " + std::string(resource) + " must be in ARN format or \"*\".");
}

// --- which services' resources are no region's, or no account's

// What begins otherwise is an account's in a region: an access point, a job.
bool is_bucket_or_object(const Fields& fields) {
  constexpr std::string_view of_accounts[] = {"accesspoint/",   "job/",
                                              "storage-lens/",  "storage-lens-group/",
                                              "async-request/", "access-grants/"};
  return fields.vendor == "s3" && !has_wildcard(std::string_view(fields.resource).substr(0, 1)) &&
         std::ranges::none_of(of_accounts, [&](std::string_view begin) {
           return fields.resource.starts_with(begin);
         });
}

void check_region(const Fields& fields) {
  if (!is_named(fields.region)) return;
  if (fields.vendor == "iam") {
    refuse("IAM resource " + whole(fields) + " cannot contain region information.");
  }
  if (fields.vendor == "route53" || is_bucket_or_object(fields) ||
      (fields.vendor == "s3" && !is_named(fields.account))) {
    refuse("Resource " + whole(fields) + " can not contain region information.");
  }
}

void check_account(const Fields& fields) {
  if (!is_named(fields.account)) return;
  if (fields.vendor != "route53" && !is_bucket_or_object(fields)) return;
  refuse("Resource " + whole(fields) + " cannot contain an account id.");
}

// --- what IAM's resources are called

constexpr auto iam_kinds = std::to_array<std::string_view>(
    {"user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/",
     "server-certificate/", "policy/", "sms-mfa/", "saml-provider/", "oidc-provider/", "report/",
     "access-report/"});

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

void check_iam_path(const Fields& fields) {
  if (fields.vendor != "iam" || fields.resource == "*" || fields.resource == "root") return;
  const bool fits = std::ranges::any_of(
      iam_kinds, [&](std::string_view kind) { return fields.resource.starts_with(kind); });
  if (fits) return;
  refuse("IAM resource path must either be \"*\", root, or start with " + listed(iam_kinds) + ".");
}

}  // namespace

bool fails_legacy_parsing(std::string_view resource) {
  const Fields fields = fields_of(resource);
  if (resource.starts_with("arn:") && fields.vendor.empty()) return true;
  return is_known(fields.partition) && !std::ranges::all_of(fields.account, is_account_letter);
}

void check_resource(std::string_view resource, Rigour rigour) {
  if (resource == "*") return;
  if (resource.find(':') == resource.npos) refuse_form(resource);
  const Fields fields = fields_of(resource);
  const bool is_strict = rigour == Rigour::identity_policies;
  if (is_strict ? !is_known(fields.partition) : !is_aws(fields.partition)) {
    refuse("Partition \"" + fields.partition + "\" is not valid for resource \"" + whole(fields) +
           "\".");
  }
  if (!resource.starts_with("arn:")) refuse_form(resource);
  if (is_strict && has_wildcard(fields.vendor)) {
    refuse("Resource vendor must be fully qualified and cannot contain regexes.");
  }
  check_region(fields);
  if (!is_strict) return;
  check_account(fields);
  check_iam_path(fields);
}

}  // namespace millrace::policy
