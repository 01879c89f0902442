#include "service/iam/service.hpp"

#include "base/arn.hpp"
#include "identity/errors.hpp"

namespace millrace::service::iam {

using identity::Holder;
using identity::HolderName;

std::vector<aws::Need> asked_in_act(const aws::Call&, const aws::Value&) { return {}; }

std::vector<aws::Need> on_policy(const aws::Call& call, const aws::Value& input) {
  const aws::Value* arn = input.find("PolicyArn");
  return {{.action = "iam:" + call.operation, .resource = arn != nullptr ? arn->text() : "*"}};
}

void require_on_user(Service& service, const aws::Call& call, std::string_view user,
                     const identity::Conditions& further) {
  const auto found = service.directory.roster.find_user(call.account, user);
  const std::string absent = base::arn("iam", "", call.account, "user/" + std::string(user));
  call.require("iam:" + call.operation, found ? found->entity.arn : absent, further);
}

void require_on_role(Service& service, const aws::Call& call, std::string_view role,
                     const identity::Conditions& further) {
  const auto found = service.directory.roster.find_role(call.account, role);
  const std::string absent = base::arn("iam", "", call.account, "role/" + std::string(role));
  call.require("iam:" + call.operation, found ? found->entity.arn : absent, further);
}

void require_on(Service& service, const aws::Call& call, const HolderName& who,
                const identity::Conditions& further) {
  if (who.holder == Holder::user) {
    require_on_user(service, call, who.name, further);
  } else {
    require_on_role(service, call, who.name, further);
  }
}

void rethrow_translated() {
  try {
    throw;
  } catch (const identity::NoSuchEntity& error) {
    throw aws::Error("NoSuchEntity", error.what(), 404);
  } catch (const identity::EntityExists& error) {
    throw aws::Error("EntityAlreadyExists", error.what(), 409);
  } catch (const identity::DeleteConflict& error) {
    throw aws::Error("DeleteConflict", error.what(), 409);
  } catch (const identity::LimitExceeded& error) {
    throw aws::Error("LimitExceeded", error.what(), 409);
  } catch (const identity::InvalidCode& error) {
    throw aws::Error("InvalidAuthenticationCode", error.what(), 403);
  } catch (const identity::InvalidProvider& error) {
    throw aws::Error("InvalidInput", error.what(), 400);
  } catch (const identity::MalformedCertificate& error) {
    throw aws::Error("MalformedCertificate", error.what(), 400);
  } catch (const identity::KeyPairMismatch& error) {
    throw aws::Error("KeyPairMismatch", error.what(), 400);
  } catch (const identity::MalformedPolicy& error) {
    throw aws::Error("MalformedPolicyDocument", error.what(), 400);
  } catch (const identity::UnsupportedPolicy& error) {
    throw aws::Error("NotImplemented", error.what(), 501);
  }
}

aws::ServiceEntry entry(Service& service) {
  return {.model = "iam",
          .prefix = "iam",
          .service = &service,
          .tables = {access_key_operations, account_operations, attachment_operations,
                     inline_policy_operations, managed_policy_operations, mfa_device_operations,
                     oidc_provider_operations, policy_version_operations, record_tag_operations,
                     role_operations, saml_provider_operations, server_certificate_operations,
                     simulation_operations, tag_operations, user_operations},
          .errors = aws::ErrorTable{.invalid_code = "ValidationError",
                                    .access_denied_code = "AccessDenied",
                                    .throttled_code = "Throttling"}};
}

}  // namespace millrace::service::iam
