// Trainings that are stopped and go on: the model is the one of a training that was never stopped.
#include "learn/xgboost/boosting.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::path(testing::TempDir()) / ("boosting-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// y = the sum of digits of the row's number, with columns that say them.
table::Dataset digits(std::size_t first, std::size_t rows) {
  table::Dataset data;
  data.features.rows = rows;
  data.features.columns = 3;
  for (std::size_t i = first; i < first + rows; ++i) {
    for (const std::size_t digit : {i % 10, i / 10 % 10, i / 100 % 10})
      data.features.values.push_back(static_cast<float>(digit));
    data.labels.push_back(static_cast<float>(i % 10 + i / 10 % 10 + i / 100 % 10) +
                          static_cast<float>(i * 7 % 11));
  }
  return data;
}

struct Outcome {
  std::string model;
  std::string log;
};

class Boost : public testing::Test {
 protected:
  // Stopped behind the round `last`, if there is one.
  Outcome run(HyperparameterMap given, const fs::path& checkpoints, int last = -1) {
    const Settings settings = read_settings(given, "3.0-5", 1);
    const Ring alone(Hosts{});
    Boosting boosting(settings, parts_, alone);
    Outcome outcome;
    int done = 0;
    boosting.run({.checkpoint_folder = checkpoints,
                  .print =
                      [&](std::string_view line) {
                        outcome.log.append(line).append("\n");
                        done = std::atoi(line.data() + 1);
                      },
                  .info = [&](std::string_view line) { outcome.log.append(line).append("\n"); },
                  .stopped = [&] { return last >= 0 && done >= last; }});
    outcome.model = boosting.model();
    return outcome;
  }

  Folder folder_;
  std::vector<Part> parts_ = {{.name = "train", .rows = digits(0, 400)},
                              {.name = "validation", .rows = digits(400, 100)}};
};

const HyperparameterMap plain = {
    {"num_round", "20"}, {"objective", "reg:squarederror"}, {"eval_metric", "rmse"}};

TEST_F(Boost, GoesOnWhereItWasStopped) {
  const Outcome whole = run(plain, "");
  const Outcome begun = run(plain, folder_.path(), 7);
  EXPECT_NE(begun.log.find("Stopped after 8 rounds"), std::string::npos) << begun.log;
  const Outcome finished = run(plain, folder_.path());
  EXPECT_NE(finished.log.find("Resuming from iteration 8\n[8]"), std::string::npos) << finished.log;
  EXPECT_EQ(finished.model, whole.model);
}

TEST_F(Boost, DoesNothingWhereAllWasDone) {
  const Outcome first = run(plain, folder_.path());
  const Outcome again = run(plain, folder_.path());
  EXPECT_EQ(again.log.find("[20]"), std::string::npos) << again.log;
  EXPECT_EQ(again.model, first.model);
}

TEST_F(Boost, GoesOnForEveryBooster) {
  for (const char* booster : {"gbtree", "gblinear", "dart"}) {
    const Folder folder;
    HyperparameterMap given = plain;
    given["booster"] = booster;
    const Outcome whole = run(given, "");
    (void)run(given, folder.path(), 4);
    EXPECT_EQ(run(given, folder.path()).model, whole.model) << booster;
  }
}

TEST_F(Boost, RemembersTheBestRound) {
  HyperparameterMap given = plain;
  given["early_stopping_rounds"] = "3";
  given["num_round"] = "200";
  const Outcome whole = run(given, "");
  const int last = std::atoi(whole.log.data() + whole.log.rfind('[') + 1);
  ASSERT_GT(last, 4);
  ASSERT_LT(last, 199);
  (void)run(given, folder_.path(), last - 2);
  EXPECT_EQ(run(given, folder_.path()).model, whole.model);
  const Outcome again = run(given, folder_.path());
  EXPECT_EQ(again.log.find("\n["), std::string::npos) << again.log;
  EXPECT_EQ(again.model, whole.model);
}

TEST_F(Boost, PassesOverWhatIsNoModel) {
  (void)run(plain, folder_.path(), 3);
  std::ofstream(folder_.path() / "xgboost-checkpoint.9") << "no model";
  std::ofstream(folder_.path() / "xgboost-checkpoint.10.sagemaker-ignore") << "half a model";
  const Outcome outcome = run(plain, folder_.path());
  EXPECT_TRUE(outcome.log.starts_with("Wrong checkpoint model format xgboost-checkpoint.9\n"))
      << outcome.log;
  EXPECT_NE(outcome.log.find("Resuming from iteration 4\n"), std::string::npos) << outcome.log;
}

TEST_F(Boost, RefusesTheCheckpointOfOtherColumns) {
  (void)run(plain, folder_.path(), 3);
  for (Part& part : parts_) {
    part.rows.features.columns = 1;
    part.rows.features.values.resize(part.rows.features.rows);
  }
  EXPECT_THROW((void)run(plain, folder_.path()), LibraryError);
}

TEST(Checkpoints, KeepTheNewestOfTheirOwn) {
  const Folder folder;
  std::ofstream(folder.path() / "xgboost-checkpoint.1") << "former";
  Checkpoints checkpoints(folder.path());
  for (int round = 2; round < 10; ++round) checkpoints.write(round, [] { return "model"; });
  std::vector<int> rounds;
  for (const Checkpoint& found : find_checkpoints(folder.path())) rounds.push_back(found.round);
  EXPECT_EQ(rounds, (std::vector<int>{9, 8, 7, 6, 5, 1}));
  EXPECT_EQ(read_checkpoint(find_checkpoints(folder.path()).front()), "model");
}

TEST(Checkpoints, AreWrittenBeforeMuchWouldBeLost) {
  const Folder folder;
  double now = 0;
  Checkpoints checkpoints(folder.path(), [&] { return now; });
  const auto slow = [&] {
    now += 10;
    return std::string();
  };
  int written = 0;
  int last = -1;
  for (int round = 0; round < 2000; ++round) {
    EXPECT_LE(round - last, 1 + (round + 1) / 32);
    if (!checkpoints.due(round)) continue;
    checkpoints.write(round, slow);
    last = round;
    ++written;
  }
  EXPECT_LT(written, 250);
}

TEST(Checkpoints, AreWrittenEachRoundWhereThatTakesLittle) {
  const Folder folder;
  double now = 0;
  Checkpoints checkpoints(folder.path(), [&] { return now; });
  for (int round = 0; round < 200; ++round) {
    now += 1.6;
    EXPECT_TRUE(checkpoints.due(round));
    checkpoints.write(round, [&] {
      now += 0.1;
      return std::string();
    });
  }
}

}  // namespace
}  // namespace millrace::learn::xgboost
