// The Call of a request that came by HTTP.
#pragma once

#include "aws/body.hpp"
#include "aws/call.hpp"
#include "aws/operation.hpp"
#include "aws/trail.hpp"
#include "base/log.hpp"
#include "http/server.hpp"
#include "identity/vault.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::aws {

class RequestCall final : public Call, private policy::KeySource {
 public:
  RequestCall(http::ExchangePtr exchange, identity::Authority& authority)
      : Call(exchange->request()), exchange_(std::move(exchange)), authority_(authority) {}

  identity::Permit require(std::string_view action, std::string_view resource,
                           const policy::Conditions& further) const override;
  [[nodiscard]] bool allowed(std::string_view action, std::string_view resource,
                             const policy::Conditions& further) const override;
  [[nodiscard]] const identity::Permit& permit() const override;
  [[nodiscard]] base::Reader& body() override;
  [[nodiscard]] std::string trailer(std::string_view name) const override;
  [[nodiscard]] Events& events() override;
  [[nodiscard]] std::string take_payload() override { return std::move(payload_); }

  // Asks for each need; the first one's permit is the request's own.
  void authorise(const std::vector<Need>& needs);
  // From now on `conditions` has the global keys too, which are else worked out where a policy
  // asks.
  void supply_global_conditions();
  void set_plan(BodyPlan plan) { plan_ = std::move(plan); }
  void set_payload(std::string payload) { payload_ = std::move(payload); }
  void set_events(std::unique_ptr<Events> events) { events_ = std::move(events); }
  // Another operation is done for the same caller, who must be allowed anew; `body`, if any, is
  // read instead of the request's.
  void begin_other(base::Reader* body) {
    permit_.reset();
    other_body_ = body;
  }
  void check_caller(bool checked) { caller_is_checked_ = checked; }
  void deny_with(std::string code) { access_denied_code_ = std::move(code); }
  // Refusals say all that was decided, in an encoded message.
  void encode_denials(const identity::Vault& vault) { vault_ = &vault; }
  // What the authority decided about this caller by itself, as of taking on a role.
  void note(const Use& use, const policy::Conditions& further, bool is_allowed) const;
  // What was asked of the authority until now goes into the record of the request.
  void hand_over(Decided& decided);

 private:
  [[nodiscard]] policy::Question question(std::string_view action, std::string_view resource,
                                          const policy::Conditions& further) const;
  [[nodiscard]] std::optional<std::vector<std::string>> key_values(
      std::string_view key) const override;
  void work_out(std::span<const std::string_view> keys, policy::Conditions& into) const;
  [[nodiscard]] Error refusal(const identity::Denied& denied, const policy::Question& asked) const;
  void note_allowed(Use use) const;
  void note_denied(policy::Question asked) const;

  http::ExchangePtr exchange_;
  identity::Authority& authority_;
  bool caller_is_checked_ = true;
  std::string access_denied_code_ = "AccessDenied";
  const identity::Vault* vault_ = nullptr;  // null: refusals are not encoded
  std::optional<identity::Permit> permit_;
  BodyPlan plan_;
  std::unique_ptr<DecodedBody> decoded_;
  base::Reader* other_body_ = nullptr;  // of an operation that was performed for another
  std::unique_ptr<Events> events_;
  std::string payload_;
  mutable std::mutex mutex_;  // guards the two: an act may ask from any thread
  mutable std::vector<Use> allowed_;
  mutable std::vector<Denial> denied_;
};

// aws:RequestTag/KEY and aws:TagKeys, from the members Tags and TagKeys that services share.
void add_tag_conditions(policy::Conditions& conditions, const base::Value& input);

}  // namespace millrace::aws
