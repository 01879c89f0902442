#include "learn/blazingtext/lexicon.hpp"

#include "learn/blazingtext/ngrams.hpp"

#include <algorithm>

namespace millrace::learn::blazingtext {
namespace {

constexpr std::size_t first_slots = 1024;

// Neighbouring hashes of FNV-1a lie close together in their low bits.
std::size_t spread(std::uint32_t hash) { return (hash * std::uint64_t{0x9E3779B97F4A7C15}) >> 20; }

}  // namespace

std::string_view Lexicon::text(std::size_t word) const {
  const Entry& entry = entries_[word];
  return std::string_view(letters_).substr(entry.begin, entry.length);
}

std::size_t Lexicon::slot(std::string_view word, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = spread(hash) & mask;
  while (slots_[at] != none) {
    if (entries_[slots_[at]].hash == hash && text(slots_[at]) == word) return at;
    at = (at + 1) & mask;
  }
  return at;
}

void Lexicon::grow() {
  slots_.assign(std::max(first_slots, slots_.size() * 2), none);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t word = 0; word < entries_.size(); ++word) {
    std::size_t at = spread(entries_[word].hash) & mask;
    while (slots_[at] != none) at = (at + 1) & mask;
    slots_[at] = static_cast<std::uint32_t>(word);
  }
}

std::uint32_t Lexicon::count(std::string_view word) {
  if (2 * (entries_.size() + 1) > slots_.size()) grow();
  const std::uint32_t hash = word_hash(word);
  const std::size_t at = slot(word, hash);
  if (slots_[at] == none) {
    slots_[at] = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({.begin = letters_.size(),
                        .length = static_cast<std::uint32_t>(word.size()),
                        .hash = hash,
                        .count = 0});
    letters_ += word;
  }
  ++entries_[slots_[at]].count;
  return slots_[at];
}

std::uint32_t Lexicon::find(std::string_view word) const {
  return slots_.empty() ? none : slots_[slot(word, word_hash(word))];
}

}  // namespace millrace::learn::blazingtext
