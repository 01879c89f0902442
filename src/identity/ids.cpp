// Random identifiers with AWS's prefixes.
#include "identity/ids.hpp"

#include "base/encoding.hpp"
#include "base/hash.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

constexpr const char* id_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr const char* secret_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t entity_id_length = 17;  // after the prefix
constexpr std::size_t key_id_length = 16;
constexpr std::size_t secret_length = 40;
constexpr std::size_t token_bytes = 270;

}  // namespace

std::string make_id(base::Random& random, IdKind kind) {
  switch (kind) {
    case IdKind::user:
      return "AIDA" + base::random_text(random, entity_id_length, id_alphabet);
    case IdKind::group:
      return "AGPA" + base::random_text(random, entity_id_length, id_alphabet);
    case IdKind::instance_profile:
      return "AIPA" + base::random_text(random, entity_id_length, id_alphabet);
    case IdKind::role:
      return "AROA" + base::random_text(random, entity_id_length, id_alphabet);
    case IdKind::managed_policy:
      return "ANPA" + base::random_text(random, entity_id_length, id_alphabet);
    case IdKind::access_key:
      return "AKIA" + base::random_text(random, key_id_length, id_alphabet);
    case IdKind::temporary_key:
      return "ASIA" + base::random_text(random, key_id_length, id_alphabet);
  }
  return {};
}

std::string make_secret(base::Random& random) {
  return base::random_text(random, secret_length, secret_alphabet);
}

std::string make_session_token(base::Random& random) {
  return base::base64(base::random_bytes(random, token_bytes));
}

bool is_account_id(std::string_view text) {
  constexpr std::size_t digits = 12;
  return text.size() == digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_principal_id(std::string_view text) {
  constexpr std::size_t shortest = 16;  // AWS's documentation: 16 to 128 letters and digits
  const bool has_prefix = text.starts_with("AIDA") || text.starts_with("AROA");
  return has_prefix && text.size() >= shortest && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

std::string bound_principal(std::string_view id, std::string_view account) {
  return std::string(id) + bound_mark + std::string(account);
}

std::optional<BoundPrincipal> parse_bound_principal(std::string_view text) {
  const std::size_t mark = text.find(bound_mark);
  if (mark == std::string_view::npos) return std::nullopt;
  const BoundPrincipal bound{.id = text.substr(0, mark), .account = text.substr(mark + 1)};
  if (!is_principal_id(bound.id) || !is_account_id(bound.account)) return std::nullopt;
  return bound;
}

std::string canonical_user(std::string_view account) {
  if (account == anonymous_user) return std::string(account);
  return base::sha256_hex("canonical user of " + std::string(account));
}

}  // namespace millrace::identity
