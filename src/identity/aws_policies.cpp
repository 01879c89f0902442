// Reads the policies of policies/*.json, which the build compiles in.
#include "identity/aws_policies.hpp"

#include "base/assert.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "identity/aws_policy_files.hpp"

#include <mutex>

namespace millrace::identity {

struct AwsPolicies::Entry {
  std::string_view json;
  std::once_flag is_read;
  Shared<ManagedPolicy> policy;
};

namespace {

constexpr std::string_view arn_start = "arn:aws:iam::aws:policy/";

base::Timestamp time_at(const base::Value& file, std::string_view member) {
  const auto time = base::parse_iso8601(file.find(member)->text());
  MILLRACE_ASSERT(time);
  return *time;
}

// Of the versions only the one in force is kept.
ManagedPolicy read_file(std::string_view json) {
  const base::Value file = base::parse_json(json);
  const std::string& name = file.find("PolicyName")->text();
  const std::string& path = file.find("Path")->text();
  const auto number = base::to_integer(file.find("DefaultVersionId")->text().substr(1));
  MILLRACE_ASSERT(number);
  ManagedPolicy policy{.entity = Entity{.account = "aws",
                                        .name = name,
                                        .path = path,
                                        .id = file.find("PolicyId")->text(),
                                        .arn = "arn:aws:iam::aws:policy" + path + name,
                                        .created = time_at(file, "CreateDate")},
                       .updated = time_at(file, "UpdateDate"),
                       .default_version = *number,
                       .newest_version = *number};
  if (const auto* description = file.find("Description")) policy.description = description->text();
  policy.versions.push_back({.number = *number,
                             .text = policy_text(base::write_json(*file.find("Document")),
                                                 policy::PolicyKind::aws_managed),
                             .created = policy.updated});
  return policy;
}

}  // namespace

AwsPolicies::AwsPolicies() : entries_(std::make_unique<std::map<std::string_view, Entry>>()) {
  for (const AwsPolicyFile& file : aws_policy_files()) (*entries_)[file.name].json = file.json;
}

AwsPolicies::~AwsPolicies() = default;

const Shared<ManagedPolicy>& AwsPolicies::read(Entry& entry) {
  std::call_once(entry.is_read, [&entry] {
    entry.policy = std::make_shared<const ManagedPolicy>(read_file(entry.json));
  });
  return entry.policy;
}

Shared<ManagedPolicy> AwsPolicies::find(std::string_view arn) const {
  if (!arn.starts_with(arn_start)) return nullptr;
  const auto found = entries_->find(arn.substr(arn.rfind('/') + 1));
  if (found == entries_->end()) return nullptr;
  const auto& policy = read(found->second);
  return policy->entity.arn == arn ? policy : nullptr;
}

std::vector<Shared<ManagedPolicy>> AwsPolicies::all() const {
  std::vector<Shared<ManagedPolicy>> policies;
  for (auto& [name, entry] : *entries_) policies.push_back(read(entry));
  return policies;
}

}  // namespace millrace::identity
