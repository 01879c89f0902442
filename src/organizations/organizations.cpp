// Changes go: rules on a copy, then the durable records, then memory. Reads see memory.
#include "organizations/organizations.hpp"

#include "organizations/ceilings.hpp"
#include "organizations/handshakes.hpp"
#include "organizations/limits.hpp"
#include "organizations/members.hpp"
#include "organizations/refused.hpp"

#include <algorithm>
#include <set>

namespace millrace::organizations {
namespace {

// The address of an account that nobody named.
constexpr std::string_view unnamed_before = "account-";
constexpr std::string_view unnamed_after = "@millrace.invalid";

[[noreturn]] void not_in_use() {
  throw Refused(Why::no_organization, "Your account is not a member of an organization.");
}

}  // namespace

Organizations::Organizations(store::Database& database, store::Records& records,
                             identity::Directory& directory, base::Clock& clock,
                             base::Random& random)
    : database_(database),
      records_(records),
      directory_(directory),
      clock_(clock),
      random_(random) {
  for (Profile& profile : load_profiles(records_)) {
    const std::string account = profile.account;
    profiles_[account] = std::move(profile);
  }
  for (const auto& [account, profile] : profiles_) {
    if (profile.is_closed) ceilings_[account] = closed_ceiling();
  }
  for (Organization& organization : load_organizations(records_))
    install(to_show({.before = nullptr, .after = std::move(organization)}));
}

// --- read

Organizations::Shared Organizations::of(std::string_view account) {
  const std::shared_lock lock(mutex_);
  const auto found = by_member_.find(account);
  return found == by_member_.end() ? nullptr : found->second;
}

std::vector<Organizations::Shared> Organizations::asking(std::string_view account) {
  std::vector<Shared> all;
  const std::shared_lock lock(mutex_);
  for (const auto& [management, organization] : by_management_) {
    const auto& handshakes = organization->handshakes;
    const bool asks = std::any_of(handshakes.begin(), handshakes.end(), [&](const auto& entry) {
      return entry.second.account == account;
    });
    if (asks) all.push_back(organization);
  }
  return all;
}

Organizations::Shared Organizations::of_handshake(std::string_view handshake) {
  const std::shared_lock lock(mutex_);
  for (const auto& [management, organization] : by_management_) {
    if (organization->handshakes.contains(handshake)) return organization;
  }
  return nullptr;
}

Organizations::Shared Organizations::managed_by(std::string_view management) {
  const std::shared_lock lock(mutex_);
  const auto found = by_management_.find(management);
  if (found == by_management_.end()) not_in_use();
  return found->second;
}

Profile Organizations::profile(std::string_view account) {
  {
    const std::shared_lock lock(mutex_);
    const auto found = profiles_.find(account);
    if (found != profiles_.end()) return found->second;
  }
  const std::string id(account);
  return {.account = id,
          .name = "Account " + id,
          .email = std::string(unnamed_before) + id + std::string(unnamed_after)};
}

std::string Organizations::account_of_email(std::string_view email) {
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [account, profile] : profiles_) {
      if (profile.email == email) return account;
    }
  }
  if (!email.starts_with(unnamed_before) || !email.ends_with(unnamed_after)) return {};
  email.remove_prefix(unnamed_before.size());
  email.remove_suffix(std::min(email.size(), unnamed_after.size()));
  return exists(email) ? std::string(email) : std::string();
}

bool Organizations::exists(std::string_view account) { return directory_.accounts.exists(account); }

std::shared_ptr<const policy::Ceiling> Organizations::ceiling(std::string_view account) {
  const std::shared_lock lock(mutex_);
  const auto found = ceilings_.find(account);
  return found == ceilings_.end() ? nullptr : found->second;
}

// --- change

void Organizations::write(const std::vector<Step>& steps, const std::optional<Profile>& profile) {
  const base::Timestamp now = clock_.service();
  database_.write([&](store::Connection& connection) {
    const auto put = [&](store::Record record, const store::Tags& tags) {
      record.created = now;
      record.modified = now;
      records_.create_in(connection, record, tags);
    };
    const auto alter = [&](const store::Record& record) {
      return records_.update_in(connection, record.key, now, [&](store::Record& durable) {
        durable.document = record.document;
      });
    };
    for (const Step& step : steps) {
      const RecordChanges changes =
          record_changes(step.before.get(), step.after ? &*step.after : nullptr);
      for (const store::Key& key : changes.erased) records_.erase_in(connection, key);
      for (const auto& made : changes.made) put(made.record, made.tags);
      for (const store::Record& record : changes.changed) alter(record);
    }
    if (!profile) return;
    const store::Record record = to_record(*profile);
    if (!alter(record)) put(record, {});
  });
}

void Organizations::commit(std::vector<Step> steps, const std::optional<Profile>& profile) {
  const base::Timestamp now = clock_.service();
  for (Step& step : steps) {
    if (!step.after) continue;
    forget_old_handshakes(*step.after, now);
    let_go(*step.after, now);
  }
  write(steps, profile);
  std::vector<Shown> shown;
  for (Step& step : steps) shown.push_back(to_show(std::move(step)));
  const std::unique_lock lock(mutex_);
  if (profile) profiles_[profile->account] = *profile;
  for (const Shown& one : shown) install(one);
}

