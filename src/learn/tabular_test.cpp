#include "learn/tabular.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn {
namespace {

const Contract tabular{.name = "tabular", .channels = tabular_channels};

// A channel whose files are what they are called.
class Files {
 public:
  Files& add(std::string channel, std::string name, std::string text) {
    sources_.push_back(std::make_unique<base::MemorySource>(std::move(text)));
    if (channels.empty() || channels.back().name != channel)
      channels.push_back({.name = std::move(channel)});
    channels.back().inputs.push_back({std::move(name), sources_.back().get()});
    return *this;
  }
  std::vector<Channel> channels;

 private:
  std::vector<std::unique_ptr<base::MemorySource>> sources_;
};

bool is_refused(const std::vector<Channel>& channels, std::string_view words) {
  try {
    const TabularFiles files = find_tabular_files(tabular, channels);
    static_cast<void>(read_tabular(files.training, files, 1));
  } catch (const ClientError& error) {
    return std::string_view(error.what()).find(words) != std::string_view::npos;
  }
  return false;
}

TEST(Tabular, FindsTheFoldersOfOneChannel) {
  Files files;
  files.add("training", "train/data.csv", "1,2\n")
      .add("training", "validation/data.csv", "0,3\n")
      .add("training", "categorical_index.json", R"({"cat_index_list": [3, 1]})");
  const TabularFiles found = find_tabular_files(tabular, files.channels);
  ASSERT_EQ(found.training.size(), 1U);
  EXPECT_EQ(found.training[0].name, "train/data.csv");
  ASSERT_EQ(found.validation.size(), 1U);
  EXPECT_EQ(found.categorical, (std::vector<std::size_t>{1, 3}));
}

TEST(Tabular, JoinsTheFilesOfEachChannel) {
  Files files;
  files.add("train", "a.csv", "1,2\n").add("train", "b.csv", "0,3\n").add("validation", "c", "1,4");
  const TabularFiles found = find_tabular_files(tabular, files.channels);
  EXPECT_EQ(found.validation.size(), 1U);
  const table::Dataset rows = read_tabular(found.training, found, 2);
  EXPECT_EQ(rows.labels, (std::vector<float>{1, 0}));
  EXPECT_EQ(rows.features.values, (std::vector<float>{2, 3}));
}

TEST(Tabular, RefusesWhatIsNotAsDocumented) {
  EXPECT_TRUE(is_refused(Files().add("validation", "a", "1,2").channels, "channel: training"));
  EXPECT_TRUE(is_refused(Files().add("training", "a", "").channels, "no rows"));
  EXPECT_TRUE(is_refused(Files().add("training", "a", ",1\n").channels, "Label"));
  EXPECT_TRUE(is_refused(Files().add("training", "a", "1,x\n").channels, "line 1"));
  for (const char* index : {"[", "{}", R"({"cat_index_list": [0]})", R"({"cat_index_list": ["1"]})",
                            R"({"cat_index_list": [1, 1]})", R"({"cat_index_list": [2]})"}) {
    Files files;
    files.add("training", "a.csv", "1,2\n").add("training", "categorical_index.json", index);
    EXPECT_TRUE(is_refused(files.channels, "cat_index_list")) << index;
  }
}

TEST(Tabular, HoldsAFifthOutAndLosesNoRow) {
  table::Dataset rows{.features = {.rows = 11, .columns = 1}};
  for (int row = 0; row < 11; ++row) {
    rows.features.values.push_back(static_cast<float>(row));
    rows.labels.push_back(static_cast<float>(row));
  }
  const table::Dataset held = hold_out_validation(rows, 7);
  EXPECT_EQ(held.features.rows, 3U);
  EXPECT_EQ(rows.features.rows, 8U);
  EXPECT_EQ(rows.features.values, rows.labels);
  std::vector<float> all = held.labels;
  all.insert(all.end(), rows.labels.begin(), rows.labels.end());
  std::ranges::sort(all);
  for (int row = 0; row < 11; ++row) EXPECT_EQ(all[static_cast<std::size_t>(row)], row);
}

}  // namespace
}  // namespace millrace::learn
