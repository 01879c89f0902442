// What resources of several engines bring to decisions about them, as one.
#pragma once

#include "policy/guard.hpp"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace::app {

// The first that has an answer gives it. All outlive it.
class EveryGuard final : public policy::Guards {
 public:
  EveryGuard(std::initializer_list<policy::Guards*> guards) : guards_(guards) {}

  [[nodiscard]] std::shared_ptr<const policy::Guard> guard(
      const policy::Question& question) override;
  [[nodiscard]] std::optional<policy::KeyValues> values(const policy::Question& question,
                                                        std::string_view key) override;

 private:
  const std::vector<policy::Guards*> guards_;
};

}  // namespace millrace::app