// What takes long is done before the lock is taken: decisions wait at it.
Organizations::Shown Organizations::to_show(Step step) {
  Shown shown{.before = std::move(step.before)};
  if (!step.after) return shown;
  step.after->tags_at_birth.clear();
  shown.after = std::make_shared<const Organization>(*std::move(step.after));
  for (const auto& [account, member] : shown.after->members)
    shown.ceilings.emplace_back(account, ceiling_of(*shown.after, account));
  return shown;
}

// Under the lock, or before anybody else can read.
void Organizations::install(const Shown& shown) {
  if (shown.before) {
    by_management_.erase(shown.before->management);
    for (const auto& [account, member] : shown.before->members) {
      by_member_.erase(account);
      ceilings_.erase(account);
      const auto profile = profiles_.find(account);
      if (profile != profiles_.end() && profile->second.is_closed)
        ceilings_[account] = closed_ceiling();
    }
  }
  if (!shown.after) return;
  by_management_[shown.after->management] = shown.after;
  for (const auto& [account, ceiling] : shown.ceilings) {
    by_member_[account] = shown.after;
    ceilings_[account] = ceiling;
  }
}

Organizations::Shared Organizations::create(const std::string& management, FeatureSet features) {
  const std::lock_guard changing(change_mutex_);
  if (of(management) != nullptr)
    throw Refused(Why::already_in_organization,
                  "The provided account is already a member of an organization.");
  const Profile own = profile(management);
  const Founding founding{
      .management = management, .name = own.name, .email = own.email, .features = features};
  commit({{.before = nullptr, .after = found(founding, clock_.service(), random_)}});
  return of(management);
}

void Organizations::erase(const std::string& management) {
  const std::lock_guard changing(change_mutex_);
  const Shared before = managed_by(management);
  const base::Timestamp now = clock_.service();
  for (const auto& [account, member] : before->members) {
    if (account == management || is_gone(member, now)) continue;
    throw Refused(Why::organization_not_empty,
                  "To delete an organization you must first remove all member accounts (except the "
                  "master).");
  }
  commit({{.before = before, .after = std::nullopt}});
}

Organizations::Shared Organizations::change(std::string_view management,
                                            const std::function<void(Organization&)>& change) {
  const std::lock_guard changing(change_mutex_);
  const Shared before = managed_by(management);
  Organization after = *before;
  change(after);
  commit({{.before = before, .after = std::move(after)}});
  return managed_by(management);
}

void Organizations::close_account(std::string_view management, std::string_view account) {
  const std::lock_guard changing(change_mutex_);
  const Shared before = managed_by(management);
  Organization after = *before;
  close(after, account, clock_.service());
  Profile closed = profile(account);
  closed.is_closed = true;
  commit({{.before = before, .after = std::move(after)}}, closed);
}

Handshake Organizations::accept(std::string_view handshake, std::string_view account) {
  const std::lock_guard changing(change_mutex_);
  const base::Timestamp now = clock_.service();
  const Shared inviting = of_handshake(handshake);
  if (inviting == nullptr)
    throw Refused(Why::handshake_not_found, "You specified a handshake that doesn't exist.");
  std::vector<Step> steps;
  Organization after = *inviting;
  const Handshake accepted = end_handshake(after, handshake, Ending::accept, now);
  if (accepted.action == HandshakeAction::invite) {
    const Shared former = of(account);
    if (former != nullptr) {
      Organization left = *former;
      leave(left, account, now);
      steps.push_back({.before = former, .after = std::move(left)});
    }
    const Profile own = profile(account);
    join(after,
         Member{.account = own.account,
                .name = own.name,
                .email = own.email,
                .was_invited = true,
                .joined = now},
         accepted.tags);
  }
  steps.push_back({.before = inviting, .after = std::move(after)});
  commit(std::move(steps));
  return accepted;
}

// --- tags

store::Tags Organizations::tags(std::string_view arn) { return records_.tags(arn); }

void Organizations::set_tags(std::string_view arn, const store::Tags& tags) {
  const std::lock_guard changing(change_mutex_);
  std::set<std::string> names;
  for (const auto& [name, value] : records_.tags(arn)) names.insert(name);
  for (const auto& [name, value] : tags) names.insert(name);
  if (names.size() > max_resource_tags)
    throw Refused(Why::constraint, "You have exceeded the number of tags allowed on this resource.",
                  "MAX_TAG_LIMIT_EXCEEDED");
  records_.set_tags(arn, tags);
}

void Organizations::remove_tags(std::string_view arn, const std::vector<std::string>& names) {
  const std::lock_guard changing(change_mutex_);
  records_.remove_tags(arn, names);
}

// The names of accounts that it made go with it: they are free for others.
void Organizations::empty_account(const std::string& account) {
  const std::lock_guard changing(change_mutex_);
  const Shared before = of(account);
  std::vector<std::string> unnamed{account};
  if (before != nullptr && before->management == account) {
    commit({{.before = before, .after = std::nullopt}});
    for (const auto& [one, member] : before->members) {
      if (!member.was_invited) unnamed.push_back(one);
    }
  } else if (before != nullptr) {
    Organization after = *before;
    after.members.erase(account);
    commit({{.before = before, .after = std::move(after)}});
  }
  for (const std::string& one : unnamed) records_.erase(to_record(Profile{.account = one}).key);
  const std::unique_lock lock(mutex_);
  for (const std::string& one : unnamed) {
    profiles_.erase(one);
    ceilings_.erase(one);
  }
}

}  // namespace millrace::organizations
