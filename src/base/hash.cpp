// Digests by OpenSSL and xxHash, checksums by our own tables, behind one class.
#include "base/hash.hpp"

#include "base/assert.hpp"
#include "base/crc.hpp"
#include "base/encoding.hpp"
#include "base/md5.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <xxhash.h>

#include <array>
#include <variant>

namespace millrace::base {

namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

// Fetching costs more than hashing a request, so each algorithm is looked up once; they are
// constants and never freed.
const EVP_MD* algorithm(HashKind kind) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha512 = EVP_MD_fetch(nullptr, "SHA2-512", nullptr);
  switch (kind) {
    case HashKind::sha1:
      return sha1;
    case HashKind::sha512:
      return sha512;
    default:
      return nullptr;
  }
}

Context new_context() {
  Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  MILLRACE_ASSERT(context != nullptr);
  return context;
}

void add(EVP_MD_CTX* context, std::string_view bytes) {
  MILLRACE_ASSERT(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

std::string result_of(EVP_MD_CTX* context) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  MILLRACE_ASSERT(EVP_DigestFinal_ex(context, out.data(), &size) == 1);
  return {reinterpret_cast<const char*>(out.data()), size};
}

template <class Word>
std::string big_endian(Word word) {
  std::string bytes(sizeof word, '\0');
  for (std::size_t i = sizeof word; i-- > 0; word = static_cast<Word>(word >> 8)) {
    bytes[i] = static_cast<char>(word & 0xff);
  }
  return bytes;
}

template <class Word>
Word from_big_endian(std::string_view bytes) {
  MILLRACE_ASSERT(bytes.size() == sizeof(Word));
  Word word = 0;
  for (const char c : bytes) word = static_cast<Word>(word << 8) | static_cast<unsigned char>(c);
  return word;
}

struct Digest {
  explicit Digest(HashKind kind) : context(new_context()) {
    MILLRACE_ASSERT(EVP_DigestInit_ex2(context.get(), algorithm(kind), nullptr) == 1);
  }
  void update(std::string_view bytes) { add(context.get(), bytes); }
  std::string finish() { return result_of(context.get()); }
  Context context;
};

// A context of OpenSSL 3 costs more than the SHA-256 of a request does, and one is wanted several
// times a request: these steps, which OpenSSL advises against, need none.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
struct Sha256 {
  Sha256() { SHA256_Init(&context); }
  void update(std::string_view bytes) { SHA256_Update(&context, bytes.data(), bytes.size()); }
  std::string finish() {
    std::string out(SHA256_DIGEST_LENGTH, '\0');
    SHA256_Final(reinterpret_cast<unsigned char*>(out.data()), &context);
    return out;
  }
  SHA256_CTX context{};
};
#pragma GCC diagnostic pop

template <class Word, Word (*Function)(Word, std::string_view)>
struct Check {
  void update(std::string_view bytes) { word = Function(word, bytes); }
  std::string finish() { return big_endian(word); }
  Word word = 0;
};
using Crc32 = Check<std::uint32_t, crc::crc32>;
using Crc32c = Check<std::uint32_t, crc::crc32c>;
using Crc64 = Check<std::uint64_t, crc::crc64nvme>;

struct Xx64 {
  Xx64() : state(XXH64_createState(), &XXH64_freeState) { XXH64_reset(state.get(), 0); }
  void update(std::string_view bytes) { XXH64_update(state.get(), bytes.data(), bytes.size()); }
  std::string finish() { return big_endian(XXH64_digest(state.get())); }
  std::unique_ptr<XXH64_state_t, decltype(&XXH64_freeState)> state;
};

struct Xx3 {
  explicit Xx3(bool is_wide) : state(XXH3_createState(), &XXH3_freeState), wide(is_wide) {
    wide ? XXH3_128bits_reset(state.get()) : XXH3_64bits_reset(state.get());
  }
  void update(std::string_view bytes) {
    wide ? XXH3_128bits_update(state.get(), bytes.data(), bytes.size())
         : XXH3_64bits_update(state.get(), bytes.data(), bytes.size());
  }
  std::string finish() {
    if (!wide) return big_endian(XXH3_64bits_digest(state.get()));
    const XXH128_hash_t both = XXH3_128bits_digest(state.get());
    return big_endian(both.high64) + big_endian(both.low64);
  }
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state;
  bool wide;
};

using AnyHash = std::variant<Digest, Md5, Sha256, Crc32, Crc32c, Crc64, Xx64, Xx3>;

AnyHash begin(HashKind kind) {
  switch (kind) {
    case HashKind::md5:
      return Md5();
    case HashKind::sha256:
      return Sha256();
    case HashKind::crc32:
      return Crc32();
    case HashKind::crc32c:
      return Crc32c();
    case HashKind::crc64nvme:
      return Crc64();
    case HashKind::xxhash64:
      return Xx64();
    case HashKind::xxhash3:
      return Xx3(false);
    case HashKind::xxhash128:
      return Xx3(true);
    default:
      return Digest(kind);
  }
}

}  // namespace

