#include "app/guards.hpp"

namespace millrace::app {

std::shared_ptr<const identity::Guard> EveryGuard::guard(const identity::Question& question) {
  for (identity::Guards* one : guards_) {
    if (auto found = one->guard(question)) return found;
  }
  return nullptr;
}

std::optional<identity::KeyValues> EveryGuard::values(const identity::Question& question,
                                                      std::string_view key) {
  for (identity::Guards* one : guards_) {
    if (auto found = one->values(question, key)) return found;
  }
  return std::nullopt;
}

}  // namespace millrace::app
