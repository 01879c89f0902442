#include "policy/testing/plain_values.hpp"

#include "base/text.hpp"
#include "policy/testing/plain_text.hpp"

#include <arpa/inet.h>

#include <array>
#include <bitset>
#include <chrono>
#include <cmath>
#include <regex>

namespace millrace::policy::testing {
namespace {

// "Date condition operators": https://www.w3.org/TR/NOTE-datetime
const std::regex& w3c_form() {
  static const std::regex form(
      R"((\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?(?:Z|([+-]\d{2}):(\d{2})))?)?)?)");
  return form;
}

int number_in(const std::smatch& found, std::size_t group, int otherwise) {
  return found[group].matched ? std::stoi(found[group].str()) : otherwise;
}

std::int64_t moment_of(const std::smatch& found) {
  using std::chrono::day;
  using std::chrono::milliseconds;
  using std::chrono::month;
  using std::chrono::sys_days;
  using std::chrono::year;
  const auto date = year(number_in(found, 1, 0)) /
                    month(static_cast<unsigned>(number_in(found, 2, 1))) /
                    day(static_cast<unsigned>(number_in(found, 3, 1)));
  milliseconds time = sys_days(date).time_since_epoch();
  time += std::chrono::hours(number_in(found, 4, 0));
  time += std::chrono::minutes(number_in(found, 5, 0));
  time += std::chrono::seconds(number_in(found, 6, 0));
  if (found[7].matched) time += milliseconds(std::lround(std::stod(found[7].str()) * 1000));
  const int sign = found[8].matched && found[8].str().front() == '-' ? -1 : 1;
  time -= std::chrono::hours(number_in(found, 8, 0));
  time -= sign * std::chrono::minutes(number_in(found, 9, 0));
  return time.count();
}

struct Address {
  int family = 0;
  std::string bits;
};

std::optional<Address> address_of(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  for (const auto& [family, size] : {std::pair(AF_INET, 4), std::pair(AF_INET6, 16)}) {
    if (inet_pton(family, text.c_str(), bytes.data()) != 1) continue;
    Address address{.family = family};
    for (int i = 0; i < size; ++i) address.bits += std::bitset<8>(bytes[i]).to_string();
    return address;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> moment(std::string_view text) {
  const std::string whole(text);
  std::smatch found;
  if (std::regex_match(whole, found, w3c_form())) return moment_of(found);
  const auto seconds = base::to_number(text);
  if (!seconds) return std::nullopt;
  return std::llround(*seconds * 1000);
}

std::optional<bool> flag(std::string_view text) {
  const std::string lower = lower_case(text);
  if (lower != "true" && lower != "false") return std::nullopt;
  return lower == "true";
}

// "IP address condition operators": without a number of bits it is one address.
bool is_in_range(const std::string& address, const std::string& range) {
  const std::size_t slash = range.find('/');
  const auto wanted = address_of(range.substr(0, slash));
  const auto given = address_of(address);
  if (!wanted || !given || wanted->family != given->family) return false;
  std::size_t bits = wanted->bits.size();
  if (slash != std::string::npos) {
    const auto named = base::to_integer(range.substr(slash + 1));
    if (!named || *named < 0 || static_cast<std::size_t>(*named) > bits) return false;
    bits = static_cast<std::size_t>(*named);
  }
  return wanted->bits.substr(0, bits) == given->bits.substr(0, bits);
}

}  // namespace millrace::policy::testing
