// Users' passwords.
#include "identity/logins.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::LoginProfile;
using identity::Logins;
using policy::Principal;

Logins logins(Service& service) { return {service.directory, service.clock, service.random}; }

Map login_answer(const std::string& user, const LoginProfile& login) {
  return Map{{"LoginProfile", Map{{"UserName", user},
                                  {"CreateDate", time_answer(login.created)},
                                  {"PasswordResetRequired", login.reset_required}}}};
}

// The user named, else the caller itself.
struct Whose {
  std::optional<std::string> name;
};

Whose read_whose(const View& in) { return {.name = in.take("UserName").optional_text()}; }

// After the caller was found allowed to do the call's own operation on the user.
identity::UserName allowed_user(Service& service, const aws::Call& call, const Whose& whose) {
  if (!whose.name && call.principal.kind != Principal::Kind::user) {
    throw aws::Error("ValidationError",
                     "Must specify userName when calling with non-User credentials", 400);
  }
  const std::string name = whose.name.value_or(call.principal.name);
  require_on_user(service, call, name);
  return {.account = call.account, .name = name};
}

// --- CreateLoginProfile

struct CreateLogin {
  Whose whose;
  std::optional<std::string> password;
  bool reset_required = false;
};

CreateLogin read_create_login(const View& in) {
  return {.whose = read_whose(in),
          .password = in.take("Password").optional_text(),
          .reset_required = in.take("PasswordResetRequired").flag_or(false)};
}

Value create_login(Service& service, const aws::Call& call, const CreateLogin& ask) {
  const auto user = allowed_user(service, call, ask.whose);
  (void)service.directory.roster.get<identity::User>(user.account, user.name);
  // Only a root's own session, which is not built, may leave it out.
  if (!ask.password) throw aws::Error("InvalidInput", "A user's password must be given.", 400);
  return login_answer(user.name, logins(service).create(user, *ask.password, ask.reset_required));
}

// --- GetLoginProfile, DeleteLoginProfile

Value get_login(Service& service, const aws::Call& call, const Whose& ask) {
  const auto user = allowed_user(service, call, ask);
  return login_answer(user.name, logins(service).get(user));
}

Value delete_login(Service& service, const aws::Call& call, const Whose& ask) {
  logins(service).erase(allowed_user(service, call, ask));
  return Map{};
}

// --- UpdateLoginProfile

struct UpdateLogin {
  Whose whose;
  std::optional<std::string> password;
  std::optional<bool> reset_required;
};

UpdateLogin read_update_login(const View& in) {
  UpdateLogin ask{.whose = read_whose(in), .password = in.take("Password").optional_text()};
  const auto reset_required = in.take("PasswordResetRequired");
  if (reset_required.present()) ask.reset_required = reset_required.flag_or(false);
  return ask;
}

Value update_login(Service& service, const aws::Call& call, const UpdateLogin& ask) {
  logins(service).update(allowed_user(service, call, ask.whose), ask.password, ask.reset_required);
  return Map{};
}

// --- ChangePassword

struct ChangePassword {
  std::string old_password;
  std::string new_password;
};

ChangePassword read_change_password(const View& in) {
  return {.old_password = in.take("OldPassword").text(),
          .new_password = in.take("NewPassword").text()};
}

Value change_password(Service& service, const aws::Call& call, const ChangePassword& ask) {
  if (call.principal.kind != Principal::Kind::user) {
    throw aws::Error("InvalidUserType", "Only IAM Users can change their own password.", 400);
  }
  call.require("iam:ChangePassword", call.principal.arn);
  try {
    logins(service).change({.account = call.account, .name = call.principal.name}, ask.old_password,
                           ask.new_password);
  } catch (const identity::WrongPassword& error) {
    throw aws::Error("AccessDenied", error.what(), 403);
  }
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<read_change_password, change_password>("ChangePassword", {.access = asked_in_act}),
    operation<read_create_login, create_login>("CreateLoginProfile", {.access = asked_in_act}),
    operation<read_whose, delete_login>("DeleteLoginProfile", {.access = asked_in_act}),
    operation<read_whose, get_login>("GetLoginProfile", {.access = asked_in_act}),
    operation<read_update_login, update_login>("UpdateLoginProfile", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> login_profile_operations = table;

}  // namespace millrace::service::iam
