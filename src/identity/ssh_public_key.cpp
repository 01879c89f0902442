#include "identity/ssh_public_key.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "identity/freed.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace millrace::identity {
namespace {

constexpr std::string_view algorithm = "ssh-rsa";
constexpr int least_bits = 2048;

using Io = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

// An RSA key's two numbers, in bytes, the greatest first.
struct Numbers {
  std::string exponent;
  std::string modulus;
};

[[noreturn]] void invalid() {
  ERR_clear_error();
  throw InvalidPublicKey("Invalid public key.");
}

[[noreturn]] void unrecognized() {
  ERR_clear_error();
  throw UnrecognizedKeyEncoding("Public key encoding is not recognized.");
}

// --- what SSH writes: texts behind their lengths

std::optional<std::string_view> take_text(std::string_view& rest) {
  constexpr std::size_t length_bytes = 4;
  if (rest.size() < length_bytes) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    length = length << 8U | static_cast<std::uint8_t>(rest[i]);
  rest.remove_prefix(length_bytes);
  if (length > rest.size()) return std::nullopt;
  const std::string_view text = rest.substr(0, length);
  rest.remove_prefix(length);
  return text;
}

void add_text(std::string& blob, std::string_view text) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    blob += static_cast<char>(static_cast<std::uint8_t>(text.size() >> shift));
  blob += text;
}

// With a zero before it where it would look negative.
void add_number(std::string& blob, const std::string& bytes) {
  const bool looks_negative = !bytes.empty() && (static_cast<std::uint8_t>(bytes[0]) & 0x80U) != 0;
  add_text(blob, looks_negative ? std::string(1, '\0') + bytes : bytes);
}

std::string blob_of(const Numbers& numbers) {
  std::string blob;
  add_text(blob, algorithm);
  add_number(blob, numbers.exponent);
  add_number(blob, numbers.modulus);
  return blob;
}

Numbers from_blob(std::string_view blob) {
  const auto name = take_text(blob);
  const auto exponent = take_text(blob);
  const auto modulus = take_text(blob);
  if (!name || *name != algorithm || !exponent || !modulus || !blob.empty()) invalid();
  return {.exponent = std::string(*exponent), .modulus = std::string(*modulus)};
}

// --- OpenSSL's keys

Number number_of(const std::string& bytes) {
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                          static_cast<int>(bytes.size()), nullptr));
}

Key key_of(const Numbers& numbers) {
  const Number exponent = number_of(numbers.exponent);
  const Number modulus = number_of(numbers.modulus);
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    invalid();
  }
  return Key(key);
}

std::string bytes_of(EVP_PKEY* key, const char* name) {
  BIGNUM* held = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &held) != 1) invalid();
  const Number number(held);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

Key from_pem(std::string_view text) {
  const Io input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Key key(PEM_read_bio_PUBKEY(input.get(), nullptr, nullptr, nullptr));
  if (!key) invalid();
  return key;
}

std::string pem_of(EVP_PKEY* key) {
  const Io output(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PUBKEY(output.get(), key) != 1) invalid();
  char* data = nullptr;
  const long size = BIO_get_mem_data(output.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// --- MD5 names the key, as ssh-keygen -E md5 does; nothing rests on it

std::string fingerprint_of(const std::string& blob) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(blob.data(), blob.size(), digest.data(), &size, EVP_md5(), nullptr);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    const char byte = static_cast<char>(digest[i]);
    text += (i == 0 ? "" : ":") + base::hex(std::string_view(&byte, 1));
  }
  return text;
}

Key parsed(std::string_view text) {
  if (text.starts_with("-----BEGIN ")) return from_pem(text);
  const auto words = base::split(text, ' ');
  if (words.size() < 2 || words[0] != algorithm) unrecognized();
  const auto blob = base::from_base64(words[1]);
  if (!blob) invalid();
  return key_of(from_blob(*blob));
}

}  // namespace

SshPublicKey parse_ssh_public_key(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const Key key = parsed(text);
  if (EVP_PKEY_is_a(key.get(), "RSA") != 1 || EVP_PKEY_get_bits(key.get()) < least_bits) invalid();
  const std::string blob = blob_of({.exponent = bytes_of(key.get(), OSSL_PKEY_PARAM_RSA_E),
                                    .modulus = bytes_of(key.get(), OSSL_PKEY_PARAM_RSA_N)});
  ERR_clear_error();
  return {.ssh = std::string(algorithm) + " " + base::base64(blob),
          .pem = pem_of(key.get()),
          .fingerprint = fingerprint_of(blob),
          .was_ssh = !text.starts_with('-')};
}

}  // namespace millrace::identity
