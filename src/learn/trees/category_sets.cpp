#include "learn/trees/category_sets.hpp"

#include "learn/model.hpp"

#include <algorithm>

namespace millrace::learn::trees {

constexpr std::size_t category_words_limit = std::size_t{1} << 26;

std::uint32_t CategorySets::make_room(std::size_t words) {
  const std::size_t place = words_.size();
  if (words >= category_words_limit || place + words >= category_words_limit)
    throw ModelError("the model has too many categories");
  words_.push_back(static_cast<std::uint32_t>(words));
  words_.resize(words_.size() + words);
  return static_cast<std::uint32_t>(place);
}

std::uint32_t CategorySets::add_bits(std::span<const std::uint32_t> words) {
  const std::uint32_t place = make_room(words.size());
  std::ranges::copy(words, words_.begin() + place + 1);
  return place;
}

std::uint32_t CategorySets::add_members(std::span<const std::uint32_t> members) {
  const std::uint32_t place = make_room(std::ranges::max(members) / 32 + std::size_t{1});
  for (const std::uint32_t member : members) words_[place + 1 + member / 32] |= 1U << (member % 32);
  return place;
}

}  // namespace millrace::learn::trees
