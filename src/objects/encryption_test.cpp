// Which key opens what: kinds of encryption, customers' keys, the account's KMS key, a bucket's
// default.
#include "objects/encryption.hpp"

#include "base/encoding.hpp"
#include "base/testing/memory_files.hpp"
#include "objects/testing/memory_blob.hpp"
#include "objects/wrapped_key.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

using testing::MemoryBlob;
using testing::MemoryBlobWriter;

const std::string customer_key(32, 'c');

Protection protected_by(std::string_view kind, const std::string& key = "") {
  Protection protection;
  protection.encryption.kind = kind;
  protection.encryption.key = key;
  return protection;
}

class SealsTest : public ::testing::Test {
 protected:
  struct Body {
    std::string stored;
    std::string wrapped_key;
  };

  Body sealed(const Protection& protection) const {
    Body body;
    auto sealing = seals.seal(std::make_unique<MemoryBlobWriter>(body.stored), protection);
    sealing.writer->write("some text");
    (void)sealing.writer->finish();
    body.wrapped_key = sealing.wrapped_key;
    return body;
  }
  std::string opened(const Body& body, const Protection& protection) const {
    return base::read_all(
        *seals.open(std::make_unique<MemoryBlob>(body.stored), body.wrapped_key, protection));
  }
  Encryption asked_by(std::string document, std::string_view otherwise = "") const {
    Bucket bucket{
        .name = "bucket", .account = "111111111111", .region = "us-east-1", .created = {}};
    if (!document.empty()) {
      bucket.settings =
          std::make_shared<const Settings>(Settings{{"encryption", std::move(document)}});
    }
    return default_encryption(bucket, otherwise, "222222222222", seals);
  }

  base::testing::MemoryFiles files;
  base::SystemRandom random;
  identity::Vault vault{files, random, "/data"};
  Seals seals{vault, random};
};

TEST_F(SealsTest, OpensWhatItSealedInEachWay) {
  for (const Protection& protection :
       {protected_by(sse_s3), protected_by(sse_kms, seals.managed_key("1", "us-east-1")),
        protect_by(customer_key, random)}) {
    const Body body = sealed(protection);
    EXPECT_EQ(body.stored.find("some text"), std::string::npos);
    EXPECT_EQ(opened(body, protection), "some text");
    EXPECT_NE(sealed(protection).stored, body.stored) << "each body has its own key";
  }
}

TEST_F(SealsTest, OpensNothingByAnotherKeyKindOrContext) {
  const Body ours = sealed(protected_by(sse_s3));
  const std::string arn = seals.managed_key("1", "us-east-1");
  const Body kms = sealed(protected_by(sse_kms, arn));
  const Body customers = sealed(protect_by(customer_key, random));
  const Protection another = protected_by(sse_kms, seals.managed_key("2", "us-east-1"));
  Protection with_context = protected_by(sse_kms, arn);
  with_context.encryption.context = "e30=";
  EXPECT_THROW((void)opened(ours, protected_by(sse_kms, arn)), store::StoreError);
  EXPECT_THROW((void)opened(kms, another), store::StoreError);
  EXPECT_THROW((void)opened(kms, with_context), store::StoreError);
  EXPECT_THROW((void)opened(kms, protected_by(sse_s3)), store::StoreError);
  EXPECT_THROW((void)opened(customers, protect_by(std::string(32, 'd'), random)),
               store::StoreError);
}

TEST_F(SealsTest, OpensNoBodyInAnothersPlace) {
  const Body one = sealed(protected_by(sse_s3));
  const Body two = sealed(protected_by(sse_s3));
  EXPECT_THROW(
      (void)opened({.stored = one.stored, .wrapped_key = two.wrapped_key}, protected_by(sse_s3)),
      store::StoreError);
}