struct Hash::State {
  AnyHash any;
};

Hash::Hash(HashKind kind) : state_(new State{begin(kind)}) {}
Hash::Hash(Hash&&) noexcept = default;
Hash& Hash::operator=(Hash&&) noexcept = default;
Hash::~Hash() = default;

void Hash::update(std::string_view bytes) {
  std::visit([&](auto& hash) { hash.update(bytes); }, state_->any);
}

std::string Hash::finish() {
  return std::visit([](auto& hash) { return hash.finish(); }, state_->any);
}

std::string digest(HashKind kind, std::string_view bytes) {
  if (kind == HashKind::xxhash3) return big_endian(XXH3_64bits(bytes.data(), bytes.size()));
  Hash hash(kind);
  hash.update(bytes);
  return hash.finish();
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hex(hash.finish());
}

// RFC 2104; both stand behind the padded key, and are copied for each message.
struct HmacSha256::State {
  State() = default;
  State(const State&) = default;
  State& operator=(const State&) = delete;
  ~State() { OPENSSL_cleanse(this, sizeof *this); }
  Sha256 inner;
  Sha256 outer;
};

HmacSha256::HmacSha256(std::string_view key) : state_(new State) {
  constexpr std::size_t block_size = 64;
  std::string block = key.size() > block_size ? digest(HashKind::sha256, key) : std::string(key);
  block.resize(block_size, '\0');
  for (char& c : block) c = static_cast<char>(c ^ 0x36);
  state_->inner.update(block);
  for (char& c : block) c = static_cast<char>(c ^ 0x36 ^ 0x5c);
  state_->outer.update(block);
  OPENSSL_cleanse(block.data(), block.size());
}
HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256& HmacSha256::operator=(HmacSha256&&) noexcept = default;
HmacSha256::~HmacSha256() = default;

std::string HmacSha256::sign(std::string_view message) const {
  State state(*state_);
  state.inner.update(message);
  state.outer.update(state.inner.finish());
  return state.outer.finish();
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  return HmacSha256(key).sign(message);
}

std::uint32_t crc32c(std::uint32_t seed, std::string_view bytes) {
  return crc::crc32c(seed, bytes);
}

std::string combine_crc(HashKind kind, std::string_view left, std::string_view right,
                        std::uint64_t right_size) {
  if (kind == HashKind::crc64nvme) {
    return big_endian(crc::combine(crc::polynomial_64nvme, from_big_endian<std::uint64_t>(left),
                                   from_big_endian<std::uint64_t>(right), right_size));
  }
  MILLRACE_ASSERT(kind == HashKind::crc32 || kind == HashKind::crc32c);
  const std::uint32_t polynomial =
      kind == HashKind::crc32 ? crc::polynomial_32 : crc::polynomial_32c;
  return big_endian(crc::combine(polynomial, from_big_endian<std::uint32_t>(left),
                                 from_big_endian<std::uint32_t>(right), right_size));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace millrace::base
