#include "identity/logins.hpp"

#include "identity/errors.hpp"

namespace millrace::identity {
namespace {

// As many as a policy may forbid to come again.
constexpr std::size_t most_former_passwords = 24;

const PasswordPolicy* pointer(const std::optional<PasswordPolicy>& policy) {
  return policy ? &*policy : nullptr;
}

[[noreturn]] void no_login(const UserName& user) {
  throw NoSuchEntity("Login Profile for User " + user.name + " cannot be found.");
}

[[noreturn]] void has_login(const UserName& user) {
  throw EntityExists("Login Profile for user " + user.name + " already exists.");
}

void set_password(LoginProfile& login, const std::string& hash, base::Timestamp now) {
  login.former.insert(login.former.begin(), login.hash);
  if (login.former.size() > most_former_passwords) login.former.resize(most_former_passwords);
  login.hash = hash;
  login.changed = now;
}

}  // namespace

std::string Logins::checked_hash(const UserName& user, const std::string& password) {
  const auto policy = directory_.settings.password_policy(user.account);
  check_password(password, pointer(policy));
  return hash_password(random_, password);
}

LoginProfile Logins::get(const UserName& user) {
  const auto found = directory_.roster.get<User>(user.account, user.name);
  if (!found->login) no_login(user);
  return *found->login;
}

LoginProfile Logins::create(const UserName& user, const std::string& password,
                            bool reset_required) {
  if (directory_.roster.get<User>(user.account, user.name)->login) has_login(user);
  const base::Timestamp now = clock_.service();
  const LoginProfile login{.hash = checked_hash(user, password),
                           .created = now,
                           .changed = now,
                           .reset_required = reset_required,
                           .former = {}};
  directory_.roster.change<User>(user.account, user.name, [&](User& changed) {
    if (changed.login) has_login(user);
    changed.login = login;
  });
  return login;
}

template <class Change>
void Logins::change_login(const UserName& user, const Change& change) {
  directory_.roster.change<User>(user.account, user.name, [&](User& changed) {
    if (!changed.login) no_login(user);
    change(changed);
  });
}

void Logins::update(const UserName& user, const std::optional<std::string>& password,
                    std::optional<bool> reset_required) {
  (void)get(user);
  std::optional<std::string> hash;
  if (password) hash = checked_hash(user, *password);
  change_login(user, [&](User& changed) {
    if (hash) set_password(*changed.login, *hash, clock_.service());
    if (reset_required) changed.login->reset_required = *reset_required;
  });
}

void Logins::erase(const UserName& user) {
  change_login(user, [](User& changed) { changed.login.reset(); });
}

void Logins::change(const UserName& user, const std::string& old_password,
                    const std::string& new_password) {
  const LoginProfile login = get(user);
  if (!is_password(old_password, login.hash))
    throw WrongPassword("The old password was incorrect.");
  const auto policy = directory_.settings.password_policy(user.account);
  std::vector<std::string> former = login.former;
  former.insert(former.begin(), login.hash);
  check_reuse(new_password, former, pointer(policy));
  const std::string hash = checked_hash(user, new_password);
  change_login(user, [&](User& changed) {
    // Somebody else was faster: the old password is no longer what was compared.
    if (changed.login->hash != login.hash) throw WrongPassword("The old password was incorrect.");
    set_password(*changed.login, hash, clock_.service());
    changed.login->reset_required = false;
  });
}

}  // namespace millrace::identity
