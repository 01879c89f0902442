#include "identity/password.hpp"

#include "base/assert.hpp"
#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace millrace::identity {
namespace {

constexpr std::uint64_t log2_n = 15;
constexpr std::uint64_t block_size = 8;
constexpr std::uint64_t parallel = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;
// More than the parameters above need.
constexpr std::uint64_t memory_limit = 64ULL * 1024 * 1024;

struct Cost {
  std::uint64_t log2_n;
  std::uint64_t r;
  std::uint64_t p;
};

std::string scrypt(std::string_view password, std::string_view salt, const Cost& cost) {
  std::array<unsigned char, hash_bytes> hash{};
  // OpenSSL takes bytes of another signedness.
  const auto* salt_start = reinterpret_cast<const unsigned char*>(salt.data());
  const int done = EVP_PBE_scrypt(password.data(), password.size(), salt_start, salt.size(),
                                  std::uint64_t{1} << cost.log2_n, cost.r, cost.p, memory_limit,
                                  hash.data(), hash.size());
  MILLRACE_ASSERT(done == 1);
  return {hash.begin(), hash.end()};
}

// AWS counts these.
constexpr std::string_view symbols = "!@#$%^&*()_+-=[]{}|'";

struct Contents {
  bool lower = false;
  bool upper = false;
  bool number = false;
  bool symbol = false;
};

Contents contents_of(std::string_view password) {
  const auto has = [password](const auto& is) {
    return std::any_of(password.begin(), password.end(), is);
  };
  return {.lower = has([](char c) { return c >= 'a' && c <= 'z'; }),
          .upper = has([](char c) { return c >= 'A' && c <= 'Z'; }),
          .number = has([](char c) { return c >= '0' && c <= '9'; }),
          .symbol = has([](char c) { return symbols.find(c) != std::string_view::npos; })};
}

constexpr std::string_view no_lower = "Password should have at least one lowercase letter";
constexpr std::string_view no_upper = "Password should have at least one uppercase letter";
constexpr std::string_view no_number = "Password should have at least one number";
constexpr std::string_view no_symbol = "Password should have at least one symbol";

std::vector<std::string> lacks(const Contents& contents, const PasswordPolicy& policy) {
  std::vector<std::string> words;
  if (policy.require_uppercase && !contents.upper) words.emplace_back(no_upper);
  if (policy.require_lowercase && !contents.lower) words.emplace_back(no_lower);
  if (policy.require_symbols && !contents.symbol) words.emplace_back(no_symbol);
  if (policy.require_numbers && !contents.number) words.emplace_back(no_number);
  return words;
}

// In characters, which UTF-8 may write as two bytes.
std::int64_t length_of(std::string_view password) {
  return std::count_if(password.begin(), password.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::string too_short(std::int64_t length) {
  return "Password should have a minimum length of " + std::to_string(length);
}

// Of an account without a policy: eight characters, of three of the four kinds.
void check_by_default(std::string_view password) {
  constexpr std::int64_t least_length = 8;
  constexpr std::size_t kinds_to_lack = 1;
  constexpr PasswordPolicy all_kinds{.require_symbols = true,
                                     .require_numbers = true,
                                     .require_uppercase = true,
                                     .require_lowercase = true};
  if (length_of(password) < least_length) throw PasswordViolation(too_short(least_length));
  const auto lacking = lacks(contents_of(password), all_kinds);
  if (lacking.size() <= kinds_to_lack) return;
  throw PasswordViolation("Password should meet " + std::to_string(lacking.size() - kinds_to_lack) +
                          " more of the following requirements: " + base::join(lacking, ", "));
}

}  // namespace

std::string hash_password(base::Random& random, std::string_view password) {
  const std::string salt = base::random_bytes(random, salt_bytes);
  const std::string hash =
      scrypt(password, salt, {.log2_n = log2_n, .r = block_size, .p = parallel});
  return "scrypt$" + std::to_string(log2_n) + "$" + std::to_string(block_size) + "$" +
         std::to_string(parallel) + "$" + base::base64(salt) + "$" + base::base64(hash);
}

bool is_password(std::string_view password, const std::string& hash) {
  const auto parts = base::split(hash, '$');
  MILLRACE_ASSERT(parts.size() == 6 && parts[0] == "scrypt");
  const auto number = [&](std::size_t part) {
    return static_cast<std::uint64_t>(base::to_integer(parts[part]).value());
  };
  const auto salt = base::from_base64(parts[4]);
  const auto expected = base::from_base64(parts[5]);
  MILLRACE_ASSERT(salt && expected);
  return base::equal_in_constant_time(
      scrypt(password, *salt, {.log2_n = number(1), .r = number(2), .p = number(3)}), *expected);
}

void check_password(std::string_view password, const PasswordPolicy* policy) {
  if (policy == nullptr) return check_by_default(password);
  std::vector<std::string> words;
  if (length_of(password) < policy->minimum_length)
    words.push_back(too_short(policy->minimum_length));
  for (std::string& lack : lacks(contents_of(password), *policy)) words.push_back(std::move(lack));
  if (!words.empty()) throw PasswordViolation(base::join(words, ", "));
}

void check_reuse(std::string_view password, const std::vector<std::string>& former,
                 const PasswordPolicy* policy) {
  if (policy == nullptr || !policy->reuse_prevention) return;
  const auto count = std::min(former.size(), static_cast<std::size_t>(*policy->reuse_prevention));
  for (std::size_t i = 0; i < count; ++i) {
    if (is_password(password, former[i])) {
      throw PasswordViolation(
          "Policy constraint violation with password reuse prevention during password change");
    }
  }
}

}  // namespace millrace::identity
