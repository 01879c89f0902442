#include "app/guards.hpp"

namespace millrace::app {

std::shared_ptr<const policy::Guard> EveryGuard::guard(const policy::Question& question) {
  for (policy::Guards* one : guards_) {
    if (auto found = one->guard(question)) return found;
  }
  return nullptr;
}

std::optional<policy::KeyValues> EveryGuard::values(const policy::Question& question,
                                                    std::string_view key) {
  for (policy::Guards* one : guards_) {
    if (auto found = one->values(question, key)) return found;
  }
  return std::nullopt;
}

}  // namespace millrace::app
