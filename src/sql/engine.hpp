// An SQL engine for one statement at a time, in memory and behind walls: it reaches no file but the
// one that it was given, no network and no extension, and its configuration is locked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::sql {

using Text = std::optional<std::string_view>;  // nothing: NULL
using OwnText = std::optional<std::string>;

// In the engine's own words.
struct EngineError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A function of texts, called for each row; sees NULLs. What it throws ends the query and is thrown
// by it.
struct TextFunction {
  std::string name;
  std::size_t arguments = 0;
  std::function<OwnText(std::span<const Text>)> body;
};
struct TruthFunction {
  std::string name;
  std::size_t arguments = 0;
  std::function<std::optional<bool>(std::span<const Text>)> body;
};

// The running state of an aggregate of one text.
class Fold {
 public:
  virtual ~Fold() = default;
  virtual void add(Text value) = 0;
  virtual void join(const Fold& other) = 0;
  [[nodiscard]] virtual OwnText result() const = 0;
};
struct Aggregate {
  std::string name;
  std::function<std::unique_ptr<Fold>()> begin;
};

// Rows that are read once, in order, as a statement asks for them.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // A text for each column, valid until the next call; false at the end.
  [[nodiscard]] virtual bool next(std::vector<Text>& row) = 0;
};

struct EngineOptions {
  std::uint64_t memory_bytes = 256ULL << 20;
  std::string readable_file;  // the one path that statements may read; empty: none
};

class Engine {
 public:
  // Gets a row's texts, valid for the call; false ends the query.
  using Take = std::function<bool(std::span<const Text>)>;

  virtual ~Engine() = default;
  virtual void add(TextFunction function) = 0;
  virtual void add(TruthFunction function) = 0;
  virtual void add(Aggregate aggregate) = 0;
  // A table function without arguments: FROM name(). `source` outlives the engine.
  virtual void add(std::string name, std::vector<std::string> columns, RowSource& source) = 0;
  // Every column of the result must be a text. Rows come as they are made. Throws EngineError, and
  // what functions, sources and `take` throw.
  virtual void query(const std::string& statement, const Take& take) = 0;
};

// Loads the library when it is first called.
[[nodiscard]] std::unique_ptr<Engine> make_engine(const EngineOptions& options);

// A text as a literal of a statement, and a name as an identifier.
[[nodiscard]] std::string literal(std::string_view text);
[[nodiscard]] std::string identifier(std::string_view name);

}  // namespace millrace::sql
