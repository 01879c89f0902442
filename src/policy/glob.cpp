// What stands between two runs is sought from the left: each piece's first place leaves the most to
// those after it.
#include "policy/glob.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace millrace::policy {
namespace {

constexpr std::size_t bits_of_word = 64;
constexpr std::size_t bytes = 256;
constexpr char one = any_one[0];

std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

// Not the first byte of a character.
bool continues(char c) { return (byte_of(c) & 0xC0U) == 0x80U; }

std::size_t after_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && continues(text[at])) ++at;
  return at;
}

bool has_any_one(std::string_view piece) { return piece.find(any_one) != std::string_view::npos; }

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(char a, char b, Letters letters) {
  return a == b || (letters == Letters::ignored && folded(a) == folded(b));
}

// Where the piece ends that begins here.
std::optional<std::size_t> match_at(std::string_view piece, std::string_view text, std::size_t at,
                                    Letters letters) {
  for (const char wanted : piece) {
    if (at >= text.size()) return std::nullopt;
    if (wanted == one) {
      if (continues(text[at])) return std::nullopt;
      at = after_character(text, at);
    } else if (same(wanted, text[at], letters)) {
      ++at;
    } else {
      return std::nullopt;
    }
  }
  return at;
}

// All places of a piece at once, a bit for each of its bytes (Baeza-Yates and Gonnet): bit i says
// that its first i + 1 bytes end here.
class Seeker {
 public:
  explicit Seeker(std::string_view piece)
      : size_(piece.size()),
        words_((piece.size() + bits_of_word - 1) / bits_of_word),
        wanted_(bytes * words_),
        ones_(words_),
        state_(words_) {
    for (std::size_t i = 0; i < size_; ++i) {
      auto& words = piece[i] == one ? ones_ : wanted_;
      const std::size_t row = piece[i] == one ? 0 : byte_of(piece[i]) * words_;
      words[row + i / bits_of_word] |= std::uint64_t{1} << (i % bits_of_word);
    }
  }

  // Whether the whole piece ends with this byte.
  bool take(char c) {
    std::uint64_t carried = 1;
    const std::uint64_t* wanted = &wanted_[byte_of(c) * words_];
    for (std::size_t word = 0; word < words_; ++word) {
      const std::uint64_t before = state_[word];
      const std::uint64_t moved = (before << 1U) | carried;
      carried = before >> (bits_of_word - 1);
      state_[word] = moved & wanted[word];
      state_[word] |= (continues(c) ? before : moved) & ones_[word];
    }
    const std::size_t last = size_ - 1;
    return (state_[last / bits_of_word] >> (last % bits_of_word) & 1U) != 0;
  }

 private:
  std::size_t size_;
  std::size_t words_;
  std::vector<std::uint64_t> wanted_;  // a row for each byte
  std::vector<std::uint64_t> ones_;    // where any one character may be
  std::vector<std::uint64_t> state_;
};

// The end of the piece's first place from here on, place by place.
std::optional<std::size_t> find_in_short(std::string_view piece, std::string_view text,
                                         std::size_t from, Letters letters) {
  for (std::size_t at = from; at <= text.size(); ++at) {
    if (const auto end = match_at(piece, text, at, letters)) return end;
  }
  return std::nullopt;
}

// The same of any length. Without regard to case only names of actions are matched, which are
// short.
std::optional<std::size_t> find_piece(std::string_view piece, std::string_view text,
                                      std::size_t from, Letters letters) {
  constexpr std::size_t short_product = 4096;
  if (letters == Letters::ignored || piece.size() * (text.size() - from) <= short_product)
    return find_in_short(piece, text, from, letters);
  if (!has_any_one(piece)) {
    // In linear time, which std::string_view does not promise.
    const void* found =
        ::memmem(text.data() + from, text.size() - from, piece.data(), piece.size());
    if (found == nullptr) return std::nullopt;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + piece.size();
  }
  Seeker seeker(piece);
  for (std::size_t at = from; at < text.size(); ++at) {
    // The rest of a character of several bytes begins nothing.
    if (seeker.take(text[at])) return at + 1;
  }
  return std::nullopt;
}

// Where the piece begins that the text ends with.
std::optional<std::size_t> match_end(std::string_view piece, std::string_view text,
                                     Letters letters) {
  std::size_t at = text.size();
  for (std::size_t i = piece.size(); i-- > 0;) {
    if (at == 0) return std::nullopt;
    --at;
    if (piece[i] == one) {
      while (at > 0 && continues(text[at])) --at;
    } else if (!same(piece[i], text[at], letters)) {
      return std::nullopt;
    }
  }
  return at;
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view text, Letters letters) {
  const std::size_t first_run = glob.find(any_run);
  const auto start = match_at(glob.substr(0, first_run), text, 0, letters);
  if (first_run == std::string_view::npos) return start == text.size();
  const std::size_t last_run = glob.rfind(any_run);
  const auto end = match_end(glob.substr(last_run + 1), text, letters);
  if (!start || !end || *start > *end) return false;
  text = text.substr(0, *end);
  std::size_t at = *start;
  for (std::size_t run = first_run; run != last_run;) {
    const std::size_t next = glob.find(any_run, run + 1);
    const auto found = find_piece(glob.substr(run + 1, next - run - 1), text, at, letters);
    if (!found) return false;
    at = *found;
    run = next;
  }
  return true;
}

}  // namespace millrace::policy
