#include "service/s3/rule_names.hpp"

#include "base/hash.hpp"

#include <set>

namespace millrace::service::s3 {

namespace {

constexpr std::size_t longest_rule_id = 255;
constexpr std::size_t made_id_size = 48;

}  // namespace

void name_rules(aws::Value& rules, const aws::Call& call) {
  std::set<std::string> ids;
  int number = 0;
  for (aws::Value& rule : rules.list()) {
    if (rule.find("ID") == nullptr) {
      const std::string seed = call.request_id + std::to_string(++number);
      rule.map().set("ID", base::sha256_hex(seed).substr(0, made_id_size));
    }
    const std::string& id = rule.find("ID")->text();
    if (id.size() > longest_rule_id) {
      throw aws::Error("InvalidArgument", "ID length should not exceed allowed limit of 255");
    }
    if (!ids.insert(id).second) {
      throw aws::Error("InvalidArgument",
                       "Rule ID must be unique. Found same ID for more than one rule");
    }
  }
}

}  // namespace millrace::service::s3
