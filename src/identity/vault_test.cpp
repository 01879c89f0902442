// The root key survives restarts; what is sealed opens only unaltered, under its key, for what it
// belongs to.
#include "identity/vault.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace millrace::identity {
namespace {

class VaultTest : public testing::Test {
 protected:
  VaultTest() : folder_(testing::TempDir() + "vault" + std::to_string(getpid())) {}
  ~VaultTest() override { std::filesystem::remove_all(folder_); }

  base::SystemFiles files_;
  base::SystemRandom random_;
  std::string folder_;
};

TEST_F(VaultTest, OpensWhatAnEarlierStartSealed) {
  const std::string sealed = Vault(files_, random_, folder_).seal("secret", "AKIA1");
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_EQ(Vault(files_, random_, folder_).open(sealed, "AKIA1"), "secret");
}

TEST_F(VaultTest, SealsTheSameSecretDifferentlyEachTime) {
  const Vault vault(files_, random_, folder_);
  EXPECT_NE(vault.seal("secret", "a"), vault.seal("secret", "a"));
  EXPECT_EQ(vault.open(vault.seal("", "a"), "a"), "");
}

TEST_F(VaultTest, RefusesAnyFlippedByteAndAnotherOwner) {
  const Vault vault(files_, random_, folder_);
  const std::string sealed = vault.seal("secret", "AKIA1");
  EXPECT_THROW((void)vault.open(sealed, "AKIA2"), VaultError);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_THROW((void)vault.open(altered, "AKIA1"), VaultError) << i;
    EXPECT_THROW((void)vault.open(sealed.substr(0, i), "AKIA1"), VaultError) << i;
  }
}

TEST_F(VaultTest, DerivesTheSameKeyForAPurposeAfterEveryStart) {
  const std::string key = Vault(files_, random_, folder_).derive("a");
  EXPECT_EQ(key.size(), 32U);
  const Vault vault(files_, random_, folder_);
  EXPECT_EQ(vault.derive("a"), key);
  EXPECT_NE(vault.derive("b"), key);
  EXPECT_NE(Vault(files_, random_, folder_ + "/other").derive("a"), key);
}

TEST_F(VaultTest, TheKeyIsForItsOwnerOnly) {
  const Vault vault(files_, random_, folder_);
  struct stat status{};
  ASSERT_EQ(stat((folder_ + "/root.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(status.st_size, 32);
}

TEST_F(VaultTest, RefusesAFileThatIsNoKey) {
  files_.make_folders(folder_);
  base::replace_file(files_, folder_ + "/root.key", "short");
  EXPECT_THROW(Vault(files_, random_, folder_), VaultError);
}

}  // namespace
}  // namespace millrace::identity
