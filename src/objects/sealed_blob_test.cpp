// Sealed bodies of every size around a chunk's: read whole and by range; altered, cut, mixed up.
#include "objects/sealed_blob.hpp"

#include "objects/testing/memory_blob.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace millrace::objects {
namespace {

using testing::MemoryBlob;
using testing::MemoryBlobWriter;

constexpr std::size_t chunk = sealed_chunk_size;
constexpr std::size_t stored_chunk = chunk + 16;

DataKey key_of(char letter) { return DataKey(std::string(32, letter)); }

std::string body_of(std::size_t size) {
  std::string body(size, '\0');
  for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + i / 7 % 23);
  return body;
}

std::string seal(const std::string& body, char key = 'k', std::size_t step = 7000) {
  std::string stored;
  const auto writer = seal_writer(std::make_unique<MemoryBlobWriter>(stored), key_of(key));
  for (std::size_t at = 0; at < body.size(); at += step) writer->write(body.substr(at, step));
  EXPECT_EQ(writer->size(), body.size());
  (void)writer->finish();
  return stored;
}

std::string open(const std::string& stored, char key = 'k') {
  return base::read_all(*open_sealed(std::make_unique<MemoryBlob>(stored), key_of(key)));
}

TEST(SealedBlob, GivesBackBodiesOfEverySize) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1,
                                 2 * chunk - 1, 2 * chunk, 3 * chunk + 5}) {
    const std::string body = body_of(size);
    const std::string stored = seal(body);
    const std::size_t chunks = std::max<std::size_t>(1, (size + chunk - 1) / chunk);
    EXPECT_EQ(stored.size(), sealed_header_size + size + 16 * chunks);
    EXPECT_EQ(open(stored), body) << size;
    EXPECT_EQ(stored.find("aaaaaaabbbbbbb"), std::string::npos);
    EXPECT_EQ(seal(body, 'k', 3 * chunk), stored) << "the steps of writing are not seen";
  }
}

TEST(SealedBlob, ReadsRangesFromAnyPlaceOn) {
  const std::string body = body_of(3 * chunk + 100);
  const auto blob = open_sealed(std::make_unique<MemoryBlob>(seal(body)), key_of('k'));
  EXPECT_EQ(blob->descriptor(), -1);
  EXPECT_EQ(blob->held(), std::nullopt);
  for (const std::size_t from : {std::size_t{0}, std::size_t{5}, chunk - 3, chunk, 2 * chunk + 1,
                                 3 * chunk + 99, body.size(), body.size() + 1}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{10}, chunk, 2 * chunk + 7}) {
      std::string out(size, '\0');
      out.resize(blob->read_at(from, out.data(), size));
      EXPECT_EQ(out, from < body.size() ? body.substr(from, size) : "") << from << " " << size;
    }
  }
}

TEST(SealedBlob, HoldsWhatFitsAChunk) {
  const auto blob = open_sealed(std::make_unique<MemoryBlob>(seal("hello")), key_of('k'));
  EXPECT_EQ(blob->held(), "hello");
}

TEST(SealedBlob, RefusesAnyFlippedBit) {
  const std::string stored = seal(body_of(chunk + 40));
  for (std::size_t at = 0; at < stored.size(); at += at < 64 || at > chunk ? 1 : 997) {
    std::string altered = stored;
    altered[at] = static_cast<char>(altered[at] ^ (1 << at % 8));
    EXPECT_THROW((void)open(altered), store::StoreError) << at;
  }
}

TEST(SealedBlob, RefusesWhatWasCutOrLengthened) {
  const std::string stored = seal(body_of(2 * chunk + 40));
  const std::size_t second = sealed_header_size + stored_chunk;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{31}, std::size_t{32}, second,
        second + 1, second + 16, second + 17, second + stored_chunk, stored.size() - 1}) {
    EXPECT_THROW((void)open(stored.substr(0, size)), store::StoreError) << size;
  }
  EXPECT_THROW((void)open(stored + "x"), store::StoreError);
  EXPECT_THROW((void)open(stored + std::string(stored_chunk, 'x')), store::StoreError);
  // The end of one body behind another's whole chunks.
  const std::string longer = seal(body_of(3 * chunk));
  EXPECT_THROW((void)open(longer.substr(0, second + stored_chunk) + stored.substr(second)),
               store::StoreError);
}

TEST(SealedBlob, RefusesChunksOutOfTheirPlaces) {
  const std::string stored = seal(body_of(3 * chunk));
  const auto part = [&](std::size_t number) {
    return stored.substr(sealed_header_size + number * stored_chunk, stored_chunk);
  };
  const std::string header = stored.substr(0, sealed_header_size);
  EXPECT_EQ(open(header + part(0) + part(1) + part(2)), body_of(3 * chunk));
  EXPECT_THROW((void)open(header + part(1) + part(0) + part(2)), store::StoreError);
  EXPECT_THROW((void)open(header + part(0) + part(0) + part(2)), store::StoreError);
  EXPECT_THROW((void)open(header + part(0) + part(2)), store::StoreError);
}

TEST(SealedBlob, RefusesChunksOfAnotherBody) {
  const std::string stored = seal(body_of(2 * chunk));
  const std::string other = seal(body_of(2 * chunk), 'o');
  const std::size_t second = sealed_header_size + stored_chunk;
  EXPECT_THROW((void)open(stored.substr(0, second) + other.substr(second)), store::StoreError);
  EXPECT_THROW((void)open(other), store::StoreError);
}

TEST(SealedBlob, GivesOutNothingOfADamagedChunkAndTheOthersYet) {
  std::string stored = seal(body_of(3 * chunk));
  stored[sealed_header_size + stored_chunk + 9] ^= 1;
  const auto blob = open_sealed(std::make_unique<MemoryBlob>(stored), key_of('k'));
  std::string out(chunk, '\0');
  EXPECT_EQ(blob->read_at(0, out.data(), chunk), chunk);
  EXPECT_THROW((void)blob->read_at(chunk + 5, out.data(), 1), store::StoreError);
  EXPECT_THROW((void)blob->read_at(chunk, out.data(), chunk), store::StoreError);
  EXPECT_EQ(blob->read_at(2 * chunk, out.data(), chunk), chunk);
  EXPECT_EQ(out, body_of(3 * chunk).substr(2 * chunk));
}

}  // namespace
}  // namespace millrace::objects
