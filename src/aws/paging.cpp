#include "aws/paging.hpp"

#include "base/encoding.hpp"
#include "base/hash.hpp"

namespace millrace::aws {

namespace {

// Enough to tell lists apart; a token is no secret and grants nothing.
constexpr std::size_t check_size = 8;

std::string check_of(std::string_view check, std::string_view last) {
  std::string both(check);
  both += '\0';
  both += last;
  return base::digest(base::HashKind::sha256, both).substr(0, check_size);
}

}  // namespace

std::string make_token(std::string_view check, std::string_view last) {
  return base::base64(check_of(check, last) + std::string(last));
}

std::optional<std::string> read_token(std::string_view check, std::string_view token) {
  const auto bytes = base::from_base64(token);
  if (!bytes || bytes->size() < check_size) return std::nullopt;
  std::string last = bytes->substr(check_size);
  if (bytes->substr(0, check_size) != check_of(check, last)) return std::nullopt;
  return last;
}

}  // namespace millrace::aws
