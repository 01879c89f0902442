#include "policy/organization_keys.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"
#include "policy/principal_ids.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::policy {
namespace {

enum class Whose { principal, resource, source };

struct Known {
  std::string_view name;
  Whose whose;
  bool is_path;
};

constexpr Known keys[] = {
    {"aws:PrincipalOrgID", Whose::principal, false},
    {"aws:PrincipalOrgPaths", Whose::principal, true},
    {"aws:ResourceOrgID", Whose::resource, false},
    {"aws:ResourceOrgPaths", Whose::resource, true},
    {"aws:SourceOrgID", Whose::source, false},
    {"aws:SourceOrgPaths", Whose::source, true},
};

const Known* known(std::string_view key) {
  const auto* found = std::find_if(std::begin(keys), std::end(keys), [key](const Known& one) {
    return base::equal_ignoring_case(one.name, key);
  });
  return found == std::end(keys) ? nullptr : found;
}

std::string source_account(const Question& question) {
  const auto given = question.conditions.find("aws:SourceAccount");
  return given == question.conditions.end() || given->second.empty() ? std::string()
                                                                     : given->second.front();
}

std::string account_of(Whose whose, const Question& question, std::string_view owner) {
  if (whose == Whose::principal) return question.principal.account;
  if (whose == Whose::source) return source_account(question);
  return owner.empty() ? owner_of(question) : std::string(owner);
}

// "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
std::string path_of(const Ceiling& ceiling) {
  std::string path;
  for (const std::string& id : ceiling.path) path += id + "/";
  return path;
}

}  // namespace

bool is_organization_key(std::string_view key) { return known(key) != nullptr; }

std::optional<KeyValues> organization_key(Ceilings& ceilings, const Question& question,
                                          std::string_view owner, std::string_view key) {
  const Known* wanted = known(key);
  if (wanted == nullptr) return std::nullopt;
  const auto ceiling = ceilings.ceiling(account_of(wanted->whose, question, owner));
  if (ceiling == nullptr) return std::nullopt;
  return KeyValues{wanted->is_path ? path_of(*ceiling) : ceiling->organization_id};
}

std::string owner_of(const Question& question) {
  const auto arn = base::parse_arn(question.resource);
  return arn && is_account_id(arn->account) ? arn->account : question.principal.account;
}

}  // namespace millrace::policy
