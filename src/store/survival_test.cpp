// A workload of records with bodies under every failing file call and under losses of power: what
// was acknowledged is there, what was not is wholly there or wholly absent.
#include "base/testing/survival.hpp"

#include "store/blobs.hpp"
#include "store/grouped_database.hpp"
#include "store/records.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace millrace::store {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;

constexpr int names = 5;
constexpr int steps = 10;

Key key_of(int name) {
  return {.account = "0", .region = "", .kind = "thing", .name = std::to_string(name)};
}

// A body that tells its version: small, large, small, ...
std::string body_of(int version) {
  const std::size_t size = version % 2 == 0 ? 900 : 20'000;
  return std::string(size, static_cast<char>('a' + version % 26)) + std::to_string(version);
}

// The store over some files, all on the calling thread.
struct Store {
  Store(base::Files& files, base::Random& random)
      : database(files, {.path = "/data/db"}),
        records(database),
        blobs(open_blobs(files, random, database, "/data/blobs")) {}

  void put(int name, int version) {
    const auto writer = blobs->create();
    writer->write(body_of(version));
    const BlobId id = writer->finish();
    try {
      put_row(name, version, id);
    } catch (const StoreError&) {
      blobs->discard(id);
      throw;
    }
  }

  void put_row(int name, int version, const BlobId& id) {
    database.write([&](Connection& connection) {
      blobs->keep(connection, id);
      const base::Map document{{"Body", id.text}, {"Version", version}};
      const auto is_there =
          records.update_in(connection, key_of(name), base::Timestamp(), [&](Record& record) {
            blobs->erase(connection, {.text = record.document.find("Body")->text()});
            record.document = document;
          });
      if (is_there) return;
      records.create_in(connection,
                        {.key = key_of(name), .arn = std::to_string(name), .document = document});
    });
  }

  void erase(int name) {
    database.write([&](Connection& connection) {
      const auto record = records.find_in(connection, key_of(name));
      if (!record) return;
      blobs->erase(connection, {.text = record->document.find("Body")->text()});
      records.erase_in(connection, key_of(name));
    });
  }

  // The version that is there, after a look at its body; nullopt when there is none.
  std::optional<int> version(int name) {
    const auto record = records.find(key_of(name));
    if (!record) return std::nullopt;
    const auto found = static_cast<int>(record->document.find("Version")->integer());
    const BlobId id = {.text = record->document.find("Body")->text()};
    EXPECT_TRUE(blobs->verify(id));
    EXPECT_EQ(base::read_all(*blobs->open(id)), body_of(found));
    return found;
  }

  GroupedDatabase database;
  Records records;
  std::unique_ptr<Blobs> blobs;
};

class RecordsWithBodies final : public base::testing::Workload {
 public:
  void run(FaultyFiles& files, base::Random& random) override {
    try {
      store_ = std::make_unique<Store>(files, random);
    } catch (const StoreError&) {
      return;
    }
    for (int step = 0; step < steps; ++step) take_step(step);
  }
  void end() override { store_.reset(); }

  void expect_sound(FaultyFiles& files, base::Random& random) override {
    store_ = std::make_unique<Store>(files, random);
    for (int name = 0; name < names; ++name)
      expected_.check(std::to_string(name), store_->version(name));
    EXPECT_FALSE(store_->database.failed());
    store_->put(0, 1000);
    store_->put(0, 1001);
    EXPECT_EQ(store_->version(0), 1001);
  }

 private:
  void take_step(int step) {
    const int name = step * 7 % names;
    const bool erases = step % 4 == 3;
    expected_.attempt(std::to_string(name), erases ? std::nullopt : std::optional(step),
                      [&] { erases ? store_->erase(name) : store_->put(name, step); });
  }

  std::unique_ptr<Store> store_;
  base::testing::Expected<int, StoreError> expected_;
};

class EveryCall : public testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) {
  base::testing::survive_each_failing_call<RecordsWithBodies>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Survival, EveryCall,
                         testing::Values(Fault::once, Fault::for_good, Fault::full));

TEST(Survival, LossesOfPower) { base::testing::survive_losses_of_power<RecordsWithBodies>(200, 0); }

TEST(Survival, LossesOfPowerAfterKills) {
  base::testing::survive_losses_of_power<RecordsWithBodies>(100, 3);
}

TEST(Survival, EverySyncMayLoseWhatItWasToKeep) {
  base::testing::survive_each_lost_sync<RecordsWithBodies>();
}

}  // namespace
}  // namespace millrace::store
