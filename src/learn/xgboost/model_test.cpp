// Models that xgboost 1.7 wrote (tests/golden/xgboost), and what damaged ones are told. The
// predictions are equal bit for bit.
#include "learn/xgboost/model.hpp"

#include "table/csv.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

const std::filesystem::path golden =
    std::filesystem::path(MILLRACE_SOURCE_DIR) / "tests/golden/xgboost";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> models() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(golden)) {
    const auto suffix = entry.path().extension();
    if (suffix == ".bin" || suffix == ".json" || suffix == ".ubj") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<float> predict(const Model& model, const table::Matrix& rows) {
  std::vector<float> out(rows.rows * model.width());
  model.predict(rows, out);
  return out;
}

// Rows alone take another way through the trees than rows together.
std::vector<float> predict_one_by_one(const Model& model, const table::Matrix& rows) {
  std::vector<float> all;
  for (std::size_t at = 0; at < rows.values.size(); at += rows.columns) {
    const auto begin = rows.values.begin() + static_cast<std::ptrdiff_t>(at);
    table::Matrix row{.rows = 1, .columns = rows.columns};
    row.values.assign(begin, begin + static_cast<std::ptrdiff_t>(rows.columns));
    std::ranges::copy(predict(model, row), std::back_inserter(all));
  }
  return all;
}

std::string complaint(std::string_view bytes) {
  try {
    (void)parse_model(bytes);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

table::Matrix sparse(const table::Matrix& dense) {
  table::Matrix made{.rows = dense.rows, .columns = dense.columns, .sparse = true, .offsets = {0}};
  for (std::size_t i = 0; i < dense.values.size(); ++i) {
    if (dense.values[i] == dense.values[i]) {
      made.indices.push_back(static_cast<std::uint32_t>(i % dense.columns));
      made.values.push_back(dense.values[i]);
    }
    if ((i + 1) % dense.columns == 0) made.offsets.push_back(made.values.size());
  }
  return made;
}

TEST(Model, OfEveryFormatPredictsWhatXgboostPredicted) {
  const table::Matrix rows = table::parse_csv(read(golden / "rows.csv"));
  ASSERT_GE(models().size(), 50U);
  for (const auto& path : models()) {
    const auto model = parse_model(read(path));
    const std::string name = path.stem().string();
    const table::Matrix expected = table::parse_csv(read(golden / (name + ".predictions.csv")));
    ASSERT_EQ(model->width(), expected.columns) << path;
    EXPECT_EQ(predict(*model, rows), expected.values) << path;
    EXPECT_EQ(predict_one_by_one(*model, rows), expected.values) << path << " row by row";
    EXPECT_EQ(predict(*model, sparse(rows)), expected.values) << path << " with sparse rows";
  }
}

TEST(Model, TreatsColumnsThatAreNotThereAsMissing) {
  const auto model = parse_model(read(golden / "squarederror.bin"));
  table::Matrix narrow{.rows = 1, .columns = 2, .values = {0.5F, -1}};
  table::Matrix wide{.rows = 1,
                     .columns = 5,
                     .values = {0.5F, -1, table::missing, table::missing, table::missing}};
  EXPECT_EQ(predict(*model, narrow), predict(*model, wide));
}

TEST(Model, RefusesMoreColumnsThanItKnows) {
  const auto model = parse_model(read(golden / "squarederror.bin"));
  const table::Matrix rows{.rows = 1, .columns = 6, .values = {1, 2, 3, 4, 5, 6}};
  EXPECT_THROW((void)predict(*model, rows), PredictionError);
}

TEST(Model, RefusesByNameWhatItDoesNotRead) {
  EXPECT_TRUE(complaint("\x80\x04\x95").starts_with("pickled models are not supported"));
  EXPECT_TRUE(complaint("").starts_with("the file is no model of XGBoost"));
  EXPECT_TRUE(complaint("hello world").starts_with("the file is no model of XGBoost"));
  EXPECT_TRUE(
      complaint("{\"learner\": {}}").starts_with("the model is damaged: there is no 'version'"));
  EXPECT_TRUE(complaint("{\"learner\": ").starts_with("the model is no valid JSON"));
}

// Whatever is cut off or changed, the model loads and predicts without harm, or is refused.
TEST(Model, SurvivesDamage) {
  const table::Matrix rows = table::parse_csv(read(golden / "rows.csv"));
  const auto try_model = [&](const std::string& bytes) {
    try {
      (void)predict(*parse_model(bytes), rows);
    } catch (const ModelError&) {
    } catch (const PredictionError&) {
    }
  };
  std::mt19937 random(5);
  for (const char* name : {"softprob.bin", "dart.bin", "linear.bin", "softprob.ubj",
                           "categorical.ubj", "logistic.json"}) {
    const std::string whole = read(golden / name);
    for (int i = 0; i < 200; ++i) {
      try_model(whole.substr(0, random() % whole.size()));
      std::string changed = whole;
      for (int j = 0; j < 3; ++j) changed[random() % changed.size()] = static_cast<char>(random());
      try_model(changed);
    }
  }
}

TEST(Model, IsAllFilesOfItsFolder) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("millrace-model-test-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  EXPECT_THROW((void)load_model(folder), ModelError);
  std::filesystem::copy_file(golden / "logistic.bin", folder / "xgboost-model");
  std::ofstream(folder / ".hidden") << "x";
  EXPECT_EQ(load_model(folder)->objective(), "binary:logistic");
  std::filesystem::copy_file(golden / "logistic.json", folder / "another");
  EXPECT_EQ(load_model(folder)->objective(), "binary:logistic");
  std::filesystem::copy_file(golden / "softprob.bin", folder / "of another kind");
  EXPECT_THROW((void)load_model(folder), ModelError);
  std::filesystem::remove_all(folder);
}

TEST(Model, IsNestedNoDeeperThanItsBound) {
  const auto nested = [](const std::string& start, std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += start;
    return text;
  };
  const std::string deep = "nested too deeply";
  const auto json = [&](std::size_t depth) {
    return complaint("{\"a\":" + nested("[", depth - 1) + std::string(depth - 1, ']') + "}");
  };
  EXPECT_EQ(json(64).find(deep), std::string::npos) << json(64);
  EXPECT_NE(json(66).find(deep), std::string::npos) << json(66);
  const auto ubjson = [&](std::size_t depth) {
    return complaint(std::string("{L\0\0\0\0\0\0\0\1a", 11) + nested("[", depth - 1) +
                     std::string(depth - 1, ']') + "}");
  };
  EXPECT_EQ(ubjson(64).find(deep), std::string::npos) << ubjson(64);
  EXPECT_NE(ubjson(66).find(deep), std::string::npos) << ubjson(66);
}

TEST(Model, OfTheOldFormatHasNamesUpToTheirBound) {
  const std::string name = "reg:squarederror";
  const auto renamed = [&](std::size_t length) {
    std::string bytes = read(golden / "squarederror.bin");
    const std::size_t place = bytes.find(name);
    const std::uint64_t size = length;
    std::string instead(reinterpret_cast<const char*>(&size), sizeof size);
    instead += std::string(length, 'n');
    bytes.replace(place - sizeof size, sizeof size + name.size(), instead);
    return complaint(bytes);
  };
  EXPECT_NE(renamed(256).find(std::string(256, 'n')), std::string::npos) << renamed(256);
  EXPECT_NE(renamed(257).find("a name is too long"), std::string::npos) << renamed(257);
}

// A hole in a file is as long as bytes are.
TEST(Model, IsNoLargerThanItsBound) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("millrace-model-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "xgboost-model").close();
  std::filesystem::resize_file(folder / "xgboost-model", (std::uintmax_t{8} << 30) + 1);
  try {
    (void)load_model(folder);
    ADD_FAILURE() << "loaded";
  } catch (const ModelError& error) {
    EXPECT_NE(std::string(error.what()).find("the model is too large"), std::string::npos);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace millrace::learn::xgboost
