// Different words by number, in the order in which they were first seen, and how often each was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn::blazingtext {

class Lexicon {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  // The word's number, a new one where it was not seen; it is counted once more.
  std::uint32_t count(std::string_view word);
  // The word's number, or `none`.
  [[nodiscard]] std::uint32_t find(std::string_view word) const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::string_view text(std::size_t word) const;
  [[nodiscard]] std::uint32_t hash(std::size_t word) const { return entries_[word].hash; }
  [[nodiscard]] std::uint64_t occurrences(std::size_t word) const { return entries_[word].count; }

 private:
  struct Entry {
    std::uint64_t begin;
    std::uint32_t length;
    std::uint32_t hash;
    std::uint64_t count;
  };

  // The place of the word's number, or the free one where it belongs.
  [[nodiscard]] std::size_t slot(std::string_view word, std::uint32_t hash) const;
  void grow();

  std::string letters_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // a power of two of them, half of them free at least
};

}  // namespace millrace::learn::blazingtext
