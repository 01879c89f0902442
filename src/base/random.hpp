// Chance as a parameter, and the identifiers that are made from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace millrace::base {

class Random {
 public:
  virtual ~Random() = default;
  // Fills `size` bytes at `out`. Safe to call from any thread.
  virtual void fill(void* out, std::size_t size) = 0;
};

// The operating system's generator: keys, nonces, ids in production.
class SystemRandom final : public Random {
 public:
  void fill(void* out, std::size_t size) override;
};

// Replayable from its seed; for tests and simulations only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(void* out, std::size_t size) override;

 private:
  std::uint64_t state_;  // guarded by the caller: one thread at a time
};

[[nodiscard]] std::uint64_t random_number(Random& random);
[[nodiscard]] std::string random_bytes(Random& random, std::size_t size);
[[nodiscard]] std::string random_hex(Random& random, std::size_t digits);
// `length` characters out of `alphabet`, without bias.
[[nodiscard]] std::string random_text(Random& random, std::size_t length, const char* alphabet);
[[nodiscard]] std::string uuid4(Random& random);  // 8-4-4-4-12 lower case

}  // namespace millrace::base
