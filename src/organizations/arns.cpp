#include "organizations/arns.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"

namespace millrace::organizations {

std::string Arns::named(std::string_view type, std::string_view id) const {
  return base::arn("organizations", "", management_,
                   std::string(type) + "/" + organization_ + "/" + std::string(id));
}

std::string Arns::organization() const {
  return base::arn("organizations", "", management_, "organization/" + organization_);
}

std::string Arns::account(std::string_view id) const { return named("account", id); }

std::string Arns::unit(std::string_view id) const {
  return named(id.starts_with("r-") ? "root" : "ou", id);
}

std::string Arns::policy(std::string_view id, PolicyType type) const {
  const std::string kind = base::lower(text_of(type));
  if (id == full_access || id == full_resource_access)
    return base::arn("organizations", "", "aws", "policy/" + kind + "/" + std::string(id));
  return named("policy", kind + "/" + std::string(id));
}

std::string Arns::resource_policy(std::string_view id) const { return named("resourcepolicy", id); }

std::string Arns::handshake(std::string_view id, HandshakeAction action) const {
  return named("handshake", base::lower(text_of(action)) + "/" + std::string(id));
}

std::string Arns::target(std::string_view id) const {
  return id.starts_with("r-") || id.starts_with("ou-") ? unit(id) : account(id);
}

std::string_view text_of(PolicyType type) {
  switch (type) {
    case PolicyType::service_control:
      return "SERVICE_CONTROL_POLICY";
    case PolicyType::resource_control:
      return "RESOURCE_CONTROL_POLICY";
    case PolicyType::aiservices_opt_out:
      return "AISERVICES_OPT_OUT_POLICY";
    case PolicyType::tag:
      return "TAG_POLICY";
  }
  return {};
}

std::string_view text_of(HandshakeAction action) {
  switch (action) {
    case HandshakeAction::invite:
      return "INVITE";
    case HandshakeAction::enable_all_features:
      return "ENABLE_ALL_FEATURES";
    case HandshakeAction::approve_all_features:
      return "APPROVE_ALL_FEATURES";
  }
  return {};
}

std::string_view text_of(HandshakeState state) {
  switch (state) {
    case HandshakeState::requested:
      return "REQUESTED";
    case HandshakeState::open:
      return "OPEN";
    case HandshakeState::canceled:
      return "CANCELED";
    case HandshakeState::accepted:
      return "ACCEPTED";
    case HandshakeState::declined:
      return "DECLINED";
    case HandshakeState::expired:
      return "EXPIRED";
  }
  return {};
}

std::string_view text_of(FeatureSet features) {
  return features == FeatureSet::all ? "ALL" : "CONSOLIDATED_BILLING";
}

}  // namespace millrace::organizations
