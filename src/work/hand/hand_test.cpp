// The words of the command line, the names of files, the log of a training, and the help.
#include "learn/contract.hpp"
#include "work/hand/arguments.hpp"
#include "work/hand/files.hpp"
#include "work/hand/help.hpp"
#include "work/hand/progress.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::work::hand {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string_view>;

const learn::Contract& kmeans() { return find_contract("kmeans"); }

TEST(TrainArguments, TellChannelsHyperparametersAndOptionsApart) {
  const Words words{"--train",   "/etc/hostname", "--k=3", "--mini-batch-size", "10", "--model",
                    "somewhere", "--threads",     "2"};
  const TrainArguments arguments = parse_train(kmeans(), words);
  ASSERT_EQ(arguments.channels.size(), 1U);
  EXPECT_EQ(arguments.channels.front().name, "train");
  EXPECT_EQ(arguments.hyperparameters,
            (learn::HyperparameterMap{{"k", "3"}, {"mini_batch_size", "10"}}));
  EXPECT_EQ(arguments.model, "somewhere");
  EXPECT_EQ(arguments.threads, 2);
}

TEST(TrainArguments, SayWhatIsWrong) {
  const auto complaint = [](const Words& words) {
    try {
      static_cast<void>(parse_train(kmeans(), words));
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(complaint({}), "--model, the folder for the model, is missing");
  EXPECT_EQ(complaint({"--k"}), "--k needs a value");
  EXPECT_EQ(complaint({"k", "3"}), "'k' stands behind no option");
  EXPECT_EQ(complaint({"--kk", "3"}),
            "there is no option '--kk'; `millrace train kmeans --help` lists them");
  EXPECT_EQ(complaint({"--train", "/nowhere"}), "there is no file or folder '/nowhere'");
  EXPECT_EQ(complaint({"--threads", "0"}),
            "--threads must be a whole number from 1 to 1024, not '0'");
}

TEST(ContentTypes, AreToldByTheEndOfTheName) {
  EXPECT_EQ(content_type_of("a/b.csv"), "text/csv");
  EXPECT_EQ(content_type_of("b.pbr"), "application/x-recordio-protobuf");
  EXPECT_EQ(content_type_of("b"), "");
}

// An index of categorical columns lies beside the rows, and comes before them.
TEST(ContentTypes, AreThoseOfTheFilesThatTheChannelTakes) {
  const fs::path folder = fs::path(testing::TempDir()) / "millrace-hand-test";
  fs::create_directories(folder / "training");
  std::ofstream(folder / "categorical_index.json") << "{}";
  std::ofstream(folder / "training" / "data.csv") << "1,2\n";
  const learn::Contract& contract = find_contract("catboost");
  const Words words{"--training", folder.native(), "--model", "somewhere"};
  const auto channels = channels_of(contract, parse_train(contract, words));
  ASSERT_EQ(channels.size(), 1U);
  EXPECT_EQ(channels.front().content_type, "text/csv");
  EXPECT_EQ(channels.front().files.size(), 2U);
  fs::remove_all(folder);
}

TEST(Progress, IsReadFromTheLog) {
  const learn::HyperparameterMap rounds{{"num_round", "4"}};
  EXPECT_EQ(part_done("[0]#011train-rmse:0.5", rounds), 0.25);
  EXPECT_EQ(part_done("[3]#011train-rmse:0.5", rounds), 1.0);
  EXPECT_EQ(part_done("[2026-11-21:13:30:00:INFO] a line", {}), std::nullopt);
  EXPECT_EQ(part_done("#progress_metric: host=algo-1, completed 50 % of epochs", {}), 0.5);
}

TEST(Progress, IsABar) {
  EXPECT_EQ(bar(0.5, std::chrono::seconds(7)),
            "[" + std::string(20, '#') + std::string(20, ' ') + "]  50 %  7 s");
  EXPECT_EQ(bar(1, std::chrono::seconds(0)), "[" + std::string(40, '#') + "] 100 %  0 s");
}

TEST(Help, FitsAndNamesEverythingOfEachAlgorithm) {
  for (const learn::Contract* contract : learn::contracts()) {
    const std::string page = train_help(*contract);
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), 80U) << contract->name << ": " << line;
    for (const learn::ParameterDoc& parameter : contract->parameters)
      EXPECT_NE(page.find("--" + std::string(parameter.name) + "\n"), std::string::npos)
          << parameter.name;
    for (const learn::ChannelDoc& channel : contract->channels)
      EXPECT_NE(page.find("--" + std::string(channel.name) + " PATH"), std::string::npos);
    EXPECT_FALSE(contract->sentence.empty()) << contract->name;
    EXPECT_NE(list_of_algorithms().find(contract->name), std::string::npos);
  }
}

}  // namespace
}  // namespace millrace::work::hand
