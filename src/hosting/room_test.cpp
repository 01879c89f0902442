// A model server is lost while the disk has no room for another: the endpoint comes back when there
// is some, however long that takes, and stays in service until then, as AWS shows an endpoint whose
// instances are replaced.
#include "base/testing/memory_files.hpp"
#include "hosting/test_world.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <thread>

namespace millrace::hosting {
namespace {

constexpr std::size_t model_bytes = 300'000;
constexpr rlim_t room_bytes = 100'000;

// Files of this process and its children stop growing, and writes fail as the kernel has them fail.
class NoRoom {
 public:
  NoRoom() : former_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &former_);
    const rlimit tight{.rlim_cur = room_bytes, .rlim_max = former_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
  }
  NoRoom(const NoRoom&) = delete;
  NoRoom& operator=(const NoRoom&) = delete;
  ~NoRoom() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    std::signal(SIGXFSZ, former_handler_);
  }

 private:
  rlimit former_{};
  void (*former_handler_)(int);
};

class Room : public testing::Test {
 protected:
  Room() {
    disk_.make_folders("/data");
    world_ = std::make_unique<World>(disk_);
    world_->put_model(1, model_bytes);
    world_->endpoints->create(world_->plan("kept", 1), {});
    EXPECT_TRUE(eventually([&] { return world_->answer("kept") == 1; }));
  }
  ~Room() override {
    world_->endpoints->stop();
    world_->close();
  }

  [[nodiscard]] Endpoint endpoint() { return world_->endpoints->find(key_of("kept")).value(); }
  // Its model server, with the model that was at hand.
  void lose() {
    const std::string replica = world_->replicas().at(0);
    std::filesystem::remove_all(world_->folder_of(replica) + "/model");
    world_->kill(replica);
    EXPECT_TRUE(eventually([&] { return !world_->answer("kept"); }));
  }
  void expect_in_service() {
    EXPECT_EQ(endpoint().status, EndpointStatus::in_service);
    EXPECT_EQ(endpoint().failure_reason, "");
  }

  base::testing::MemoryFiles disk_;
  std::unique_ptr<World> world_;
};

TEST_F(Room, IsWaitedForByAnEndpointInService) {
  {
    const NoRoom tight;
    lose();
    // More tries than a model server that fails has at once.
    std::this_thread::sleep_for(RestartPace::first_room_pause * 4);
    EXPECT_FALSE(world_->answer("kept"));
    expect_in_service();
  }
  EXPECT_TRUE(eventually([&] { return world_->answer("kept") == 1; }));
  expect_in_service();
  EXPECT_EQ(world_->replicas().size(), 1U);
}

TEST_F(Room, IsNotWaitedForByAnEndpointThatIsNew) {
  const NoRoom tight;
  world_->endpoints->create(world_->plan("new", 1), {});
  EXPECT_TRUE(eventually(
      [&] { return world_->endpoints->find(key_of("new"))->status == EndpointStatus::failed; }));
  EXPECT_EQ(
      world_->endpoints->find(key_of("new"))->failure_reason,
      "Request to service failed. If failure persists after retry, contact customer support.");
  EXPECT_EQ(world_->replicas().size(), 1U);
}

TEST(RoomPace, LooksAgainSoonAndThenMoreRarely) {
  RestartPace pace;
  EXPECT_EQ(pace.pause_without_room(), RestartPace::first_room_pause);
  EXPECT_EQ(pace.pause_without_room(), 2 * RestartPace::first_room_pause);
  for (int tries = 0; tries < 100; ++tries) static_cast<void>(pace.pause_without_room());
  EXPECT_EQ(pace.pause_without_room(), RestartPace::longest_room_pause);
  pace.note_room();
  EXPECT_EQ(pace.pause_without_room(), RestartPace::first_room_pause);
}

TEST(RoomPace, TakesNothingFromTheRestartsAfterLosses) {
  RestartPace pace;
  for (int tries = 0; tries < 100; ++tries) static_cast<void>(pace.pause_without_room());
  EXPECT_EQ(pace.pause_after_loss(std::chrono::seconds(1)), std::chrono::seconds(0));
}

}  // namespace
}  // namespace millrace::hosting
