// The tables of access points, brought up to date where a former version left them.
#include "base/testing/memory_files.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "objects/point_rows.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

constexpr const char* account = "111111111111";
constexpr const char* region = "us-east-1";

PointName name_of(int number) {
  return {.account = account, .region = region, .name = "p" + std::to_string(number)};
}

// The version before the one that keeps how many there are.
void go_back(store::Database& database) {
  database.write([](store::Connection& connection) {
    connection.run("DROP TRIGGER objects_point_made");
    connection.run("DROP TRIGGER objects_point_gone");
    connection.run("DROP TABLE objects_point_count");
    connection.run("UPDATE store_schemas SET version = 1 WHERE name = 'objects_points'");
  });
}

TEST(PointStore, PointsOfAFormerFolderAreCounted) {
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::SystemClock clock;
  const auto database = store::open_database(files, {.path = "/data/millrace.db"});
  const auto blobs = store::open_blobs(files, random, *database, "/data/blobs");
  auto objects = open_objects(*database, *blobs, clock, random);
  const identity::Permit owner = permit_of(account);
  objects->create_bucket(
      owner, {.name = "bucket", .account = account, .region = region, .created = {}}, {});
  const auto create = [&](int number) {
    points_of(*objects).create(
        owner, {.name = name_of(number), .bucket = "bucket", .bucket_account = account});
  };
  const auto count = [&] {
    return database->read([](store::Connection& connection) {
      return rows::count_points(connection, account, region);
    });
  };
  for (int number = 0; number < 3; ++number) create(number);
  go_back(*database);
  objects.reset();
  objects = open_objects(*database, *blobs, clock, random);
  EXPECT_EQ(count(), 3);
  create(3);
  points_of(*objects).remove(owner, name_of(1));
  EXPECT_EQ(count(), 3);
  objects->empty_account(account);
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace millrace::objects
