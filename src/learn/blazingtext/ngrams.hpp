// Parts of words and runs of words as fastText numbers them, so that models are exchangeable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace millrace::learn::blazingtext {

// FNV-1a over signed bytes.
[[nodiscard]] std::uint32_t word_hash(std::string_view word);

// How long the runs are and into how many buckets they fall; no runs where `buckets` is 0.
struct NGrams {
  std::size_t least_characters = 0;
  std::size_t most_characters = 0;  // 0: no parts of words
  std::size_t words = 1;            // 1: no runs of words
  std::size_t buckets = 0;
};

// Appends the buckets of the parts of <word>, by characters of UTF-8.
void add_parts(std::string_view word, const NGrams& ngrams, std::vector<std::uint32_t>& buckets);

// Appends the buckets of the runs of two and more words.
void add_runs(std::span<const std::uint32_t> word_hashes, const NGrams& ngrams,
              std::vector<std::uint32_t>& buckets);

}  // namespace millrace::learn::blazingtext
