// Records that hang on users: ids, quotas, whose they are; SSH's keys in both of their forms.
#include "identity/user_records.hpp"

#include "base/encoding.hpp"
#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "identity/errors.hpp"
#include "identity/ssh_public_key.hpp"
#include "identity/testing/running.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

const RecordHolder ann{.account = "111111111111", .user_id = "AIDAANN"};
const RecordHolder bob{.account = "111111111111", .user_id = "AIDABOB"};

class UserRecordsTest : public ::testing::Test {
 protected:
  UserRecord create(const RecordHolder& holder) {
    return records_.create(holder, base::Map{{"body", "x"}}, clock_.service(), random_);
  }

  base::testing::MemoryFiles files_;
  base::ManualClock clock_;
  base::SeededRandom random_{1};
  std::unique_ptr<testing::Running> running_ =
      std::make_unique<testing::Running>(files_, clock_, random_);
  UserRecords records_{ssh_public_key_kind, running_->records};
};

TEST_F(UserRecordsTest, AreTheirUsers) {
  const std::string id = create(ann).id;
  EXPECT_EQ(id.size(), 20U);
  EXPECT_EQ(records_.list(ann).size(), 1U);
  EXPECT_TRUE(records_.list(bob).empty());
  EXPECT_THROW((void)records_.get(bob, id), NoSuchEntity);
  EXPECT_THROW(records_.set_active(bob, id, false, clock_.service()), NoSuchEntity);
  EXPECT_THROW(records_.erase(bob, id), NoSuchEntity);
  records_.set_active(ann, id, false, clock_.service());
  EXPECT_FALSE(records_.get(ann, id).active);
  records_.erase(ann, id);
  EXPECT_TRUE(records_.list_account(ann.account).empty());
}

TEST_F(UserRecordsTest, AUserHasAsManyAsTheKindAllows) {
  for (std::size_t i = 0; i < ssh_public_key_kind.limit; ++i) create(ann);
  try {
    create(ann);
    ADD_FAILURE();
  } catch (const LimitExceeded& error) {
    EXPECT_STREQ(error.what(), "Cannot exceed quota for SSHPublicKeysPerUser: 5");
  }
  create(bob);
}

TEST(SshPublicKeys, AreNotMadeOfBrokenBytes) {
  for (const std::string& blob :
       {std::string(), std::string("\0\0\0", 3), std::string("\0\0\0\x07ssh-rsa", 11),
        std::string("\0\0\0\x07ssh-dss\0\0\0\x01\x03\0\0\0\x01\x05", 21),
        std::string("\xff\xff\xff\xffssh-rsa", 11),
        std::string("\0\0\0\x07ssh-rsa\0\0\0\x01\x03\0\0\0\x01\x05", 21)}) {
    EXPECT_THROW((void)parse_ssh_public_key("ssh-rsa " + base::base64(blob)), InvalidPublicKey);
  }
  EXPECT_THROW((void)parse_ssh_public_key(""), UnrecognizedKeyEncoding);
  EXPECT_THROW((void)parse_ssh_public_key("ssh-rsa"), UnrecognizedKeyEncoding);
}

}  // namespace
}  // namespace millrace::identity
