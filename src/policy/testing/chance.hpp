// Choices from a seed, for what is drawn by chance and must be drawn again.
#pragma once

#include "base/random.hpp"

#include <cstdint>
#include <initializer_list>
#include <iterator>

namespace millrace::policy::testing {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::uint64_t below(std::uint64_t end) {
    return base::random_number(random_) % end;
  }
  [[nodiscard]] bool one_in(std::uint64_t times) { return below(times) == 0; }
  template <class Container>
  [[nodiscard]] const auto& any(const Container& from) {
    return *std::next(std::begin(from), static_cast<std::ptrdiff_t>(below(std::size(from))));
  }

 private:
  base::SeededRandom random_;
};

}  // namespace millrace::policy::testing
