// What a client gets for what it sends: statuses and words of AWS's built-in containers.
#include "infer/answer.hpp"

#include "table/recordio.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace millrace::infer {
namespace {

// Each row's prediction is its first two columns; a missing one is a quarter.
class Echo final : public learn::Model {
 public:
  explicit Echo(std::size_t width) : width_(width) {}
  [[nodiscard]] std::string_view objective() const override { return "reg:squarederror"; }
  [[nodiscard]] std::size_t features() const override { return 3; }
  [[nodiscard]] std::size_t width() const override { return width_; }
  void predict(const table::Matrix& rows, std::span<float> out) const override {
    if (rows.columns > 3) throw learn::PredictionError("too many columns");
    for (std::size_t row = 0; row < rows.rows; ++row) {
      for (std::size_t i = 0; i < width_; ++i) out[row * width_ + i] = value(rows, row, i);
    }
  }

 private:
  static float value(const table::Matrix& rows, std::size_t row, std::size_t column) {
    if (!rows.sparse) {
      const float found = rows.values[row * rows.columns + column];
      return found == found ? found : 0.25F;
    }
    for (auto i = rows.offsets[row]; i < rows.offsets[row + 1]; ++i) {
      if (rows.indices[i] == column) return rows.values[i];
    }
    return 0.25F;
  }
  std::size_t width_;
};

Answer ask(std::string_view content_type, std::string_view body, std::string_view accept = "",
           std::size_t width = 1) {
  return answer(Echo(width), {.content_type = content_type, .accept = accept, .body = body});
}

TEST(Answer, IsCsvWithALineARow) {
  const Answer got = ask("text/csv", "0.5,1,2\n1,2,3\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.content_type, "text/csv");
  EXPECT_EQ(got.body, "0.5\n1.0\n");
  EXPECT_EQ(ask("text/csv", "0.5,1,2", "*/*", 2).body, "0.5,1.0\n");
}

// Says a row's second column as well where it is asked to.
class Teller final : public learn::Model {
 public:
  [[nodiscard]] std::string_view objective() const override { return "knn"; }
  [[nodiscard]] std::size_t features() const override { return 3; }
  [[nodiscard]] std::size_t width() const override { return 1; }
  [[nodiscard]] const learn::Model* verbose() const override { return &verbose_; }
  void predict(const table::Matrix& rows, std::span<float> out) const override {
    Echo(1).predict(rows, out);
  }

 private:
  Echo verbose_{2};
};

TEST(Answer, TellsMoreWhereItIsAskedFor) {
  const auto body = [](std::string_view accept) {
    return answer(Teller(), {.content_type = "text/csv", .accept = accept, .body = "0.5,1"}).body;
  };
  constexpr std::string_view brief = R"({"predictions": [{"score": 0.5}]})";
  constexpr std::string_view verbose = R"({"predictions": [{"score": [0.5, 1.0]}]})";
  EXPECT_EQ(body("application/json"), brief);
  EXPECT_EQ(body("application/json; verbose=false"), brief);
  EXPECT_EQ(body("application/json; verbose=true"), verbose);
  EXPECT_EQ(body("application/json;verbose=True"), verbose);
}

TEST(Answer, IsJsonAsPythonWritesIt) {
  EXPECT_EQ(ask("text/csv", "0.1,1\n2,3", "application/json").body,
            R"({"predictions": [{"score": 0.10000000149011612}, {"score": 2.0}]})");
  EXPECT_EQ(ask("text/csv", "0.5,1", "application/json", 2).body,
            R"({"predictions": [{"score": [0.5, 1.0]}]})");
  EXPECT_EQ(ask("text/csv", "0.5,1\n2,3", "application/jsonlines").body,
            "{\"score\": 0.5}\n{\"score\": 2.0}\n");
}

TEST(Answer, MayBeRecordio) {
  const Answer got = ask("text/csv", "0.5,1", "application/x-recordio-protobuf");
  EXPECT_EQ(got.content_type, "application/x-recordio-protobuf");
  EXPECT_EQ(got.body, table::write_recordio(std::vector<float>{0.5F},
                                            std::array{table::LabelColumn{"score"}}));
}

TEST(Answer, ReadsEveryFormat) {
  EXPECT_EQ(ask("", "0:7 1:2\n1 1:3").body, "7.0\n0.25\n");
  EXPECT_EQ(ask("text/x-libsvm", "0:7").body, "7.0\n");
  EXPECT_EQ(ask("text/csv;charset=utf8", ",4").body, "0.25\n");
  EXPECT_EQ(ask("application/json",
                R"({"instances": [{"features": [1.5, null]}, {"features": [null, 1]}]})")
                .body,
            "1.5\n0.25\n");
  EXPECT_EQ(
      ask("application/json",
          R"({"instances": [{"data": {"features": {"keys": [0], "values": [8], "shape": [3]}}}]})")
          .body,
      "8.0\n");
  EXPECT_EQ(ask("application/jsonlines",
                "{\"features\": [1, 2]}\n{\"data\": {\"features\": {\"values\": [3, 4]}}}\n")
                .body,
            "1.0\n3.0\n");
}

// {"keys": ..., "values": ...} of 3 features; what is not named is missing, as an absent number is.
TEST(Answer, ReadsSparseAndDenseInstancesTogether) {
  const auto lines = [](std::string_view keys, std::string_view values) {
    return "{\"features\": [1, 2, 3]}\n{\"data\": {\"features\": {\"keys\": [" + std::string(keys) +
           "], \"values\": [" + std::string(values) +
           "], \"shape\": [3]}}}\n{\"features\": [4, 5, 6]}\n";
  };
  EXPECT_EQ(ask("application/jsonlines", lines("1", "9"), "text/csv", 2).body,
            "1.0,2.0\n0.25,9.0\n4.0,5.0\n");
  const auto refusal = [&](std::string_view keys, std::string_view values) {
    return ask("application/jsonlines", lines(keys, values)).body;
  };
  EXPECT_TRUE(refusal("1, 1", "8, 9").ends_with("instance 2: a key occurs twice"));
  EXPECT_TRUE(refusal("3", "9").ends_with("instance 2: a key is outside of the shape"));
  EXPECT_TRUE(refusal("1", "8, 9").ends_with("instance 2: 'keys' and 'values' differ in length"));
}

TEST(Answer, SaysWhatIsWrong) {
  EXPECT_EQ(ask("text/csv", "").status, 204);
  EXPECT_EQ(ask("text/csv", "a").status, 415);
  EXPECT_EQ(ask("text/csv", "a").body,
            "Loading csv data failed with Exception, please ensure data is in csv format:\n <class "
            "'ValueError'>\n "
            "line 1: column 1: 'a' is not a number");
  EXPECT_EQ(ask("image/png", "a").status, 415);
  EXPECT_EQ(ask("application/x-parquet", "a").body,
            "Content-type application/x-parquet is not supported.");
  EXPECT_EQ(ask("application/json", "{").status, 415);
  EXPECT_EQ(ask("application/json", R"({"rows": []})").status, 415);
  EXPECT_EQ(ask("text/csv", "1,2,3,4").status, 400);
  EXPECT_EQ(ask("text/csv", "1,2,3,4").body,
            "Unable to evaluate payload provided: too many columns");
  EXPECT_EQ(ask("text/csv", "1", "text/plain").status, 406);
  EXPECT_EQ(ask("text/csv", "1", "text/plain").body,
            "Accept type text/plain is not supported. Please use supported accept types: "
            "['application/json', "
            "'application/jsonlines', 'application/x-recordio-protobuf', 'text/csv'].");
}

TEST(Answer, NamesTheInstanceThatIsWrong) {
  const auto body =
      ask("application/json", R"({"instances": [{"features": [1]}, {"features": [1, 2]}]})").body;
  EXPECT_TRUE(body.ends_with("instance 2: expected 1 features, found 2")) << body;
}

// Says the first column as a number, or as the probabilities of two classes.
class Table final : public learn::Model, public learn::TabularModel {
 public:
  explicit Table(std::vector<std::string> classes) : classes_(std::move(classes)) {}
  [[nodiscard]] std::string_view objective() const override { return "Logloss"; }
  [[nodiscard]] std::size_t features() const override { return 1; }
  [[nodiscard]] std::size_t width() const override { return 1; }
  [[nodiscard]] const learn::TabularModel* tabular() const override { return this; }
  [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
  void predict(const table::Matrix&, std::span<float>) const override {}
  void predict(const table::Matrix& rows, std::span<double> out) const override {
    for (std::size_t row = 0; row < rows.rows; ++row) {
      const auto value = static_cast<double>(rows.values[row]);
      if (classes_.empty()) {
        out[row] = value;
      } else {
        out[row * 2] = 1 - value;
        out[row * 2 + 1] = value;
      }
    }
  }

 private:
  std::vector<std::string> classes_;
};

Answer ask_table(std::vector<std::string> classes, std::string_view accept,
                 std::string_view content_type = "text/csv") {
  return answer(Table(std::move(classes)),
                {.content_type = content_type, .accept = accept, .body = "0.75\n0.25\n"});
}

TEST(TabularAnswer, HasAProbabilityForEachClass) {
  const Answer got = ask_table({"0", R"("yes")"}, "");
  EXPECT_EQ(got.content_type, "application/json");
  EXPECT_EQ(got.body, R"({"probabilities": [[0.25, 0.75], [0.75, 0.25]]})");
  EXPECT_EQ(ask_table({"0", R"("yes")"}, "application/json;verbose").body,
            R"({"probabilities": [[0.25, 0.75], [0.75, 0.25]], "labels": [0, "yes"], )"
            R"("predicted_label": ["yes", 0]})");
}

TEST(TabularAnswer, HasANumberForEachRowOfARegression) {
  EXPECT_EQ(ask_table({}, "*/*").body, R"({"prediction": [0.75, 0.25]})");
  EXPECT_EQ(ask_table({}, "application/json;verbose").body, R"({"prediction": [0.75, 0.25]})");
}

TEST(TabularAnswer, WritesWhatIsNoNumberAsPythonsJsonDoes) {
  const Answer got =
      answer(Table({}), {.content_type = "text/csv", .accept = "", .body = "nan\ninf\n-inf\n"});
  EXPECT_EQ(got.body, R"({"prediction": [NaN, Infinity, -Infinity]})");
}

TEST(TabularAnswer, RefusesWhatTheContainersDoNotSpeak) {
  EXPECT_EQ(ask_table({}, "text/csv").status, 406);
  EXPECT_EQ(ask_table({}, "", "application/json").status, 415);
}

}  // namespace
}  // namespace millrace::infer
