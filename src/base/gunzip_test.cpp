// What gzip packed is read again, and what is no such thing is told apart.
#include "base/gunzip.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

std::string packed(const std::string& plain) {
  std::string out(compressBound(static_cast<uLong>(plain.size())) + 64, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in = plain;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string unpacked(std::string bytes, std::uint64_t expansion = Gunzip::expansion_limit) {
  const MemorySource source(std::move(bytes));
  SourceReader reader(source);
  Gunzip gunzip(reader, expansion);
  return read_all(gunzip, std::size_t{1} << 30);
}

std::string refusal(std::string bytes, std::uint64_t expansion = Gunzip::expansion_limit) {
  try {
    (void)unpacked(std::move(bytes), expansion);
  } catch (const GunzipError& error) {
    return error.what();
  }
  return "";
}

std::string varied(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t at = 0; at < size; ++at) text[at] = static_cast<char>(at * at % 251);
  return text;
}

TEST(Gunzip, GivesBackWhatWasPacked) {
  for (const std::size_t size : {0U, 1U, 300'000U, 3'000'001U}) {
    const std::string plain = varied(size);
    EXPECT_EQ(unpacked(packed(plain)), plain);
  }
}

TEST(Gunzip, ReadsSeveralMembersAsOne) {
  EXPECT_EQ(unpacked(packed("one,") + packed("") + packed("two")), "one,two");
}

TEST(Gunzip, TellsWhatIsWrong) {
  const std::string whole = packed(varied(500'000));
  EXPECT_EQ(refusal(whole.substr(0, whole.size() - 1)), "is cut short");
  EXPECT_EQ(refusal(""), "is cut short");
  EXPECT_EQ(refusal("1,2,3\n"), "is not in gzip format");
  std::string damaged = whole;
  damaged[damaged.size() - 6] ^= 1;  // of the checksum
  EXPECT_EQ(refusal(damaged), "is damaged");
  EXPECT_EQ(refusal(whole + "more"), "is damaged");
}

TEST(Gunzip, BelievesNoBomb) {
  std::string many;
  many.resize(40'000'000);
  const std::string zeros = packed(many);
  EXPECT_EQ(refusal(zeros), "");
  EXPECT_EQ(refusal(zeros, 10), "expands beyond 10 times its size");
}

}  // namespace
}  // namespace millrace::base
