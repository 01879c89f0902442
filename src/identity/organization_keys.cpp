#include "identity/organization_keys.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"
#include "identity/ids.hpp"

#include <algorithm>
#include <array>

namespace millrace::identity {
namespace {

constexpr std::array<std::string_view, 6> keys = {"aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
                                                  "aws:ResourceOrgID",  "aws:ResourceOrgPaths",
                                                  "aws:SourceOrgID",    "aws:SourceOrgPaths"};

bool is(std::string_view key, std::string_view name) {
  return base::equal_ignoring_case(key, name);
}

std::string source_account(const Question& question) {
  const auto given = question.conditions.find("aws:SourceAccount");
  return given == question.conditions.end() || given->second.empty() ? "" : given->second.front();
}

std::string account_of(const Question& question, std::string_view owner, std::string_view key) {
  if (is(key, keys[0]) || is(key, keys[1])) return question.principal.account;
  if (is(key, keys[4]) || is(key, keys[5])) return source_account(question);
  return owner.empty() ? owner_of(question) : std::string(owner);
}

// "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
std::string path_of(const Ceiling& ceiling) {
  std::string path;
  for (const std::string& id : ceiling.path) path += id + "/";
  return path;
}

}  // namespace

bool is_organization_key(std::string_view key) {
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view one) { return is(key, one); });
}

std::optional<KeyValues> organization_key(Ceilings& ceilings, const Question& question,
                                          std::string_view owner, std::string_view key) {
  const std::string account = account_of(question, owner, key);
  const auto ceiling = account.empty() ? nullptr : ceilings.ceiling(account);
  if (ceiling == nullptr) return std::nullopt;
  const bool wants_path = is(key, keys[1]) || is(key, keys[3]) || is(key, keys[5]);
  return KeyValues{wants_path ? path_of(*ceiling) : ceiling->organization_id};
}

std::string owner_of(const Question& question) {
  const auto arn = base::parse_arn(question.resource);
  return arn && is_account_id(arn->account) ? arn->account : question.principal.account;
}

}  // namespace millrace::identity
