#include "objects/accesses.hpp"

#include <utility>

namespace millrace::objects {

void Accesses::note(const Access& access) {
  const std::lock_guard lock(mutex_);
  if (noted_.size() < accesses_limit || noted_.contains(access.id)) {
    noted_.insert_or_assign(access.id, access);
  }
}

std::vector<Access> Accesses::take() {
  std::unordered_map<std::int64_t, Access> taken;
  {
    const std::lock_guard lock(mutex_);
    taken = std::exchange(noted_, {});
  }
  std::vector<Access> accesses;
  accesses.reserve(taken.size());
  for (auto& [id, access] : taken) accesses.push_back(std::move(access));
  return accesses;
}

}  // namespace millrace::objects
