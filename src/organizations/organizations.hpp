// All organisations of this server: durable as records, read from memory, changed one at a time.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/directory.hpp"
#include "organizations/organization.hpp"
#include "organizations/organization_record.hpp"
#include "policy/ceilings.hpp"
#include "policy/guard.hpp"
#include "store/database.hpp"
#include "store/records.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace millrace::organizations {

struct NewAccount {
  std::string name;
  std::string email;
  std::string role;  // that the management account may assume in it
  store::Tags tags;
};

// What is read is shared: a caller goes on with it while a change replaces it.
class Organizations final : public policy::Ceilings, public policy::Guards {
 public:
  using Shared = std::shared_ptr<const Organization>;

  // All arguments outlive it.
  Organizations(store::Database& database, store::Records& records, identity::Directory& directory,
                base::Clock& clock, base::Random& random);

  // Accounts that were being made when the last server stopped.
  void resume();

  // The organisation that the account is a member of; null: of none.
  [[nodiscard]] Shared of(std::string_view account);
  // Every organisation with a handshake that the account has received.
  [[nodiscard]] std::vector<Shared> asking(std::string_view account);
  // The organisation whose handshake this is; null: there is none.
  [[nodiscard]] Shared of_handshake(std::string_view handshake);
  // An account's own name and address: those that it was made with, or what stands for them.
  [[nodiscard]] Profile profile(std::string_view account);
  // Of this address; empty when there is none.
  [[nodiscard]] std::string account_of_email(std::string_view email);

  // Whether there is such an account at all.
  [[nodiscard]] bool exists(std::string_view account);

  // Throw Refused.
  Shared create(const std::string& management, FeatureSet features);
  void erase(const std::string& management);
  // `change` alters the copy that becomes durable; it must not call this object.
  Shared change(std::string_view management, const std::function<void(Organization&)>& change);
  Creation create_account(const std::string& management, const NewAccount& asked);
  void close_account(std::string_view management, std::string_view account);
  // By the account that received it, which joins by an invitation and leaves where it was.
  Handshake accept(std::string_view handshake, std::string_view account);

  [[nodiscard]] store::Tags tags(std::string_view arn);
  void set_tags(std::string_view arn, const store::Tags& tags);
  void remove_tags(std::string_view arn, const std::vector<std::string>& names);

  // The account leaves its organisation, or, if it manages it, takes it along; nothing is kept.
  void empty_account(const std::string& account);

  [[nodiscard]] std::shared_ptr<const policy::Ceiling> ceiling(std::string_view account) override;
  // A member's question about its organisation, a recipient's about a handshake.
  [[nodiscard]] std::shared_ptr<const policy::Guard> guard(
      const policy::Question& question) override;
  [[nodiscard]] std::optional<policy::KeyValues> values(const policy::Question& question,
                                                        std::string_view key) override;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  template <class Value>
  using ByText = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  struct Step {
    Shared before;
    std::optional<Organization> after;  // none: erased
  };
  // Durable first, then visible; with the profile, if one changes.
  void commit(std::vector<Step> steps, const std::optional<Profile>& profile = std::nullopt);
  void write(const std::vector<Step>& steps, const std::optional<Profile>& profile);
  // A step as readers see it.
  struct Shown {
    Shared before;
    Shared after;
    std::vector<std::pair<std::string, std::shared_ptr<const policy::Ceiling>>> ceilings;
  };
  [[nodiscard]] static Shown to_show(Step step);
  void install(const Shown& shown);
  [[nodiscard]] Shared managed_by(std::string_view management);  // throws Refused
  void finish(const std::string& management, const Creation& creation);
  void make_role(const std::string& management, const Creation& creation);
  [[nodiscard]] std::string free_account();

  store::Database& database_;
  store::Records& records_;
  identity::Directory& directory_;
  base::Clock& clock_;
  base::Random& random_;
  std::mutex change_mutex_;  // one change at a time: rules look at what they change
  std::shared_mutex mutex_;  // guards what follows
  std::map<std::string, Shared, std::less<>> by_management_;
  ByText<Shared> by_member_;
  ByText<std::shared_ptr<const policy::Ceiling>> ceilings_;
  ByText<Profile> profiles_;
};

}  // namespace millrace::organizations
