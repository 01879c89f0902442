// Users' passwords: set, changed and taken away, as the account's password policy allows.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/directory.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::identity {

// The password did not fit.
struct WrongPassword : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct UserName {
  std::string account;
  std::string name;
};

// Hashing takes its time, so none of these is called under a lock. All throw NoSuchEntity, and
// PasswordViolation where a password is set.
class Logins {
 public:
  Logins(Directory& directory, base::Clock& clock, base::Random& random)
      : directory_(directory), clock_(clock), random_(random) {}

  [[nodiscard]] LoginProfile get(const UserName& user);
  // Throws EntityExists.
  LoginProfile create(const UserName& user, const std::string& password, bool reset_required);
  // What is not given stays as it is.
  void update(const UserName& user, const std::optional<std::string>& password,
              std::optional<bool> reset_required);
  void erase(const UserName& user);
  // By the user: throws WrongPassword, and PasswordViolation for a former password too.
  void change(const UserName& user, const std::string& old_password,
              const std::string& new_password);

 private:
  [[nodiscard]] std::string checked_hash(const UserName& user, const std::string& password);
  // Changes a login profile that is there.
  template <class Change>
  void change_login(const UserName& user, const Change& change);

  Directory& directory_;
  base::Clock& clock_;
  base::Random& random_;
};

}  // namespace millrace::identity
