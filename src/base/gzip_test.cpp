// What is packed is unpacked again by Gunzip, whatever steps it is read in.
#include "base/gzip.hpp"

#include "base/gunzip.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

std::string unpacked(const std::string& packed) {
  const MemorySource source(packed);
  SourceReader reader(source);
  Gunzip gunzip(reader);
  return read_all(gunzip, 1 << 26);
}

std::string packed(const std::string& plain, std::size_t step) {
  const MemorySource source(plain);
  SourceReader reader(source);
  Gzip gzip(reader);
  std::string out;
  std::string piece(step, '\0');
  while (const std::size_t got = gzip.read(piece.data(), step)) out.append(piece, 0, got);
  return out;
}

TEST(Gzip, GunzipGivesItBack) {
  std::string large;
  for (int number = 0; number < 200'000; ++number) large += std::to_string(number * 7919 % 10'007);
  for (const std::string& plain : {std::string(), std::string("a"), large}) {
    EXPECT_EQ(unpacked(packed(plain, 1000)), plain);
    EXPECT_EQ(unpacked(packed(plain, 1 << 20)), plain);
  }
  EXPECT_LT(packed(std::string(1 << 20, 'x'), 4096).size(), 10'000U);
}

}  // namespace
}  // namespace millrace::base
