// Keeping the indexes true: what a change takes away it takes out of them first.
#include "identity/contents.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Sets that become empty go, so that an index is no larger than what it is about.
template <class Index, class Name>
void note(Index& index, const std::string& key, const Name& name, bool is_there) {
  if (is_there) {
    index[key].insert(name);
    return;
  }
  const auto found = index.find(key);
  if (found == index.end()) return;
  found->second.erase(name);
  if (found->second.empty()) index.erase(found);
}

template <class Index>
const auto& found_in(const Index& index, std::string_view key) {
  static const typename Index::mapped_type nothing;
  const auto found = index.find(key);
  return found == index.end() ? nothing : found->second;
}

}  // namespace

bool WithoutCase::operator()(std::string_view a, std::string_view b) const {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(),
      [](char left, char right) { return lower(left) < lower(right); });
}

Shared<ManagedPolicy> Contents::policy(std::string_view arn) const {
  auto found = find<ManagedPolicy>(arn.substr(arn.rfind('/') + 1));
  return found && found->entity.arn == arn ? found : nullptr;
}

const PolicyUse& Contents::use_of(std::string_view policy_arn) const {
  return found_in(uses_, policy_arn);
}

const Names& Contents::members(std::string_view group_id) const {
  return found_in(members_, group_id);
}

const Names& Contents::instance_profiles(std::string_view role) const {
  return found_in(profiles_, role);
}

std::size_t Contents::aws_policies_in_use() const {
  return static_cast<std::size_t>(std::count_if(uses_.begin(), uses_.end(), [](const auto& use) {
    return use.first.starts_with("arn:aws:iam::aws:");
  }));
}

void Contents::index(const User& user, bool is_there) {
  index_grants({Holder::user, user.entity.name}, user.grants, is_there);
  for (const std::string& group : user.groups) note(members_, group, user.entity.name, is_there);
}

void Contents::index(const Group& group, bool is_there) {
  index_grants({Holder::group, group.entity.name}, group.grants, is_there);
}

void Contents::index(const Role& role, bool is_there) {
  index_grants({Holder::role, role.entity.name}, role.grants, is_there);
}

void Contents::index(const InstanceProfile& profile, bool is_there) {
  if (profile.role) note(profiles_, *profile.role, profile.entity.name, is_there);
}

void Contents::index(const ManagedPolicy&, bool) {}

void Contents::index_grants(const HolderRef& who, const Grants& grants, bool is_there) {
  const auto touch = [&](const std::string& arn, std::set<HolderRef> PolicyUse::* holders) {
    PolicyUse& use = uses_[arn];
    if (is_there) {
      (use.*holders).insert(who);
    } else {
      (use.*holders).erase(who);
    }
    if (use.empty()) uses_.erase(arn);
  };
  for (const std::string& arn : grants.attached) touch(arn, &PolicyUse::attached);
  if (grants.boundary) touch(*grants.boundary, &PolicyUse::bounded);
}

}  // namespace millrace::identity
