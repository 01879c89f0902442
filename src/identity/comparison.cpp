// Typed comparisons of condition operators.
#include "identity/comparison.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

#include <arpa/inet.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace millrace::identity {
namespace {

enum class Relation { equal, less, less_equal, greater, greater_equal };

template <class T>
bool related(Relation relation, const std::optional<T>& given, const std::optional<T>& wanted) {
  if (!given || !wanted) return false;
  switch (relation) {
    case Relation::equal:
      return *given == *wanted;
    case Relation::less:
      return *given < *wanted;
    case Relation::less_equal:
      return *given <= *wanted;
    case Relation::greater:
      return *given > *wanted;
    case Relation::greater_equal:
      return *given >= *wanted;
  }
  return false;
}

// ISO 8601 with or without a time of day, or of a month; or seconds since the epoch.
std::optional<base::Timestamp> to_date(std::string_view text) {
  if (const auto seconds = base::to_number(text)) return base::from_epoch_seconds(*seconds);
  constexpr std::size_t date_length = 10;  // 2026-11-21
  constexpr std::size_t month_length = 7;  // 2026-11
  if (text.size() == month_length) return to_date(std::string(text) + "-01");
  if (text.size() == date_length) return base::parse_iso8601(std::string(text) + "T00:00:00Z");
  return base::parse_iso8601(text);
}

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size = 0;  // 4 or 16
};

std::optional<Address> to_address(std::string_view text) {
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
  } else if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) {
    address.size = 16;
  } else {
    return std::nullopt;
  }
  return address;
}

bool same_bits(const Address& a, const Address& b, std::size_t bits) {
  for (std::size_t i = 0; i < bits; ++i) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (i % 8));
    if ((a.bytes[i / 8] & mask) != (b.bytes[i / 8] & mask)) return false;
  }
  return true;
}

struct Network {
  Address start;
  std::size_t bits = 0;
};

std::optional<Network> to_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto start = to_address(text.substr(0, slash));
  if (!start) return std::nullopt;
  Network network{.start = *start, .bits = start->size * 8};
  if (slash == std::string_view::npos) return network;
  const auto prefix = base::to_integer(text.substr(slash + 1));
  if (!prefix || *prefix < 0 || static_cast<std::size_t>(*prefix) > network.bits)
    return std::nullopt;
  network.bits = static_cast<std::size_t>(*prefix);
  return network;
}

bool in_network(std::string_view given, std::string_view wanted) {
  const auto address = to_address(given);
  const auto network = to_network(wanted);
  return address && network && address->size == network->start.size &&
         same_bits(*address, network->start, network->bits);
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
  const auto numbers = [&](Relation relation) {
    return related(relation, base::to_number(given), base::to_number(wanted));
  };
  const auto dates = [&](Relation relation) {
    return related(relation, to_date(given), to_date(wanted));
  };
  switch (comparison) {
    case Comparison::numeric_equals:
      return numbers(Relation::equal);
    case Comparison::numeric_less:
      return numbers(Relation::less);
    case Comparison::numeric_less_equals:
      return numbers(Relation::less_equal);
    case Comparison::numeric_greater:
      return numbers(Relation::greater);
    case Comparison::numeric_greater_equals:
      return numbers(Relation::greater_equal);
    case Comparison::date_equals:
      return dates(Relation::equal);
    case Comparison::date_less:
      return dates(Relation::less);
    case Comparison::date_less_equals:
      return dates(Relation::less_equal);
    case Comparison::date_greater:
      return dates(Relation::greater);
    case Comparison::date_greater_equals:
      return dates(Relation::greater_equal);
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

}  // namespace millrace::identity
