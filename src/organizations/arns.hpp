// The names of an organisation's parts.
#pragma once

#include "organizations/organization.hpp"

#include <string>
#include <string_view>

namespace millrace::organizations {

class Arns {
 public:
  Arns(std::string management, std::string organization)
      : management_(std::move(management)), organization_(std::move(organization)) {}
  explicit Arns(const Organization& organization)
      : Arns(organization.management, organization.id) {}

  [[nodiscard]] std::string organization() const;
  [[nodiscard]] std::string account(std::string_view id) const;
  [[nodiscard]] std::string unit(std::string_view id) const;  // a root's too
  [[nodiscard]] std::string policy(std::string_view id, PolicyType type) const;
  [[nodiscard]] std::string resource_policy(std::string_view id) const;
  [[nodiscard]] std::string handshake(std::string_view id, HandshakeAction action) const;
  // Of a root, unit or account by its id.
  [[nodiscard]] std::string target(std::string_view id) const;

 private:
  [[nodiscard]] std::string named(std::string_view type, std::string_view id) const;
  std::string management_;
  std::string organization_;
};

[[nodiscard]] std::string_view text_of(PolicyType type);         // "SERVICE_CONTROL_POLICY"
[[nodiscard]] std::string_view text_of(HandshakeAction action);  // "INVITE"
[[nodiscard]] std::string_view text_of(HandshakeState state);    // "OPEN"
[[nodiscard]] std::string_view text_of(FeatureSet features);     // "ALL"

}  // namespace millrace::organizations
