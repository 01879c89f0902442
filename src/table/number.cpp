#include "table/number.hpp"

#include "table/matrix.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace millrace::table {
namespace {

constexpr std::array powers_of_ten = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Digits {
  std::uint64_t mantissa = 0;
  int count = 0;  // of significant digits; up to 15 the mantissa is exact as a double
};

const char* read_digits(const char* at, const char* end, Digits& digits) {
  for (; at != end && is_digit(*at); ++at) {
    digits.mantissa = digits.mantissa * 10 + static_cast<std::uint64_t>(*at - '0');
    if (digits.mantissa != 0 && ++digits.count > 15) return at;
  }
  return at;
}

static_assert(std::endian::native == std::endian::little, "a word's first character is its lowest");
constexpr std::ptrdiff_t word_bytes = 8;
constexpr std::array<std::uint64_t, word_bytes + 1> whole_powers_of_ten = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};

std::uint64_t load_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// How many of a word's characters, from its first on, are digits.
int leading_digits(std::uint64_t word) {
  const std::uint64_t others =
      ((word + 0x4646464646464646U) | (word - 0x3030303030303030U)) & 0x8080808080808080U;
  return std::countr_zero(others) / 8;
}

// The number that a word's first `count` characters are, which are digits: neighbours are joined to
// pairs, pairs to fours, and those to the whole.
std::uint64_t number_of(std::uint64_t word, int count) {
  if (count == 0) return 0;
  std::uint64_t digits = (word - 0x3030303030303030U) << (64 - 8 * count);
  digits = digits * 10 + (digits >> 8);
  return (((digits & 0x000000FF000000FFU) * 0x000F424000000064U) +
          (((digits >> 16) & 0x000000FF000000FFU) * 0x0000271000000001U)) >>
         32;
}

// The digits behind a point, fewer than 24, joined to those before it; false where there are more.
bool read_fraction(const char*& at, std::uint64_t& mantissa, int& places) {
  for (int words = 0; words < 3; ++words) {
    const std::uint64_t word = load_word(at);
    const int digits = leading_digits(word);
    const auto count = static_cast<std::size_t>(digits);
    mantissa = mantissa * whole_powers_of_ten[count] + number_of(word, digits);
    places += digits;
    at += digits;
    if (digits < word_bytes) return true;
  }
  return false;
}

// Whether a double that is off by no more than three of its last places becomes the same float as
// the one that is not: it does unless it lies next to the middle between two floats.
bool rounds_surely(double number) {
  constexpr std::uint64_t lost_bits = (std::uint64_t{1} << 29) - 1;
  constexpr std::uint64_t middle = std::uint64_t{1} << 28;
  constexpr std::uint64_t margin = 4;
  return (std::bit_cast<std::uint64_t>(number) & lost_bits) - middle + margin > 2 * margin;
}

// As read_short, for what most numbers are: up to seven digits, a point and more digits, at most 18
// from the first that is not zero before it on, with words to read wherever they end. False says
// nothing yet.
bool read_words(const char*& at, const char* end, double& number) {
  constexpr std::uint64_t exact = std::uint64_t{1} << 53;
  constexpr int digit_count = 18;
  if (end - at < 5 * word_bytes) return false;
  const std::uint64_t first = load_word(at);
  const int whole = leading_digits(first);
  if (whole == word_bytes || at[whole] != '.') return false;
  std::uint64_t mantissa = number_of(first, whole);
  const int before = mantissa == 0 ? 0 : whole;
  int places = 0;
  const char* here = at + whole + 1;
  if (!read_fraction(here, mantissa, places) || whole + places == 0 ||
      before + places > digit_count || *here == 'e' || *here == 'E' || *here == '.')
    return false;
  number = static_cast<double>(static_cast<std::int64_t>(mantissa)) /
           powers_of_ten[static_cast<std::size_t>(places)];
  if (mantissa >= exact && !rounds_surely(number)) return false;
  at = here;
  return true;
}

// Plain numbers of at most 15 digits: mantissa and power of ten are exact doubles, so one division
// rounds correctly.
bool read_short(const char*& at, const char* end, double& number) {
  const char* const begin = at;
  Digits digits;
  const char* here = read_digits(begin, end, digits);
  bool any = here != begin;
  std::ptrdiff_t places = 0;
  if (here != end && *here == '.' && digits.count <= 15) {
    const char* const fraction = here + 1;
    here = read_digits(fraction, end, digits);
    places = here - fraction;
    any = any || places > 0;
  }
  const bool more =
      here != end && (is_digit(*here) || *here == 'e' || *here == 'E' || *here == '.');
  if (!any || more || digits.count > 15 || places > 22) return false;
  number = static_cast<double>(digits.mantissa) / powers_of_ten[static_cast<std::size_t>(places)];
  at = here;
  return true;
}

bool read_any(const char*& at, const char* end, double& number) {
  const auto [next, failure] = std::from_chars(at, end, number);
  // Out of range keeps the text's sense: from_chars leaves `number` alone, strtod rounds to zero or
  // infinity.
  if (failure == std::errc::invalid_argument) return false;
  if (failure == std::errc::result_out_of_range) {
    const std::string_view text(at, static_cast<std::size_t>(next - at));
    number = text.find("e-") != text.npos || text.find("E-") != text.npos || text.starts_with("0.")
                 ? 0.0
                 : std::numeric_limits<double>::infinity();
  }
  at = next;
  return true;
}

}  // namespace

bool read_number(const char*& at, const char* end, float& number) {
  if (at == end) return false;
  const bool negative = *at == '-';
  // Added, not branched upon: signs cannot be guessed.
  const char* here = at + static_cast<int>(negative | (*at == '+'));
  if (here == end || *here == '-' || *here == '+') return false;
  double magnitude = 0;
  if (!read_words(here, end, magnitude) && !read_short(here, end, magnitude) &&
      !read_any(here, end, magnitude))
    return false;
  number = static_cast<float>(negative ? -magnitude : magnitude);
  at = here;
  return true;
}

bool read_field(std::string_view text, float& number) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  if (text.empty()) {
    number = missing;
    return true;
  }
  const char* at = text.data();
  const char* const end = at + text.size();
  return read_number(at, end, number) && at == end;
}

}  // namespace millrace::table
