#include "learn/arrays.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace millrace::learn {
namespace {

TEST(Arrays, ComeBackAsTheyWereWritten) {
  const std::vector<Array> named = {{.name = "mean", .shape = {3}, .values = {1, 2, 3}},
                                    {.name = "v", .shape = {3, 2}, .values = {1, 2, 3, 4, 5, 6}}};
  EXPECT_EQ(read_arrays(write_arrays(named)), named);
  const std::vector<Array> nameless = {{.shape = {1, 2}, .values = {0.5F, -1}}};
  EXPECT_EQ(read_arrays(write_arrays(nameless)), nameless);
}

// The layout of MXNet's src/ndarray/ndarray.cc: list magic, reserved, one array; its magic, dense,
// one dimension of 64 bits, on the first CPU, 32-bit floats; no names.
TEST(Arrays, AreLaidOutAsMxnetDoes) {
  EXPECT_EQ(base::hex(write_arrays({{.shape = {1}, .values = {1}}})),
            "1201000000000000"
            "0000000000000000"
            "0100000000000000"
            "c9fa93f9"
            "00000000"
            "01000000"
            "0100000000000000"
            "0100000000000000"
            "00000000"
            "0000803f"
            "0000000000000000");
}

TEST(Arrays, AreRefusedWhereTheyAreCutOff) {
  const std::string whole = write_arrays({{.name = "w", .shape = {2, 2}, .values = {1, 2, 3, 4}}});
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW((void)read_arrays(whole.substr(0, size)), ArraysError) << size;
  EXPECT_THROW((void)read_arrays(whole + "x"), ArraysError);
}

TEST(Arrays, HaveAtMost32Dimensions) {
  const Array most{.shape = std::vector<std::uint64_t>(32, 1), .values = {1}};
  EXPECT_EQ(read_arrays(write_arrays({most})).front(), most);
  const Array over{.shape = std::vector<std::uint64_t>(33, 1), .values = {1}};
  EXPECT_THROW((void)read_arrays(write_arrays({over})), ArraysError);
}

TEST(Arrays, CannotAskForMoreMemoryThanTheFileHas) {
  std::string bytes = write_arrays({{.shape = {1, 1}, .values = {1}}});
  for (std::size_t at = 36; at < 52; ++at) bytes[at] = '\x7f';  // both dimensions
  EXPECT_THROW((void)read_arrays(bytes), ArraysError);
}

}  // namespace
}  // namespace millrace::learn
