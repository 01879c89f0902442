// Typed comparisons of condition operators.
#include "policy/comparison.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

#include <arpa/inet.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace millrace::policy {
namespace {

template <class Relation, class T>
bool related(Relation relation, const std::optional<T>& given, const std::optional<T>& wanted) {
  return given && wanted && relation(*given, *wanted);
}

// ISO 8601 with or without a time of day, or of a month; or seconds since the epoch.
std::optional<base::Timestamp> to_date(std::string_view text) {
  if (const auto seconds = base::to_number(text)) return base::from_epoch_seconds(*seconds);
  constexpr std::size_t month_length = 7;  // 2026-11
  if (text.size() == month_length) return to_date(std::string(text) + "-01");
  return base::parse_iso8601(text);
}

// Its 4 or 16 bytes; none where it is no address.
std::string address_bytes(std::string_view text) {
  constexpr std::pair<int, std::size_t> families[] = {{AF_INET, 4}, {AF_INET6, 16}};
  for (const auto& [family, size] : families) {
    std::string bytes;
    bytes.resize(size);
    if (inet_pton(family, std::string(text).c_str(), bytes.data()) == 1) return bytes;
  }
  return {};
}

bool same_bits(std::string_view a, std::string_view b, std::size_t bits) {
  for (std::size_t i = 0; i < bits; ++i) {
    const unsigned mask = 0x80U >> (i % 8);
    if (((a[i / 8] ^ b[i / 8]) & mask) != 0) return false;
  }
  return true;
}

struct Network {
  std::string start;
  std::size_t bits;
};

std::optional<Network> to_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string start = address_bytes(text.substr(0, slash));
  const std::size_t all_bits = start.size() * 8;
  if (start.empty()) return std::nullopt;
  if (slash == std::string_view::npos) return Network{.start = start, .bits = all_bits};
  const auto bits = base::to_integer(text.substr(slash + 1));
  if (!bits || *bits < 0 || static_cast<std::size_t>(*bits) > all_bits) return std::nullopt;
  return Network{.start = start, .bits = static_cast<std::size_t>(*bits)};
}

bool in_network(std::string_view given, std::string_view wanted) {
  const std::string address = address_bytes(given);
  const auto network = to_network(wanted);
  return network && address.size() == network->start.size() &&
         same_bits(address, network->start, network->bits);
}

bool same_bytes(std::string_view given, std::string_view wanted) {
  const auto a = base::from_base64(given);
  const auto b = base::from_base64(wanted);
  return a && b && *a == *b;
}

bool same_flag(std::string_view given, std::string_view wanted) {
  const bool is_flag =
      base::equal_ignoring_case(wanted, "true") || base::equal_ignoring_case(wanted, "false");
  return is_flag && base::equal_ignoring_case(given, wanted);
}

}  // namespace

bool is_address_range(std::string_view text) { return to_network(text).has_value(); }

bool compare(Comparison comparison, std::string_view given, std::string_view wanted) {
  const auto numbers = [&](auto relation) {
    return related(relation, base::to_number(given), base::to_number(wanted));
  };
  const auto dates = [&](auto relation) {
    return related(relation, to_date(given), to_date(wanted));
  };
  switch (comparison) {
    case Comparison::numeric_equals:
      return numbers(std::equal_to());
    case Comparison::numeric_less:
      return numbers(std::less());
    case Comparison::numeric_less_equals:
      return numbers(std::less_equal());
    case Comparison::numeric_greater:
      return numbers(std::greater());
    case Comparison::numeric_greater_equals:
      return numbers(std::greater_equal());
    case Comparison::date_equals:
      return dates(std::equal_to());
    case Comparison::date_less:
      return dates(std::less());
    case Comparison::date_less_equals:
      return dates(std::less_equal());
    case Comparison::date_greater:
      return dates(std::greater());
    case Comparison::date_greater_equals:
      return dates(std::greater_equal());
    case Comparison::boolean:
      return same_flag(given, wanted);
    case Comparison::binary_equals:
      return same_bytes(given, wanted);
    case Comparison::ip_address:
      return in_network(given, wanted);
    default:
      return false;
  }
}

}  // namespace millrace::policy