TEST_F(SealsTest, RefusesAWrappedKeyThatWasAltered) {
  const Body body = sealed(protected_by(sse_s3));
  const std::string wrapped = base::from_base64(body.wrapped_key).value();
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    Body altered = body;
    std::string bytes = wrapped;
    bytes[i] = static_cast<char>(bytes[i] ^ (1 << i % 8));
    altered.wrapped_key = base::base64(bytes);
    EXPECT_THROW((void)opened(altered, protected_by(sse_s3)), store::StoreError) << i;
    altered.wrapped_key = base::base64(wrapped.substr(0, i));
    EXPECT_THROW((void)opened(altered, protected_by(sse_s3)), store::StoreError) << i;
  }
}

TEST_F(SealsTest, NamesAKeyForEachAccountAndRegionForEver) {
  const std::string arn = seals.managed_key("111111111111", "us-east-1");
  EXPECT_TRUE(arn.starts_with("arn:aws:kms:us-east-1:111111111111:key/")) << arn;
  EXPECT_EQ(arn.size(), std::string("arn:aws:kms:us-east-1:111111111111:key/").size() + 36);
  EXPECT_EQ(Seals(vault, random).managed_key("111111111111", "us-east-1"), arn);
  EXPECT_NE(seals.managed_key("111111111111", "eu-west-1").substr(39), arn.substr(39));
  EXPECT_NE(seals.managed_key("222222222222", "us-east-1").substr(39), arn.substr(39));
}

TEST_F(SealsTest, KnowsACustomersKeyByWhatItKept) {
  const Encryption mine = protect_by(customer_key, random).encryption;
  EXPECT_NE(protect_by(customer_key, random).encryption.check, mine.check);
  EXPECT_NO_THROW(check_reader(mine, customer_key, "1"));
  EXPECT_THROW(check_reader(mine, "", "1"), CustomerKeyMissing);
  EXPECT_THROW(check_reader(mine, std::string(32, 'd'), "1"), CustomerKeyDiffers);
  EXPECT_THROW(check_reader({}, customer_key, "1"), CustomerKeyUnasked);
  const Encryption kms = protected_by(sse_kms, seals.managed_key("1", "us-east-1")).encryption;
  EXPECT_NO_THROW(check_reader(kms, "", "1"));
  EXPECT_THROW(check_reader(kms, "", "2"), ForeignKey);
  EXPECT_THROW(check_reader(kms, customer_key, "1"), CustomerKeyUnasked);
}

TEST_F(SealsTest, TraitsKeepWhatIsTold) {
  EXPECT_TRUE(to_attributes(Encryption()).empty());
  for (Encryption encryption : {Encryption(), protect_by(customer_key, random).encryption,
                                protected_by(sse_kms, "arn").encryption}) {
    EXPECT_EQ(to_encryption(to_attributes(encryption)), encryption);
    encryption.bucket_key = true;
    encryption.kind = sse_kms;
    encryption.context = "e30=";
    EXPECT_EQ(to_encryption(to_attributes(encryption)), encryption);
  }
}

TEST_F(SealsTest, ABucketsDefaultIsItsOwnOrTheServers) {
  EXPECT_EQ(asked_by("").kind, "");
  EXPECT_EQ(asked_by("", sse_s3).kind, sse_s3);
  const std::string blocks = R"({"BucketKeyEnabled":false,"BlockedEncryptionTypes":{}})";
  EXPECT_EQ(asked_by(blocks).kind, "");
  EXPECT_EQ(asked_by(blocks, sse_s3).kind, sse_s3);
  const Encryption kms = asked_by(
      R"({"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"},"BucketKeyEnabled":true})",
      sse_s3);
  EXPECT_EQ(kms.kind, sse_kms);
  EXPECT_EQ(kms.key, seals.managed_key("222222222222", "us-east-1"));
  EXPECT_TRUE(kms.bucket_key);
}

TEST(WrappedKey, StandsBehindTheDot) {
  EXPECT_EQ(wrapped_key_in({"f-00"}), std::nullopt);
  const store::BlobId id = with_key({"f-00"}, "a/b=");
  EXPECT_EQ(id.text, "f-00.a/b=");
  EXPECT_EQ(wrapped_key_in(id), "a/b=");
}

}  // namespace
}  // namespace millrace::objects
