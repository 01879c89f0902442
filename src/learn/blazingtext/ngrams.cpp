#include "learn/blazingtext/ngrams.hpp"

#include <algorithm>
#include <string>

namespace millrace::learn::blazingtext {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80; }

// Where each character begins, and the end.
std::vector<std::size_t> character_places(std::string_view text) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (begins_character(text[at])) places.push_back(at);
  }
  places.push_back(text.size());
  return places;
}

// fastText widens a word's hash with its sign.
std::uint64_t widened(std::uint32_t hash) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(hash)));
}

}  // namespace

std::uint32_t word_hash(std::string_view word) {
  std::uint32_t hash = 2166136261U;
  for (const char byte : word) {
    hash ^= static_cast<std::uint32_t>(static_cast<std::int8_t>(byte));
    hash *= 16777619U;
  }
  return hash;
}

void add_parts(std::string_view word, const NGrams& ngrams, std::vector<std::uint32_t>& buckets) {
  if (ngrams.most_characters == 0 || ngrams.buckets == 0) return;
  const std::string bounded = "<" + std::string(word) + ">";
  const std::vector<std::size_t> places = character_places(bounded);
  const std::size_t characters = places.size() - 1;
  for (std::size_t first = 0; first < characters; ++first) {
    const std::size_t most = std::min(ngrams.most_characters, characters - first);
    for (std::size_t length = std::max<std::size_t>(ngrams.least_characters, 1); length <= most;
         ++length) {
      // The bounds alone are no parts.
      if (length == 1 && (first == 0 || first + 1 == characters)) continue;
      const std::string_view part =
          std::string_view(bounded).substr(places[first], places[first + length] - places[first]);
      buckets.push_back(static_cast<std::uint32_t>(word_hash(part) % ngrams.buckets));
    }
  }
}

void add_runs(std::span<const std::uint32_t> word_hashes, const NGrams& ngrams,
              std::vector<std::uint32_t>& buckets) {
  if (ngrams.buckets == 0) return;
  for (std::size_t first = 0; first < word_hashes.size(); ++first) {
    std::uint64_t hash = widened(word_hashes[first]);
    const std::size_t end = std::min(word_hashes.size(), first + ngrams.words);
    for (std::size_t at = first + 1; at < end; ++at) {
      hash = hash * 116049371U + widened(word_hashes[at]);
      buckets.push_back(static_cast<std::uint32_t>(hash % ngrams.buckets));
    }
  }
}

}  // namespace millrace::learn::blazingtext
