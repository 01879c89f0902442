#include "service/iam/last_used.hpp"

#include "service/iam/answers.hpp"

namespace millrace::service::iam {

void add_last_used(Service& service, const identity::Role& role, aws::Map& answer) {
  const auto uses = service.directory.uses.of(role.entity.id);
  const identity::KeptUse* last = identity::newest(uses);
  aws::Map shown;
  if (last != nullptr) shown.set("LastUsedDate", time_answer(last->at));
  // An engine that acts for a role does so in no region in particular.
  if (last != nullptr && !last->region.empty()) shown.set("Region", last->region);
  answer.set("RoleLastUsed", std::move(shown));
}

aws::Map key_last_used(Service& service, const identity::AccessKey& key) {
  std::string id = key.account;
  if (!key.user.empty()) {
    const auto user = service.directory.roster.find_user(key.account, key.user);
    id = user ? user->entity.id : "";
  }
  const auto uses = service.directory.uses.of_key(id, key.id);
  const identity::KeptUse* last = identity::newest(uses);
  if (last == nullptr) return aws::Map{{"ServiceName", "N/A"}, {"Region", "N/A"}};
  return aws::Map{{"LastUsedDate", time_answer(last->at)},
                  {"ServiceName", last->service},
                  {"Region", last->region}};
}

}  // namespace millrace::service::iam
