// How parts become one object: ETags and checksums against values computed another way.
#include "objects/multipart.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

Part make_part(int number, const std::string& bytes, const ChecksumKind& kind) {
  Part part;
  part.number = number;
  part.size = bytes.size();
  part.etag = base::hex(base::digest(base::HashKind::md5, bytes));
  part.checksums = {{std::string(kind.member), base::base64(base::digest(kind.hash, bytes))}};
  return part;
}

AskedPart ask_for(const Part& part) {
  return {.number = part.number, .etag = part.etag, .checksums = {}};
}

class Assembling : public testing::Test {
 protected:
  Assembly assemble_as(const char* algorithm, std::string_view type) {
    const ChecksumKind* named = find_checksum_kind(algorithm);
    const ChecksumKind& kind = named == nullptr ? default_checksum_kind() : *named;
    const std::vector<Part> stored = {make_part(1, first, kind), make_part(7, second, kind),
                                      make_part(9, third, kind)};
    Upload upload;
    upload.checksum_algorithm = algorithm;
    upload.checksum_type = type;
    return assemble(upload, stored, {ask_for(stored[0]), ask_for(stored[1]), ask_for(stored[2])});
  }

  const std::string first = std::string(least_part_size, 'a');
  const std::string second = std::string(least_part_size + 3, 'b');
  const std::string third = "the end";
  const std::string all = first + second + third;
};

TEST_F(Assembling, MakesTheEtagOfThePartsDigests) {
  const auto md5 = [](const std::string& bytes) {
    return base::digest(base::HashKind::md5, bytes);
  };
  const Assembly whole = assemble_as("", "");
  EXPECT_EQ(whole.etag, base::hex(md5(md5(first) + md5(second) + md5(third))) + "-3");
  EXPECT_EQ(whole.size, all.size());
}

TEST_F(Assembling, CombinesFullObjectChecksumsOfEachKindThatCan) {
  for (const ChecksumKind& kind : checksum_kinds()) {
    if (!kind.full_object) continue;
    const Assembly whole = assemble_as(std::string(kind.name).c_str(), full_object_type);
    EXPECT_EQ(whole.checksums.front().second, base::base64(base::digest(kind.hash, all)))
        << kind.name;
    EXPECT_EQ(whole.checksum_type, full_object_type);
  }
}

TEST_F(Assembling, HasTheDefaultChecksumWhenNoneWasChosen) {
  const Assembly whole = assemble_as("", "");
  EXPECT_EQ(whole.checksums.front().first, "ChecksumCRC64NVME");
  EXPECT_EQ(whole.checksum_type, full_object_type);
}

TEST_F(Assembling, MakesCompositeChecksumsOfThePartsOwn) {
  const auto sha = [](const std::string& bytes) {
    return base::digest(base::HashKind::sha256, bytes);
  };
  const Assembly whole = assemble_as("SHA256", composite_type);
  EXPECT_EQ(whole.checksums.front().second,
            base::base64(sha(sha(first) + sha(second) + sha(third))) + "-3");
}

TEST_F(Assembling, RefusesUnknownAndDifferingParts) {
  const Part stored = make_part(1, third, default_checksum_kind());
  AskedPart other = ask_for(stored);
  other.number = 2;
  EXPECT_THROW(static_cast<void>(assemble({}, {stored}, {other})), InvalidPart);
  other = ask_for(stored);
  other.etag = "00";
  EXPECT_THROW(static_cast<void>(assemble({}, {stored}, {other})), InvalidPart);
  other = ask_for(stored);
  other.checksums = {{"ChecksumCRC64NVME", "AAAAAAAAAAA="}};
  EXPECT_THROW(static_cast<void>(assemble({}, {stored}, {other})), InvalidPart);
}

TEST_F(Assembling, LetsOnlyTheLastPartBeSmall) {
  const Part small = make_part(1, third, default_checksum_kind());
  const Part next = make_part(2, third, default_checksum_kind());
  EXPECT_NO_THROW(static_cast<void>(assemble({}, {small, next}, {ask_for(small)})));
  EXPECT_THROW(static_cast<void>(assemble({}, {small, next}, {ask_for(small), ask_for(next)})),
               PartTooSmall);
}

TEST_F(Assembling, StopsAtTheLargestObject) {
  constexpr std::uint64_t part_size = 5ULL * 1024 * 1024 * 1024;
  constexpr int parts = object_limit / part_size;
  Part part = make_part(1, third, default_checksum_kind());
  part.size = part_size;
  std::vector<Part> stored;
  std::vector<AskedPart> asked;
  for (part.number = 1; part.number <= parts; ++part.number) {
    stored.push_back(part);
    asked.push_back(ask_for(part));
  }
  EXPECT_EQ(assemble({}, stored, asked).size, object_limit);
  stored.push_back(make_part(parts + 1, third, default_checksum_kind()));
  asked.push_back(ask_for(stored.back()));
  EXPECT_THROW(static_cast<void>(assemble({}, stored, asked)), ObjectTooLarge);
}

}  // namespace
}  // namespace millrace::objects
