// The folders of model servers.
#include "base/testing/memory_files.hpp"
#include "hosting/test_world.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace millrace::hosting {
namespace {

namespace fs = std::filesystem;

// The supervisor's last words come while the folder of its lost server is removed, and again when
// it is known to be gone: both removals may be at work at once.
TEST(Replicas, AreRemovedWhateverIsWrittenMeanwhile) {
  base::testing::MemoryFiles memory;
  memory.make_folders("/data");
  World world(memory);
  Replicas replicas(world.replica_parts());
  constexpr int rounds = 300;
  constexpr int files = 20;
  for (int round = 0; round < rounds; ++round) {
    const std::string replica = "endpoint-" + std::to_string(round);
    const fs::path folder = world.folder_of(replica);
    fs::create_directories(folder / "model");
    for (int file = 0; file < files; ++file)
      std::ofstream(folder / "model" / std::to_string(file)) << file;
    std::jthread early([&] { replicas.remove(replica); });
    std::ofstream(folder / "state") << "ended";
    replicas.remove(replica);
    early.join();
    ASSERT_FALSE(fs::exists(folder)) << "round " << round;
  }
}

TEST(Replicas, AreGivenUpWhenTheyDoNotAnswerInTime) {
  base::testing::MemoryFiles memory;
  memory.make_folders("/data");
  World world(memory);
  Replicas replicas(world.replica_parts());
  Variant variant = world.variant(1);
  variant.start_timeout = base::Milliseconds(300);
  fs::create_directories(world.folder_of("endpoint-silent"));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THROW(replicas.wait_until_ready("endpoint-silent", variant, "/no/such.sock"),
               BringUpError);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, variant.start_timeout);
}

TEST(Replicas, HaveTheTimeThatTheirVariantSaysAfterARestartToo) {
  base::testing::MemoryFiles memory;
  memory.make_folders("/data");
  const World world(memory);
  Endpoint endpoint = world.plan("e", 1);
  EXPECT_EQ(endpoint_from(to_record(endpoint)).variants[0].start_timeout, default_start_timeout);
  endpoint.variants[0].start_timeout = std::chrono::minutes(1);
  EXPECT_EQ(endpoint_from(to_record(endpoint)).variants[0].start_timeout, std::chrono::minutes(1));
}

}  // namespace
}  // namespace millrace::hosting
