// Random identifiers with AWS's prefixes.
#include "identity/ids.hpp"

#include "base/encoding.hpp"

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

}  // namespace millrace::identity
