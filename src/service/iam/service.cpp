#include "service/iam/service.hpp"

#include "base/arn.hpp"
#include "identity/errors.hpp"
#include "identity/ssh_public_key.hpp"

namespace millrace::service::iam {

using identity::Holder;
using identity::HolderName;

std::vector<aws::Need> asked_in_act(const aws::Call&, const aws::Value&) { return {}; }

aws::Need need_on_all(const aws::Call& call, const aws::Value& input, std::string_view arn_type) {
  const aws::Value* prefix = input.find("PathPrefix");
  const std::string path = prefix != nullptr && prefix->is_text() ? prefix->text() : "/";
  return {.action = "iam:" + call.operation,
          .resource = base::arn("iam", "", call.account, std::string(arn_type) + path)};
}

std::vector<aws::Need> on_policy(const aws::Call& call, const aws::Value& input) {
  const aws::Value* arn = input.find("PolicyArn");
  return {{.action = "iam:" + call.operation, .resource = arn != nullptr ? arn->text() : "*"}};
}

void require_on_user(Service& service, const aws::Call& call, std::string_view user,
                     const policy::Conditions& further) {
  require_on<identity::User>(service, call, user, further);
}

void require_on_role(Service& service, const aws::Call& call, std::string_view role,
                     const policy::Conditions& further) {
  require_on<identity::Role>(service, call, role, further);
}

void require_on(Service& service, const aws::Call& call, const HolderName& who,
                const policy::Conditions& further) {
  switch (who.holder) {
    case Holder::user:
      return require_on<identity::User>(service, call, who.name, further);
    case Holder::group:
      return require_on<identity::Group>(service, call, who.name, further);
    case Holder::role:
      return require_on<identity::Role>(service, call, who.name, further);
  }
}

policy::Conditions boundary_condition(Service& service, const HolderName& who) {
  const auto condition = [](const auto& found) {
    policy::Conditions conditions;
    if (found && found->grants.boundary)
      conditions["iam:PermissionsBoundary"] = {*found->grants.boundary};
    return conditions;
  };
  identity::Roster& roster = service.directory.roster;
  if (who.holder == Holder::user) return condition(roster.find_user(who.account, who.name));
  if (who.holder == Holder::role) return condition(roster.find_role(who.account, who.name));
  return {};
}

std::string user_or_caller(const aws::Call& call, const std::optional<std::string>& user) {
  if (!user && call.principal.kind != policy::Principal::Kind::user) {
    throw aws::Error("ValidationError",
                     "Must specify userName when calling with non-User credentials", 400);
  }
  return user.value_or(call.principal.name);
}

void check_policy_arn(const std::string& arn) {
  const auto parsed = base::parse_arn(arn);
  if (parsed && parsed->resource.starts_with("policy/")) return;
  throw aws::Error(parsed ? "InvalidInput" : "ValidationError", "ARN " + arn + " is not valid.",
                   400);
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
  } catch (const identity::InvalidCertificate& error) {
    throw aws::Error("InvalidCertificate", error.what(), 400);
  } catch (const identity::DuplicateCertificate& error) {
    throw aws::Error("DuplicateCertificate", error.what(), 409);
  } catch (const identity::InvalidPublicKey& error) {
    throw aws::Error("InvalidPublicKey", error.what(), 400);
  } catch (const identity::UnrecognizedKeyEncoding& error) {
    throw aws::Error("UnrecognizedPublicKeyEncoding", error.what(), 400);
  } catch (const identity::DuplicatePublicKey& error) {
    throw aws::Error("DuplicateSSHPublicKey", error.what(), 400);
  } catch (const identity::KeyPairMismatch& error) {
    throw aws::Error("KeyPairMismatch", error.what(), 400);
  } catch (const identity::PasswordViolation& error) {
    throw aws::Error("PasswordPolicyViolation", error.what(), 400);
  } catch (const identity::Unmodifiable& error) {
    throw aws::Error("UnmodifiableEntity", error.what(), 400);
  } catch (const policy::MalformedPolicy& error) {
    throw aws::Error("MalformedPolicyDocument", error.what(), 400);
  } catch (const policy::UnsupportedPolicy& error) {
    throw aws::Error("NotImplemented", error.what(), 501);
  }
}

aws::ServiceEntry entry(Service& service) {
  return {.model = "iam",
          .prefix = "iam",
          .service = &service,
          .tables = {access_key_operations,
                     account_operations,
                     account_alias_operations,
                     attachment_operations,
                     authorization_details_operations,
                     credential_report_operations,
                     group_operations,
                     inline_policy_operations,
                     instance_profile_operations,
                     login_profile_operations,
                     managed_policy_operations,
                     mfa_device_operations,
                     oidc_provider_operations,
                     password_policy_operations,
                     policy_version_operations,
                     record_tag_operations,
                     role_operations,
                     saml_provider_operations,
                     server_certificate_operations,
                     service_access_operations,
                     service_linked_role_operations,
                     signing_certificate_operations,
                     simulation_operations,
                     ssh_public_key_operations,
                     tag_operations,
                     user_operations},
          .errors = aws::ErrorTable{.invalid_code = "ValidationError",
                                    .access_denied_code = "AccessDenied",
                                    .throttled_code = "Throttling"}};
}

}  // namespace millrace::service::iam
