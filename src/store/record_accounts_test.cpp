#include "store/record_accounts.hpp"

#include "base/testing/memory_files.hpp"
#include "store/grouped_database.hpp"
#include "store/records.hpp"

#include <gtest/gtest.h>

namespace millrace::store {
namespace {

TEST(RecordAccounts, AreThoseThatHaveSome) {
  base::testing::MemoryFiles files;
  GroupedDatabase database(files, {.path = "/data/millrace.db"});
  Records records(database);
  EXPECT_TRUE(accounts_with_records(database).empty());
  for (const char* account : {"222222222222", "000000000000", "111111111111"}) {
    for (const char* name : {"a", "b"}) {
      records.create({.key = Key{.account = account, .region = "", .kind = "k", .name = name},
                      .arn = std::string(account) + name,
                      .document = base::Map{}});
    }
  }
  records.empty_account("111111111111");
  EXPECT_EQ(accounts_with_records(database),
            (std::vector<std::string>{"000000000000", "222222222222"}));
}

}  // namespace
}  // namespace millrace::store
