// aws-chunked bodies: AWS's documented example, trailers, and every way to be wrong.
#include "aws/chunked.hpp"

#include "aws/body.hpp"
#include "aws/sigv4.hpp"
#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

std::string decode(const std::string& framed, const BodyPlan& plan) {
  return decode_body(framed, plan);
}

BodyPlan unsigned_plan(std::uint64_t length) {
  return {.kind = PayloadKind::unsigned_chunks_trailer,
          .decoded_length = length,
          .trailers = "x-amz-checksum-crc32"};
}

std::string crc32_of(std::string_view text) {
  return base::base64(base::digest(base::HashKind::crc32, text));
}

TEST(ChunkedReader, DecodesUnsignedChunksAndChecksTheTrailer) {
  const std::string framed =
      "5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:" + crc32_of("hello world") +
      "\r\n\r\n";
  EXPECT_EQ(decode(framed, unsigned_plan(11)), "hello world");
}

TEST(ChunkedReader, RefusesAWrongOrMissingChecksum) {
  EXPECT_THROW(decode("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", unsigned_plan(5)),
               ChecksumMismatch);
  EXPECT_THROW(decode("5\r\nhello\r\n0\r\n\r\n", unsigned_plan(5)), ChunkError);
}

TEST(ChunkedReader, RefusesBrokenFraming) {
  const std::string end = "0\r\nx-amz-checksum-crc32:" + crc32_of("hello") + "\r\n\r\n";
  for (const std::string& framed :
       {std::string(""), std::string("5\r\nhel"), std::string("x\r\nhello\r\n") + end,
        "5\r\nhelloo\r\n" + end, "-5\r\nhello\r\n" + end, std::string("5\r\nhello\r\n"),
        std::string("ffffffffffffffffff\r\nhello\r\n") + end}) {
    EXPECT_THROW(decode(framed, unsigned_plan(5)), ChunkError) << framed;
  }
  EXPECT_THROW(decode("5\r\nhello\r\n" + end, unsigned_plan(4)), ChunkError);
  EXPECT_THROW(decode("5\r\nhello\r\n" + end, unsigned_plan(6)), ChunkError);
}

TEST(ChunkedReader, BoundsHeadsAndTrailers) {
  const auto with_head = [](std::size_t size) {
    return "5;" + std::string(size - 2, 'x') +
           "\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + crc32_of("hello") + "\r\n\r\n";
  };
  EXPECT_EQ(decode(with_head(4095), unsigned_plan(5)), "hello");
  EXPECT_THROW(decode(with_head(4096), unsigned_plan(5)), ChunkError);
  const auto with_trailers = [](int others) {
    std::string framed = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + crc32_of("hello") + "\r\n";
    while (others-- > 0) framed += "same:name\r\n";
    return framed + "\r\n";
  };
  EXPECT_EQ(decode(with_trailers(31), unsigned_plan(5)), "hello");
  EXPECT_THROW(decode(with_trailers(32), unsigned_plan(5)), ChunkError);
}

// The example of AWS's page "Signature calculations for chunked uploads": 64 KiB and 1 KiB of 'a'.
BodyPlan signed_plan() {
  const Scope scope{"20130524", "us-east-1", "s3"};
  return {
      .kind = PayloadKind::signed_chunks,
      .signing = ChunkSigning{signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope),
                              "20130524T000000Z", scope.text(),
                              "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"},
      .decoded_length = 66560};
}

std::string signed_body() {
  return "10000;chunk-signature="
         "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
         std::string(65536, 'a') +
         "\r\n400;chunk-signature="
         "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
         std::string(1024, 'a') +
         "\r\n0;chunk-signature="
         "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
}

TEST(ChunkedReader, VerifiesAwsExampleOfSignedChunks) {
  EXPECT_EQ(decode(signed_body(), signed_plan()), std::string(66560, 'a'));
}

TEST(ChunkedReader, RefusesASignedChunkThatWasChanged) {
  std::string changed = signed_body();
  changed[70'000 % changed.size()] = 'b';
  EXPECT_THROW(decode(changed, signed_plan()), SignatureError);
  std::string cut = signed_body();
  cut.replace(cut.rfind("b6c6"), 4, "b6c7");
  EXPECT_THROW(decode(cut, signed_plan()), SignatureError);
}

TEST(ChunkedReader, ASmallReaderGetsTheSameBytes) {
  const std::string framed =
      "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + crc32_of("hello") + "\r\n\r\n";
  const base::MemorySource source(framed);
  base::SourceReader plain(source);
  DecodedBody decoded(plain, unsigned_plan(5));
  std::string all;
  char one = 0;
  while (decoded.reader().read(&one, 1) == 1) all += one;
  EXPECT_EQ(all, "hello");
  EXPECT_EQ(decoded.trailer("X-Amz-Checksum-Crc32"), crc32_of("hello"));
}

TEST(DigestReader, RefusesAnotherBody) {
  BodyPlan plan{.kind = PayloadKind::single, .digest = base::sha256_hex("hello")};
  EXPECT_EQ(decode("hello", plan), "hello");
  EXPECT_THROW(decode("hellp", plan), SignatureError);
  EXPECT_THROW(decode("", plan), SignatureError);
}

}  // namespace
}  // namespace millrace::aws
