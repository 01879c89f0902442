// What an account sets for itself: its alias and its password policy.
#pragma once

#include "base/time.hpp"
#include "identity/password.hpp"
#include "store/records.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::identity {

class AccountSettings {
 public:
  AccountSettings(store::Records& records, base::Clock& clock) : records_(records), clock_(clock) {}

  [[nodiscard]] std::optional<std::string> alias(std::string_view account);
  // In the place of the account's former one; throws EntityExists for another account's.
  void set_alias(std::string_view account, const std::string& alias);
  void remove_alias(std::string_view account, const std::string& alias);  // NoSuchEntity

  [[nodiscard]] std::optional<PasswordPolicy> password_policy(std::string_view account);
  void set_password_policy(std::string_view account, const PasswordPolicy& policy);
  void remove_password_policy(std::string_view account);  // NoSuchEntity

 private:
  struct Settings;
  [[nodiscard]] Settings read(std::string_view account);
  void write(std::string_view account, const Settings& settings);
  [[nodiscard]] bool is_of_another(std::string_view account, const std::string& alias);

  store::Records& records_;
  base::Clock& clock_;
  std::mutex change_mutex_;  // one change at a time: an alias belongs to one account only
  // Whose each alias was when it was last set, read when first asked for; an account may have been
  // emptied since. Guarded by change_mutex_.
  std::optional<std::map<std::string, std::string, std::less<>>> aliases_;
};

}  // namespace millrace::identity
