// What resources of several engines bring to decisions about them, as one.
#pragma once

#include "identity/guard.hpp"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace::app {

// The first that has an answer gives it. All outlive it.
class EveryGuard final : public identity::Guards {
 public:
  EveryGuard(std::initializer_list<identity::Guards*> guards) : guards_(guards) {}

  [[nodiscard]] std::shared_ptr<const identity::Guard> guard(
      const identity::Question& question) override;
  [[nodiscard]] std::optional<identity::KeyValues> values(const identity::Question& question,
                                                          std::string_view key) override;

 private:
  const std::vector<identity::Guards*> guards_;
};

}  // namespace millrace::app
