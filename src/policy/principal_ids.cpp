// How those ids look.
#include "policy/principal_ids.hpp"

#include "base/hash.hpp"

#include <algorithm>

namespace millrace::policy {

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

}  // namespace millrace::policy
