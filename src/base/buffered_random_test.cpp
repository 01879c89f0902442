// What is drawn comes from the source, in its order and never twice.
#include "base/buffered_random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace millrace::base {
namespace {

// Counts up, a number a call of `random_number`.
class Counting final : public Random {
 public:
  void fill(void* out, std::size_t size) override {
    ++calls;
    for (std::size_t i = 0; i < size; ++i)
      static_cast<unsigned char*>(out)[i] = static_cast<unsigned char>(next_++ % 251);
  }
  int calls = 0;

 private:
  std::size_t next_ = 0;
};

TEST(BufferedRandom, AsksRarely) {
  Counting source;
  BufferedRandom random(source);
  for (int i = 0; i < 64; ++i) static_cast<void>(random_bytes(random, 16));
  EXPECT_EQ(source.calls, 1);
  static_cast<void>(random_bytes(random, 16));
  EXPECT_EQ(source.calls, 2);
}

TEST(BufferedRandom, GivesEveryByteOnce) {
  SystemRandom source;
  BufferedRandom random(source);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_bytes(random, 12));
  EXPECT_EQ(seen.size(), 1000);
}

TEST(BufferedRandom, HandsOnWhatIsLargerThanItsBuffer) {
  Counting source;
  BufferedRandom random(source);
  EXPECT_EQ(random_bytes(random, 5000).size(), 5000);
  EXPECT_EQ(source.calls, 1);
}

}  // namespace
}  // namespace millrace::base
