#include "aws/request_call.hpp"

#include "aws/authorization_message.hpp"
#include "aws/error.hpp"
#include "aws/signature_keys.hpp"
#include "base/assert.hpp"
#include "base/text.hpp"
#include "http/tls_session.hpp"

namespace millrace::aws {

namespace {

constexpr std::string_view trust_kind = "role trust policy";
constexpr std::string_view tls_version_key = "s3:TlsVersion";

// "1.3" of "TLSv1.3"; nothing without TLS.
std::optional<std::vector<std::string>> tls_version(const http::TlsSession& tls) {
  constexpr std::string_view prefix = "TLSv";
  if (!tls.version.starts_with(prefix)) return std::nullopt;
  return {{std::string(tls.version.substr(prefix.size()))}};
}

// What every request has. The decision itself knows the keys of the principal, the resource and
// the time.
constexpr std::string_view global_keys[] = {"aws:SourceIp",        "aws:SecureTransport",
                                            "aws:RequestedRegion", "aws:ViaAWSService",
                                            "aws:UserAgent",       "aws:referer"};

constexpr std::string_view region_of_global_services = "us-east-1";

// Whose one endpoint stands in that region, whatever region a client signs for: or a denial of
// other regions would be the client's to evade.
bool is_of_one_region(std::string_view service) {
  return service == "iam" || service == "organizations";
}

std::optional<std::string> requested_region(const Call& call) {
  if (is_of_one_region(call.service)) return std::string(region_of_global_services);
  // Who signs nothing names no region: the request came to that of its bucket, whose guard knows
  // it.
  if (call.service == "s3" && call.access_key_id.empty()) return std::nullopt;
  return call.region;
}

std::optional<std::string> global_key(const Call& call, std::string_view key) {
  const auto is = [key](std::string_view name) { return base::equal_ignoring_case(key, name); };
  const auto if_said = [](std::string_view text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  if (is("aws:SourceIp")) return if_said(call.request.remote_address);
  if (is("aws:SecureTransport")) return call.request.tls ? "true" : "false";
  if (is("aws:RequestedRegion")) return requested_region(call);
  if (is("aws:ViaAWSService")) return "false";
  if (is("aws:UserAgent")) return if_said(call.user_agent);
  if (!is("aws:referer")) return std::nullopt;
  const std::string* from = call.request.headers.find("referer");
  return from ? std::optional(*from) : std::nullopt;
}

}  // namespace

policy::Question RequestCall::question(std::string_view action, std::string_view resource,
                                       const policy::Conditions& further) const {
  policy::Question question{.principal = principal,
                            .action = std::string(action),
                            .resource = std::string(resource),
                            .conditions = conditions,
                            .further = this};
  for (const auto& [key, values] : further) question.conditions.insert_or_assign(key, values);
  return question;
}

identity::Permit RequestCall::require(std::string_view action, std::string_view resource,
                                      const policy::Conditions& further) const {
  if (!caller_is_checked_) {
    note_allowed({.action = std::string(action), .resource = std::string(resource)});
    return authority_.permit_unchecked(principal);
  }
  policy::Question asked = question(action, resource, further);
  try {
    identity::Permit permit = authority_.permit(asked);
    note_allowed({.action = std::move(asked.action), .resource = std::move(asked.resource)});
    return permit;
  } catch (const identity::Denied& denied) {
    Error error = refusal(denied, asked);
    note_denied(std::move(asked));
    throw error;
  }
}

// EC2's words, which no other service has.
Error RequestCall::refusal(const identity::Denied& denied, const policy::Question& asked) const {
  if (vault_ != nullptr) {
    policy::Question whole = asked;
    work_out(global_keys, whole.conditions);
    return {access_denied_code_,
            "You are not authorized to perform this operation. " + std::string(denied.what()) +
                ". Encoded authorization failure message: " +
                encoded_message(*vault_, whole, authority_.decide(asked)),
            403};
  }
  // S3 gives its reasons within an account alone.
  const bool is_silent = denied.is_foreign && asked.action.starts_with("s3:");
  return {access_denied_code_, is_silent ? "Access Denied" : denied.what()};
}

bool RequestCall::allowed(std::string_view action, std::string_view resource,
                          const policy::Conditions& further) const {
  if (!caller_is_checked_) {
    note_allowed({.action = std::string(action), .resource = std::string(resource)});
    return true;
  }
  policy::Question asked = question(action, resource, further);
  if (!authority_.decide(asked).allowed()) {
    note_denied(std::move(asked));
    return false;
  }
  note_allowed({.action = std::move(asked.action), .resource = std::move(asked.resource)});
  return true;
}

void RequestCall::note(const Use& use, const policy::Conditions& further, bool is_allowed) const {
  if (is_allowed) return note_allowed(use);
  note_denied(question(use.action, use.resource, further));
}

void RequestCall::note_allowed(Use use) const {
  const std::lock_guard lock(mutex_);
  // Batches look before they ask.
  if (allowed_.empty() || allowed_.back() != use) allowed_.push_back(std::move(use));
}

// The question outlives the call, so what it would have asked of the call is worked out now.
void RequestCall::note_denied(policy::Question asked) const {
  policy::Decision decision = authority_.decide(asked);
  // What refused it is then none of the policies that speak of the caller.
  if (decision.allowed())
    decision = {.effect = policy::Decision::Effect::implicit_deny,
                .policy_kind = std::string(trust_kind)};
  asked.further = nullptr;
  work_out(global_keys, asked.conditions);
  work_out(signature_keys, asked.conditions);
  work_out(std::span(&tls_version_key, 1), asked.conditions);
  const std::lock_guard lock(mutex_);
  denied_.push_back({.question = std::move(asked), .decision = std::move(decision)});
}

void RequestCall::hand_over(Decided& decided) {
  const std::lock_guard lock(mutex_);
  decided.allowed = std::move(allowed_);
  decided.denied = std::move(denied_);
}

std::optional<std::vector<std::string>> RequestCall::key_values(std::string_view key) const {
  if (auto value = global_key(*this, key)) return {{std::move(*value)}};
  if (base::equal_ignoring_case(key, tls_version_key)) {
    return tls_version(http::tls_session_of(*exchange_));
  }
  return signature_key(request, now, key);
}

void RequestCall::work_out(std::span<const std::string_view> keys, policy::Conditions& into) const {
  for (const std::string_view key : keys) {
    if (auto values = key_values(key)) into.try_emplace(std::string(key), std::move(*values));
  }
}

void RequestCall::supply_global_conditions() { work_out(global_keys, conditions); }

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

void add_tag_conditions(policy::Conditions& conditions, const base::Value& input) {
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
