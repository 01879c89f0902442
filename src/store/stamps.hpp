// Tells whether what was once read of a name is still what is durable, without reading it again.
#pragma once

#include "store/database.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace::store {

// A stamp taken before a read goes with what the read gave: while the name's stamp is the same, so
// is what it names. Names share stamps, so a stamp may change without its name's change.
class Stamps final : public GroupMember {
 public:
  using Stamp = std::uint64_t;

  // From any thread; nothing while a change is on its way.
  [[nodiscard]] std::optional<Stamp> of(std::string_view name) const;

  // On the writer's thread, inside the write that changes what is named.
  void changing(std::string_view name);
  void changing_all();

  void prepare(Connection& /*connection*/) override {}
  void settle(bool is_durable) noexcept override;

 private:
  static constexpr std::size_t count = 4096;
  [[nodiscard]] static std::size_t place_of(std::string_view name);
  void open(std::size_t place);

  // Odd from a change's begin until its group is durable, or undone.
  std::array<std::atomic<Stamp>, count> stamps_{};
  std::vector<std::size_t> open_;  // the writer's thread alone
};

}  // namespace millrace::store
