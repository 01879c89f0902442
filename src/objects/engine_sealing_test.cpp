// Encrypted objects in the engine: what lies in the folder, what readers see, and who cannot.
#include "base/encoding.hpp"
#include "base/testing/memory_files.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

constexpr const char* account = "111111111111";
const std::string customer_key(32, 'c');
const std::string words = "words that must not lie in the folder";

class SealedEngine : public ::testing::Test {
 protected:
  SealedEngine() {
    objects->create_bucket(
        alice, {.name = "bucket", .account = account, .region = "us-east-1", .created = {}}, {});
  }

  [[nodiscard]] Protection protected_by(std::string_view kind) const {
    if (kind == sse_c) return objects->protect_by(customer_key);
    Protection protection;
    protection.encryption.kind = kind;
    if (kind == sse_kms) protection.encryption.key = objects->managed_key(account, "us-east-1");
    return protection;
  }
  Draft draft(std::string_view text, const Protection& protection) {
    TextReader reader(text);
    return objects->receive(reader, {&default_checksum_kind()}, put_limit, protection);
  }
  ObjectInfo put(std::string_view key, std::string_view text, std::string_view kind) {
    return objects->put(alice, "bucket", key, draft(text, protected_by(kind)), {}, {});
  }
  OpenRange open(std::string_view key, std::string_view of_customer = {}, ByteRange range = {}) {
    return objects->open_range(
        alice, {.bucket = "bucket", .key = key}, std::nullopt,
        [&](const ObjectDetail& object) {
          return range.length > 0 ? range : ByteRange{.offset = 0, .length = object.info.size};
        },
        of_customer);
  }
  std::string read(std::string_view key, std::string_view of_customer = {}, ByteRange range = {}) {
    return base::read_all(*read_pieces(open(key, of_customer, range).pieces), 64 * 1024 * 1024);
  }
  [[nodiscard]] bool lies_in_folder(std::string_view text, const std::string& folder = "/data") {
    for (const std::string& name : files.list(folder)) {
      const std::string path = folder + "/" + name;
      try {
        if (base::read_file(files, path).find(text) != std::string::npos) return true;
      } catch (const base::FileError&) {
        if (lies_in_folder(text, path)) return true;
      }
    }
    return false;
  }

  const identity::Permit alice = permit_of(account);
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::SystemClock clock;
  identity::Vault vault{files, random, "/data"};
  std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  std::unique_ptr<store::Blobs> blobs = store::open_blobs(files, random, *database, "/data/blobs");
  std::unique_ptr<ObjectStore> objects =
      open_objects(*database, *blobs, clock, random, {.vault = &vault});
};

TEST_F(SealedEngine, KeepsNoPlaintext) {
  for (const auto kind : {sse_s3, sse_kms, sse_c}) {
    for (const std::size_t size : {words.size(), std::size_t{300'000}}) {
      std::string text;
      while (text.size() < size) text += words;
      put("key", text, kind);
      const std::string key = kind == sse_c ? customer_key : "";
      EXPECT_EQ(read("key", key), text);
      const std::size_t most = text.size() - 10;
      EXPECT_EQ(read("key", key, {.offset = 10, .length = most}), text.substr(10));
      EXPECT_FALSE(lies_in_folder(words)) << kind;
      EXPECT_FALSE(lies_in_folder(customer_key)) << kind;
      EXPECT_EQ(open("key", key).pieces.front().blob->descriptor(), -1);
    }
  }
  put("plain", words, "");
  EXPECT_TRUE(lies_in_folder(words)) << "else this test sees nothing";
}

TEST_F(SealedEngine, SaysOfAnObjectWhatItsBytesAre) {
  const auto encryption = [&](std::string_view key) {
    return to_encryption(objects->head(alice, "bucket", key)->traits.encryption);
  };
  PutOptions boasting;
  boasting.traits.encryption = {{"kind", "AES256"}};
  objects->put(alice, "bucket", "plain", draft("text", {}), boasting, {});
  EXPECT_EQ(encryption("plain"), Encryption());
  put("sealed", "text", sse_kms);
  EXPECT_EQ(encryption("sealed"), protected_by(sse_kms).encryption);
}

TEST_F(SealedEngine, GivesETagsAsS3) {
  const std::string md5 = base::hex(base::digest(base::HashKind::md5, "text"));
  EXPECT_EQ(put("key", "text", sse_s3).etag, md5);
  for (const auto kind : {sse_kms, sse_c}) {
    const ObjectInfo one = put("key", "text", kind);
    EXPECT_EQ(one.etag.size(), md5.size());
    EXPECT_NE(one.etag, md5);
    EXPECT_NE(put("key", "text", kind).etag, one.etag);
    EXPECT_EQ(one.checksums, put("key", "text", "").checksums);
  }
}

TEST_F(SealedEngine, RefusesReadersWithoutTheKey) {
  put("mine", "text", sse_c);
  EXPECT_THROW((void)read("mine"), CustomerKeyMissing);
  EXPECT_THROW((void)read("mine", std::string(32, 'x')), CustomerKeyDiffers);
  EXPECT_THROW((void)objects->open(alice, "bucket", "mine"), CustomerKeyMissing);
  put("ours", "text", sse_s3);
  EXPECT_THROW((void)read("ours", customer_key), CustomerKeyUnasked);
}

TEST_F(SealedEngine, SealsEachPartOfAnUpload) {
  Upload upload;
  upload.bucket = "bucket";
  upload.key = "big";
  const Protection protection = protected_by(sse_c);
  upload.options.traits.encryption = to_attributes(protection.encryption);
  upload = objects->begin_upload(alice, upload);
  const std::string first = std::string(least_part_size, 'a') + words;
  std::vector<AskedPart> asked;
  for (const auto& [number, text] : {std::pair(1, first), std::pair(2, words)}) {
    const Part part = objects->put_part(alice, upload, number, draft(text, protection));
    asked.push_back({.number = number, .etag = part.etag, .checksums = {}});
  }
  objects->complete_upload(alice, upload, asked, {}, [](const Assembly&) {});
  EXPECT_EQ(read("big", customer_key), first + words);
  EXPECT_EQ(read("big", customer_key, {.offset = first.size() - 3, .length = 6}),
            first.substr(first.size() - 3) + words.substr(0, 3));
  EXPECT_FALSE(lies_in_folder(words));
  objects->remove(alice, "bucket", "big");
}

TEST_F(SealedEngine, AppliesTheBucketsDefaultToWhatOtherEnginesPut) {
  objects->set_setting(alice, {.bucket = "bucket", .kind = "encryption"},
                       R"({"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}})");
  TextReader reader("text");
  const ObjectInfo info = objects->put(alice, "bucket", "key", reader, PutOptions());
  EXPECT_EQ(to_encryption(info.traits.encryption).kind, sse_kms);
  const OpenObject object = objects->open(alice, "bucket", "key");
  EXPECT_EQ(base::read_all(*object.pieces.front()), "text");
}

TEST_F(SealedEngine, OpensAfterARestartUnderTheSameRootKey) {
  put("key", words, sse_kms);
  objects = open_objects(*database, *blobs, clock, random, {.vault = &vault});
  EXPECT_EQ(read("key"), words);
  identity::Vault other(files, random, "/other");
  objects = open_objects(*database, *blobs, clock, random, {.vault = &other});
  EXPECT_THROW((void)read("key"), store::StoreError);
}

}  // namespace
}  // namespace millrace::objects
