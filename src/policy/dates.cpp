#include "policy/dates.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace millrace::policy {
namespace {

constexpr std::int64_t first_year = -292275054;
constexpr std::int64_t last_year = 292278993;

struct Range {
  std::int64_t first;
  std::int64_t last;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool takes(std::string_view letters) {
    if (rest_.empty() || letters.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view take_digits() {
    const auto* end = std::ranges::find_if_not(rest_, is_digit);
    const std::string_view digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(digits.size());
    return digits;
  }
  bool takes_number(Range range) {
    const auto number = base::to_integer(take_digits());
    return number && *number >= range.first && *number <= range.last;
  }

 private:
  std::string_view rest_;
};

bool takes_year(Reader& in) {
  const bool is_negative = in.takes("-");
  return in.takes_number({.first = 0, .last = is_negative ? -first_year : last_year});
}

bool takes_day(Reader& in) {
  if (!takes_year(in)) return false;
  if (in.takes("-") && !in.takes_number({.first = 1, .last = 12})) return false;
  return !in.takes("-") || in.takes_number({.first = 1, .last = 31});
}

bool takes_time(Reader& in) {
  constexpr std::size_t nanosecond_digits = 9;
  if (!in.takes_number({.first = 0, .last = 23})) return false;
  if (in.takes(":") && !in.takes_number({.first = 0, .last = 59})) return false;
  if (in.takes(":") && !in.takes_number({.first = 0, .last = 59})) return false;
  if (!in.takes(".")) return true;
  const std::size_t decimals = in.take_digits().size();
  return decimals > 0 && decimals <= nanosecond_digits;
}

bool takes_pair(Reader& in, std::int64_t last) {
  const std::string_view digits = in.take_digits();
  return digits.size() == 2 && *base::to_integer(digits) <= last;
}

bool takes_zone(Reader& in) {
  if (in.takes("Zz") || !in.takes("+-")) return true;
  if (!takes_pair(in, 23)) return false;
  return !in.takes(":") || takes_pair(in, 59);
}

}  // namespace

bool is_policy_date(std::string_view text) {
  const bool is_number = !text.empty() && std::ranges::all_of(text, is_digit);
  if (is_number) return base::to_integer(text).has_value();
  Reader in(text);
  if (!takes_day(in)) return false;
  if (in.at_end()) return true;
  if (!in.takes("Tt ")) return false;
  return in.at_end() || (takes_time(in) && takes_zone(in) && in.at_end());
}

}  // namespace millrace::policy
