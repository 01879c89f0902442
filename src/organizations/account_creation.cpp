// A new account in three durable steps, each of which may be done again after a crash: the request,
// the account with the role in it, the member.
#include "base/arn.hpp"
#include "base/json.hpp"
#include "organizations/members.hpp"
#include "organizations/organizations.hpp"
#include "organizations/refused.hpp"

namespace millrace::organizations {
namespace {

constexpr std::size_t creation_id_length = 8;
constexpr std::string_view administrator_access = "arn:aws:iam::aws:policy/AdministratorAccess";

std::string trust_in(std::string_view management) {
  using base::List;
  using base::Map;
  const Map statement{{"Effect", "Allow"},
                      {"Principal", Map{{"AWS", base::arn("iam", "", management, "root")}}},
                      {"Action", "sts:AssumeRole"}};
  return base::write_json(Map{{"Version", "2012-10-17"}, {"Statement", List{statement}}});
}

Creation new_creation(const Organization& organization, const NewAccount& asked,
                      base::Timestamp now, base::Random& random) {
  Creation creation{.name = asked.name,
                    .email = asked.email,
                    .role = asked.role,
                    .requested = now,
                    .tags = asked.tags};
  do {
    creation.id = make_id(random, "car-", creation_id_length);
  } while (organization.creations.contains(creation.id));
  return creation;
}

}  // namespace

std::string Organizations::free_account() {
  constexpr std::size_t digits = 12;
  std::string id;
  do {
    id = base::random_text(random_, 1, "123456789") +
         base::random_text(random_, digits - 1, "0123456789");
  } while (directory_.accounts.exists(id));
  return id;
}

Creation Organizations::create_account(const std::string& management, const NewAccount& asked) {
  const std::lock_guard changing(change_mutex_);
  const Shared before = managed_by(management);
  const base::Timestamp now = clock_.service();
  check_room_for_account(*before, now, Why::constraint);
  Organization after = *before;
  Creation creation = new_creation(after, asked, now, random_);
  if (account_of_email(asked.email).empty()) {
    creation.account = free_account();
  } else {
    creation.completed = now;
    creation.failure = "EMAIL_ALREADY_EXISTS";
  }
  after.creations[creation.id] = creation;
  commit({{.before = before, .after = std::move(after)}});
  if (!creation.failure) finish(management, creation);
  return managed_by(management)->creations.find(creation.id)->second;
}

void Organizations::make_role(const std::string& management, const Creation& creation) {
  if (directory_.roster.find_role(creation.account, creation.role)) return;
  identity::Role role{
      .entity = identity::Entity{.account = creation.account, .name = creation.role},
      .trust = identity::policy_text(trust_in(management), policy::PolicyKind::trust)};
  role.grants.attached.emplace_back(administrator_access);
  directory_.roster.create(std::move(role));
}

void Organizations::finish(const std::string& management, const Creation& creation) {
  directory_.accounts.ensure_first(creation.account);
  make_role(management, creation);
  const Shared before = managed_by(management);
  const base::Timestamp now = clock_.service();
  Organization after = *before;
  after.creations[creation.id].completed = now;
  join(after,
       Member{.account = creation.account,
              .name = creation.name,
              .email = creation.email,
              .joined = now},
       creation.tags);
  commit({{.before = before, .after = std::move(after)}},
         Profile{.account = creation.account, .name = creation.name, .email = creation.email});
}

void Organizations::resume() {
  const std::lock_guard changing(change_mutex_);
  std::vector<Shared> all;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [management, organization] : by_management_) all.push_back(organization);
  }
  for (const Shared& organization : all) {
    for (const auto& [id, creation] : organization->creations) {
      if (!creation.completed) finish(organization->management, creation);
    }
  }
}

}  // namespace millrace::organizations
