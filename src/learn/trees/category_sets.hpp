// The sets of categories that splits ask for, as bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::trees {

// What is a category at all: numbers between the two, whose whole part it is. Others are in no set.
struct CategoryRule {
  float above = 0;
  float below = 0;
  bool members_go_left = true;
};

class CategorySets {
 public:
  CategorySets() = default;
  explicit CategorySets(const CategoryRule& rule) : rule_(rule) {}

  // A bit for each category. Both return where the set is, and throw ModelError where there are too
  // many.
  std::uint32_t add_bits(std::span<const std::uint32_t> words);
  // Not empty.
  std::uint32_t add_members(std::span<const std::uint32_t> members);

  [[nodiscard]] bool goes_left(std::uint32_t place, float value) const {
    return contains(place, value) == rule_.members_go_left;
  }

 private:
  [[nodiscard]] std::uint32_t make_room(std::size_t words);
  [[nodiscard]] bool contains(std::uint32_t place, float value) const {
    if (!(value > rule_.above && value < rule_.below)) return false;
    const auto category = static_cast<std::uint32_t>(static_cast<std::int32_t>(value));
    if (category / 32 >= words_[place]) return false;
    return ((words_[place + 1 + category / 32] >> (category % 32)) & 1U) != 0;
  }

  CategoryRule rule_;
  std::vector<std::uint32_t> words_;  // their number, then that many words of bits
};

}  // namespace millrace::learn::trees
