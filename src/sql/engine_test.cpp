// The engine behind its walls: what it computes, what it cannot reach, and how it fails.
#include "sql/engine.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::sql {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows all(Engine& engine, const std::string& statement) {
  Rows rows;
  engine.query(statement, [&](std::span<const Text> row) {
    std::vector<std::string> texts;
    for (const Text& text : row) texts.emplace_back(text.value_or("NULL"));
    rows.push_back(std::move(texts));
    return true;
  });
  return rows;
}

class Numbers final : public RowSource {
 public:
  explicit Numbers(std::size_t count) : count_(count) {}
  bool next(std::vector<Text>& row) override {
    if (at_ == count_) return false;
    text_ = std::to_string(at_++);
    row[0] = text_;
    if (at_ % 2 == 0) row[1] = "a text that is longer than what stands inside of a vector";
    return true;
  }
  std::size_t at_ = 0;

 private:
  std::size_t count_;
  std::string text_;
};

class Longest final : public Fold {
 public:
  void add(Text value) override {
    if (value && value->size() > longest_.size()) longest_ = *value;
  }
  void join(const Fold& other) override { add(static_cast<const Longest&>(other).longest_); }
  [[nodiscard]] OwnText result() const override { return longest_; }

 private:
  std::string longest_;
};

TEST(Engine, AnswersStatements) {
  const auto engine = make_engine({});
  EXPECT_EQ(all(*engine, "SELECT 'a', NULL, upper('b')"), (Rows{{"a", "NULL", "B"}}));
  EXPECT_THROW(all(*engine, "SELEC"), EngineError);
  EXPECT_THROW(all(*engine, "SELECT CAST(CAST('x' AS INTEGER) AS VARCHAR)"), EngineError);
}

TEST(Engine, ReachesNothingOutside) {
  const auto engine = make_engine({});
  for (const char* statement :
       {"SELECT content FROM read_text('/etc/passwd')", "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/millrace-engine-test'", "ATTACH '/tmp/millrace-engine-test.db'",
        "SELECT * FROM glob('/*')", "INSTALL httpfs", "LOAD httpfs",
        "SELECT * FROM read_text('http://127.0.0.1/')", "SET threads = 4",
        "SET enable_external_access = true", "SET allowed_paths = ['/etc/passwd']"}) {
    EXPECT_THROW(all(*engine, statement), EngineError) << statement;
  }
}

TEST(Engine, ReadsTheOneFileThatItWasGiven) {
  const std::string path = MILLRACE_SOURCE_DIR "/LICENSE";
  const auto engine = make_engine({.readable_file = path});
  EXPECT_EQ(all(*engine, "SELECT 'found' FROM read_text('" + path + "')"), (Rows{{"found"}}));
  EXPECT_THROW(all(*engine, "SELECT content FROM read_text('" MILLRACE_SOURCE_DIR "/NOTICE')"),
               EngineError);
}

TEST(Engine, CallsFunctionsOfOurs) {
  const auto engine = make_engine({});
  engine->add(TextFunction{"twice", 1, [](std::span<const Text> row) -> OwnText {
                             if (!row[0]) return "nothing";
                             return std::string(*row[0]) + std::string(*row[0]);
                           }});
  engine->add(TruthFunction{"is_long", 1, [](std::span<const Text> row) -> std::optional<bool> {
                              if (!row[0]) return std::nullopt;
                              return row[0]->size() > 3;
                            }});
  engine->add(Aggregate{"longest", [] { return std::make_unique<Longest>(); }});
  EXPECT_EQ(all(*engine, "SELECT twice(x) FROM (VALUES ('ab'), (NULL)) t(x)"),
            (Rows{{"abab"}, {"nothing"}}));
  EXPECT_EQ(all(*engine, "SELECT x FROM (VALUES ('ab'), ('abcd'), (NULL)) t(x) WHERE is_long(x)"),
            (Rows{{"abcd"}}));
  EXPECT_EQ(all(*engine, "SELECT longest(x) FROM (VALUES ('ab'), ('abcd'), (NULL)) t(x)"),
            (Rows{{"abcd"}}));
}

TEST(Engine, HandsOnWhatAFunctionThrows) {
  struct Own : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto engine = make_engine({});
  engine->add(TextFunction{"refuse", 1, [](std::span<const Text> row) -> OwnText {
                             throw Own(std::string(row[0].value_or("")));
                           }});
  EXPECT_THROW(all(*engine, "SELECT refuse(x) FROM (VALUES ('ab')) t(x)"), Own);
  EXPECT_THROW(all(*engine, "SELECT refuse('constant')"), Own);
  EXPECT_EQ(all(*engine, "SELECT 'a'"), (Rows{{"a"}}));
  // What was never evaluated is no failure.
  EXPECT_THROW(all(*engine, "SELECT nothing_of_this_name('a')"), EngineError);
}

TEST(Engine, ReadsASourceOnlyAsFarAsItMust) {
  Numbers source(1'000'000);
  const auto engine = make_engine({});
  engine->add("numbers", {"n", "t"}, source);
  EXPECT_EQ(all(*engine, "SELECT n FROM numbers() WHERE t IS NOT NULL LIMIT 2"),
            (Rows{{"1"}, {"3"}}));
  EXPECT_LT(source.at_, 100'000U);
}

TEST(Engine, EndsWhereItsTakerHasEnough) {
  Numbers source(1'000'000);
  const auto engine = make_engine({});
  engine->add("numbers", {"n", "t"}, source);
  int taken = 0;
  engine->query("SELECT n FROM numbers()", [&](std::span<const Text>) { return ++taken < 5; });
  EXPECT_EQ(taken, 5);
  EXPECT_LT(source.at_, 100'000U);
}

TEST(Engine, KeepsTheOrderOfASource) {
  Numbers source(100'000);
  const auto engine = make_engine({});
  engine->add("numbers", {"n", "t"}, source);
  std::size_t next = 0;
  engine->query("SELECT n FROM numbers()",
                [&](std::span<const Text> row) { return *row[0] == std::to_string(next++); });
  EXPECT_EQ(next, 100'000U);
}

TEST(Literal, IsQuoted) {
  EXPECT_EQ(literal("it's"), "'it''s'");
  EXPECT_EQ(identifier("a\"b"), "\"a\"\"b\"");
}

}  // namespace
}  // namespace millrace::sql
