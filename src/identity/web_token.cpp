#include "identity/web_token.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "identity/freed.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <memory>

namespace millrace::identity {
namespace {

using base::Value;

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

constexpr int least_rsa_bits = 2048;  // RFC 7518, 3.3

struct Algorithm {
  std::string_view name;
  std::string_view key_type;
  const EVP_MD* (*digest)();
  std::string_view curve;  // of elliptic keys
  std::string_view group;  // the curve in OpenSSL's words
  std::size_t half = 0;    // bytes of each of a signature's two numbers
};

constexpr Algorithm algorithms[] = {
    {.name = "RS256", .key_type = "RSA", .digest = EVP_sha256, .curve = "", .group = ""},
    {.name = "RS384", .key_type = "RSA", .digest = EVP_sha384, .curve = "", .group = ""},
    {.name = "RS512", .key_type = "RSA", .digest = EVP_sha512, .curve = "", .group = ""},
    {"ES256", "EC", EVP_sha256, "P-256", "prime256v1", 32},
    {"ES384", "EC", EVP_sha384, "P-384", "secp384r1", 48},
    {"ES512", "EC", EVP_sha512, "P-521", "secp521r1", 66},
};

const Algorithm* find_algorithm(std::string_view name) {
  const auto* found = std::find_if(std::begin(algorithms), std::end(algorithms),
                                   [name](const Algorithm& one) { return one.name == name; });
  return found == std::end(algorithms) ? nullptr : found;
}

// Base64 for URLs, without padding, in its one spelling: nothing may be said in two ways.
std::optional<std::string> from_base64url(std::string_view text) {
  std::string plain(text);
  if (plain.find_first_of("+/=") != std::string::npos) return std::nullopt;
  std::replace(plain.begin(), plain.end(), '-', '+');
  std::replace(plain.begin(), plain.end(), '_', '/');
  plain.append((4 - plain.size() % 4) % 4, '=');
  auto bytes = base::from_base64(plain);
  if (!bytes || base::base64(*bytes) != plain) return std::nullopt;
  return bytes;
}

std::string text_at(const Value& map, std::string_view name) {
  const Value* value = map.find(name);
  return value != nullptr && value->is_text() ? value->text() : std::string();
}

Value parse_part(std::string_view part) {
  const auto bytes = from_base64url(part);
  if (!bytes) throw MalformedToken("a part of the token is not in base64");
  try {
    Value value = base::parse_json(*bytes);
    if (value.is_map()) return value;
  } catch (const base::JsonError&) {
    throw MalformedToken("a part of the token is not in JSON");
  }
  throw MalformedToken("a part of the token is not an object");
}

// --- keys

Number number_at(const Value& key, std::string_view name) {
  const auto bytes = from_base64url(text_at(key, name));
  if (!bytes || bytes->empty()) return nullptr;
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes->data()),
                          static_cast<int>(bytes->size()), nullptr));
}

Key key_from(const char* type, OSSL_PARAM_BLD* build) {
  const Params params(OSSL_PARAM_BLD_to_param(build));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) <= 0) {
    return nullptr;
  }
  return Key(key);
}

Key rsa_key(const Value& key) {
  const Number modulus = number_at(key, "n");
  const Number exponent = number_at(key, "e");
  if (!modulus || !exponent || BN_num_bits(modulus.get()) < least_rsa_bits) return nullptr;
  const ParamBuild build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  return key_from("RSA", build.get());
}

// OpenSSL looks whether the point is on the curve.
Key elliptic_key(const Value& key, const Algorithm& algorithm) {
  const auto x = from_base64url(text_at(key, "x"));
  const auto y = from_base64url(text_at(key, "y"));
  if (text_at(key, "crv") != algorithm.curve || !x || !y) return nullptr;
  if (x->size() != algorithm.half || y->size() != algorithm.half) return nullptr;
  const std::string point = "\x04" + *x + *y;
  const ParamBuild build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, algorithm.group.data(),
                                  algorithm.group.size());
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return key_from("EC", build.get());
}

// A key for another use or another algorithm is none for this one.
bool is_for(const Value& key, const Algorithm& algorithm) {
  const std::string use = text_at(key, "use");
  const std::string only = text_at(key, "alg");
  return text_at(key, "kty") == algorithm.key_type && (use.empty() || use == "sig") &&
         (only.empty() || only == algorithm.name);
}

Key key_of(const Value& key, const Algorithm& algorithm) {
  if (!is_for(key, algorithm)) return nullptr;
  return algorithm.key_type == "RSA" ? rsa_key(key) : elliptic_key(key, algorithm);
}

std::vector<Key> keys_for(const WebToken& token, const Algorithm& algorithm,
                          std::string_view key_set) {
  std::vector<Key> all;
  const Value set = base::parse_json(key_set);
  const Value* keys = set.find("keys");
  if (keys == nullptr || !keys->is_list()) return all;
  for (const Value& one : keys->list()) {
    if (all.size() == token_keys_limit) break;
    if (token.key_id && text_at(one, "kid") != *token.key_id) continue;
    if (Key key = key_of(one, algorithm)) all.push_back(std::move(key));
  }
  return all;
}

// --- signatures

// Tokens have an elliptic signature as two numbers side by side, OpenSSL in DER.
std::string in_der(std::string_view signature, std::size_t half) {
  if (signature.size() != 2 * half) return {};
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
  const EcSignature pair(ECDSA_SIG_new());
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(bytes, static_cast<int>(half), nullptr),
                 BN_bin2bn(bytes + half, static_cast<int>(half), nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return {};
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

bool is_signed_by(const WebToken& token, const Algorithm& algorithm, EVP_PKEY* key) {
  const std::string signature =
      algorithm.half == 0 ? token.signature : in_der(token.signature, algorithm.half);
  if (signature.empty()) return false;
  const DigestContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, algorithm.digest(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(),
                          reinterpret_cast<const unsigned char*>(token.signed_part.data()),
                          token.signed_part.size()) == 1;
}

}  // namespace

WebToken parse_web_token(std::string_view token) {
  const auto parts = base::split(token, '.');
  if (parts.size() != 3) throw MalformedToken("the token does not have three parts");
  const Value header = parse_part(parts[0]);
  WebToken parsed{.algorithm = text_at(header, "alg"),
                  .key_id = std::nullopt,
                  .claims = parse_part(parts[1]),
                  .signed_part = std::string(parts[0]) + "." + std::string(parts[1]),
                  .signature = from_base64url(parts[2]).value_or("")};
  if (find_algorithm(parsed.algorithm) == nullptr)
    throw MalformedToken("the token's algorithm is not taken");
  // What must be understood and is not (RFC 7515, 4.1.11).
  if (header.find("crit") != nullptr) throw MalformedToken("the token has critical extensions");
  if (parsed.signature.empty()) throw MalformedToken("the token is not signed");
  if (const std::string id = text_at(header, "kid"); !id.empty()) parsed.key_id = id;
  return parsed;
}

Verdict verify(const WebToken& token, std::string_view key_set) try {
  const Algorithm* algorithm = find_algorithm(token.algorithm);
  if (algorithm == nullptr) return Verdict::no_key;
  const std::vector<Key> keys = keys_for(token, *algorithm, key_set);
  if (keys.empty()) return Verdict::no_key;
  const bool is_good = std::any_of(keys.begin(), keys.end(), [&](const Key& key) {
    return is_signed_by(token, *algorithm, key.get());
  });
  return is_good ? Verdict::good : Verdict::bad_signature;
} catch (const base::JsonError&) {
  return Verdict::no_key;
}

}  // namespace millrace::identity
