// Reads the policies of policies/*.json, which the build compiles in.
#include "identity/aws_policies.hpp"

#include "base/assert.hpp"
#include "base/json.hpp"
#include "identity/aws_policy_files.hpp"

namespace millrace::identity {
namespace {

ManagedPolicy read_file(std::string_view json) {
  const base::Value file = base::parse_json(json);
  const auto created = base::parse_iso8601(file.find("CreateDate")->text());
  MILLRACE_ASSERT(created);
  const std::string& name = file.find("PolicyName")->text();
  const std::string& path = file.find("Path")->text();
  ManagedPolicy policy{.entity = Entity{.account = "aws",
                                        .name = name,
                                        .path = path,
                                        .id = file.find("PolicyId")->text(),
                                        .arn = "arn:aws:iam::aws:policy" + path + name,
                                        .created = *created},
                       .description = file.find("Description")->text(),
                       .updated = *created};
  policy.versions.push_back(
      {.number = 1,
       .text = policy_text(base::write_json(*file.find("Document")), PolicyKind::aws_managed),
       .created = *created});
  return policy;
}

}  // namespace

AwsPolicies::AwsPolicies() {
  for (const std::string_view file : aws_policy_files()) {
    ManagedPolicy policy = read_file(file);
    policies_.emplace(policy.entity.arn, std::move(policy));
  }
}

const ManagedPolicy* AwsPolicies::find(std::string_view arn) const {
  const auto found = policies_.find(arn);
  return found == policies_.end() ? nullptr : &found->second;
}

}  // namespace millrace::identity
