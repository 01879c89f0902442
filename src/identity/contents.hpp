// One account's entities in memory, with indexes over who uses what, so that no look-up grows with
// the account.
#pragma once

#include "identity/entities.hpp"

#include <compare>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <variant>

namespace millrace::identity {

// Names are unique without regard to case, and lists go by it.
struct WithoutCase {
  using is_transparent = void;
  [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const;
};
using Names = std::set<std::string, WithoutCase>;

// Shared: readers go on with what they found while a change puts another in its place.
template <class T>
using Shared = std::shared_ptr<const T>;
template <class T>
using ByName = std::map<std::string, Shared<T>, WithoutCase>;

struct HolderRef {
  Holder holder = Holder::user;
  std::string name;
  auto operator<=>(const HolderRef&) const = default;
};

// Who holds a managed policy, and whom it bounds.
struct PolicyUse {
  std::set<HolderRef> attached;
  std::set<HolderRef> bounded;
  [[nodiscard]] bool empty() const { return attached.empty() && bounded.empty(); }
};

// T: User, Group, Role, InstanceProfile or ManagedPolicy.
class Contents {
 public:
  template <class T>
  [[nodiscard]] const ByName<T>& all() const {
    return std::get<ByName<T>>(tables_);
  }
  // Null where there is none of this very spelling.
  template <class T>
  [[nodiscard]] Shared<T> find(std::string_view name) const {
    const auto found = all<T>().find(name);
    return found != all<T>().end() && found->second->entity.name == name ? found->second : nullptr;
  }
  template <class T>
  [[nodiscard]] bool is_taken(std::string_view name) const {
    return all<T>().contains(name);
  }
  [[nodiscard]] Shared<ManagedPolicy> policy(std::string_view arn) const;
  // By the id, which outlives a renaming and is given once. T: User, Group or Role.
  template <class T>
  [[nodiscard]] Shared<T> find_id(std::string_view id) const {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return nullptr;
    const auto* entity = std::get_if<Shared<T>>(&found->second);
    return entity != nullptr ? *entity : nullptr;
  }

  [[nodiscard]] const PolicyUse& use_of(std::string_view policy_arn) const;
  [[nodiscard]] const Names& members(std::string_view group_id) const;
  [[nodiscard]] const Names& instance_profiles(std::string_view role) const;
  [[nodiscard]] std::size_t aws_policies_in_use() const;
  // Of all policies that somebody holds, by ARN.
  [[nodiscard]] const std::map<std::string, PolicyUse, std::less<>>& policy_uses() const {
    return uses_;
  }

  // In the place of the one of the same name.
  template <class T>
  void put(T entity) {
    auto& slot = std::get<ByName<T>>(tables_)[entity.entity.name];
    if (slot) take_out(slot);
    slot = std::make_shared<const T>(std::move(entity));
    index(*slot, true);
    if constexpr (has_id_index<T>) by_id_.insert_or_assign(slot->entity.id, slot);
  }
  template <class T>
  void erase(std::string_view name) {
    auto& table = std::get<ByName<T>>(tables_);
    const auto found = table.find(name);
    if (found == table.end()) return;
    take_out(found->second);
    table.erase(found);
  }

 private:
  template <class T>
  static constexpr bool has_id_index =
      std::is_same_v<T, User> || std::is_same_v<T, Group> || std::is_same_v<T, Role>;

  template <class T>
  void take_out(const Shared<T>& entity) {
    index(*entity, false);
    if constexpr (has_id_index<T>) by_id_.erase(entity->entity.id);
  }
  void index(const User& user, bool is_there);
  void index(const Group& group, bool is_there);
  void index(const Role& role, bool is_there);
  void index(const InstanceProfile& profile, bool is_there);
  void index(const ManagedPolicy& policy, bool is_there);
  void index_grants(const HolderRef& who, const Grants& grants, bool is_there);

  std::tuple<ByName<User>, ByName<Group>, ByName<Role>, ByName<InstanceProfile>,
             ByName<ManagedPolicy>>
      tables_;
  std::map<std::string, PolicyUse, std::less<>> uses_;  // by the policy's ARN
  std::map<std::string, Names, std::less<>> members_;   // users by the group's id
  // The ids are those in the entities, which live as long as they are here.
  std::unordered_map<std::string_view, std::variant<Shared<User>, Shared<Group>, Shared<Role>>>
      by_id_;
  std::map<std::string, Names, std::less<>> profiles_;  // instance profiles by the role's name
};

}  // namespace millrace::identity
