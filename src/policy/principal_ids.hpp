// Ids by which policies name accounts, users and roles.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace millrace::policy {

[[nodiscard]] bool is_account_id(std::string_view text);    // twelve digits
[[nodiscard]] bool is_principal_id(std::string_view text);  // of a user or role: AIDA..., AROA...

// How a kept policy document names a user or role: its id, which says nothing of where to find it,
// with its account. No document of a client's may.
struct BoundPrincipal {
  std::string_view id;
  std::string_view account;
};
constexpr char bound_mark = '@';
[[nodiscard]] std::string bound_principal(std::string_view id, std::string_view account);
[[nodiscard]] std::optional<BoundPrincipal> parse_bound_principal(std::string_view text);

// The id by which access control lists name an account, and the one of who has no account.
[[nodiscard]] std::string canonical_user(std::string_view account);
constexpr std::string_view anonymous_user = "65a011a29cdf8ec533ec3d1ccaae921c";

}  // namespace millrace::policy
