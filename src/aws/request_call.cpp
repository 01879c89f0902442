#include "aws/request_call.hpp"

#include "aws/error.hpp"
#include "aws/signature_keys.hpp"
#include "base/assert.hpp"

namespace millrace::aws {

identity::Question RequestCall::question(std::string_view action, std::string_view resource,
                                         const identity::Conditions& further) const {
  identity::Question question{.principal = principal,
                              .action = std::string(action),
                              .resource = std::string(resource),
                              .conditions = conditions,
                              .further = this};
  for (const auto& [key, values] : further) question.conditions.insert_or_assign(key, values);
  return question;
}

identity::Permit RequestCall::require(std::string_view action, std::string_view resource,
                                      const identity::Conditions& further) const {
  if (!caller_is_checked_) return authority_.permit_unchecked(principal);
  try {
    return authority_.permit(question(action, resource, further));
  } catch (const identity::Denied& denied) {
    // S3 gives its reasons within an account alone.
    const bool is_silent = denied.is_foreign && action.starts_with("s3:");
    throw Error(access_denied_code_, is_silent ? "Access Denied" : denied.what());
  }
}

bool RequestCall::allowed(std::string_view action, std::string_view resource,
                          const identity::Conditions& further) const {
  return !caller_is_checked_ || authority_.decide(question(action, resource, further)).allowed();
}

std::optional<std::vector<std::string>> RequestCall::key_values(std::string_view key) const {
  return signature_key(request, now, key);
}

void RequestCall::authorise(const std::vector<Need>& needs) {
  for (const Need& need : needs) {
    identity::Permit permit = require(need.action, need.resource, need.conditions);
    if (!permit_) permit_.emplace(std::move(permit));
  }
  // An operation that everybody may call, like GetCallerIdentity.
  if (!permit_) permit_.emplace(authority_.permit_unchecked(principal));
}

const identity::Permit& RequestCall::permit() const {
  MILLRACE_ASSERT(permit_.has_value());
  return *permit_;
}

base::Reader& RequestCall::body() {
  if (other_body_) return *other_body_;
  if (!decoded_) decoded_ = std::make_unique<DecodedBody>(exchange_->body(), plan_);
  return decoded_->reader();
}

Events& RequestCall::events() {
  MILLRACE_ASSERT(events_ != nullptr);
  return *events_;
}

std::string RequestCall::trailer(std::string_view name) const {
  return decoded_ ? decoded_->trailer(name) : "";
}

identity::Conditions global_conditions(const Call& call) {
  identity::Conditions conditions;
  const auto add = [&conditions](const char* key, std::string value) {
    conditions[key].push_back(std::move(value));
  };
  add("aws:SourceIp", call.request.remote_address);
  add("aws:SecureTransport", call.request.tls ? "true" : "false");
  add("aws:RequestedRegion", call.region);
  add("aws:ViaAWSService", "false");
  if (!call.user_agent.empty()) add("aws:UserAgent", call.user_agent);
  if (const std::string* from = call.request.headers.find("referer")) add("aws:referer", *from);
  return conditions;
}

void add_tag_conditions(identity::Conditions& conditions, const base::Value& input) {
  std::vector<std::string> keys;
  if (const base::Value* tags = input.find("Tags"); tags && tags->is_list()) {
    for (const base::Value& tag : tags->list()) {
      const base::Value* key = tag.find("Key");
      const base::Value* value = tag.find("Value");
      if (!key || !key->is_text()) continue;
      keys.push_back(key->text());
      const std::string given = value && value->is_text() ? value->text() : "";
      conditions.insert_or_assign("aws:RequestTag/" + key->text(), std::vector{given});
    }
  }
  if (const base::Value* removed = input.find("TagKeys"); removed && removed->is_list()) {
    for (const base::Value& key : removed->list()) {
      if (key.is_text()) keys.push_back(key.text());
    }
  }
  if (!keys.empty()) conditions.insert_or_assign("aws:TagKeys", std::move(keys));
}

}  // namespace millrace::aws
