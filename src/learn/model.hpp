// A trained model, immutable: rows in, numbers out, from any thread.
#pragma once

#include "learn/contract.hpp"
#include "table/matrix.hpp"

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn {

// The files are missing, damaged, or of a kind that is not read.
struct ModelError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The rows do not fit the model.
struct PredictionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What answers call some of a row's numbers: "score": [0.2, 0.8].
struct Output {
  std::string_view name;
  std::size_t width = 1;
  bool list = false;   // even where it is one number
  bool whole = false;  // printed as integers
};

[[nodiscard]] inline std::size_t width_of(std::span<const Output> outputs) {
  std::size_t width = 0;
  for (const Output& output : outputs) width += output.width;
  return width;
}

struct LabelProbability {
  std::string label;
  float probability = 0;
};

// A model whose rows are texts: it gives words vectors, or sentences labels.
class TextModel {
 public:
  virtual ~TextModel() = default;
  [[nodiscard]] virtual bool classifies() const = 0;
  [[nodiscard]] virtual std::vector<float> vector_of(std::string_view word) const = 0;
  // The `most` most probable labels, the best first.
  [[nodiscard]] virtual std::vector<LabelProbability> classify(std::string_view sentence,
                                                               std::size_t most) const = 0;
};

// Turns a row whose columns are texts into the numbers that a model takes.
class FieldReader {
 public:
  virtual ~FieldReader() = default;
  // Appends a row. Throws PredictionError.
  virtual void append(const std::vector<std::string>& fields, table::Matrix& rows) const = 0;
};

// A model whose answers are in 64 bits, as AWS's JumpStart containers give them: a probability for
// each class, or one number.
class TabularModel {
 public:
  virtual ~TabularModel() = default;
  // What the classes are called, as JSON; empty for a regression.
  [[nodiscard]] virtual const std::vector<std::string>& classes() const = 0;
  // `out` has a place for each class of each row, or one for each row of a regression. Throws
  // PredictionError when the rows do not fit.
  virtual void predict(const table::Matrix& rows, std::span<double> out) const = 0;
};

class Model {
 public:
  virtual ~Model() = default;
  [[nodiscard]] virtual std::string_view objective() const = 0;
  [[nodiscard]] virtual std::size_t features() const = 0;
  // How many numbers a row's prediction has.
  [[nodiscard]] virtual std::size_t width() const = 0;
  // That it tells apart; 0 where that is not said.
  [[nodiscard]] virtual std::size_t class_count() const { return 0; }
  // The names of these numbers, in their order.
  [[nodiscard]] virtual std::vector<Output> outputs() const {
    return {{.name = "score", .width = width(), .list = width() > 1}};
  }
  // What JSON answers call the list of rows.
  [[nodiscard]] virtual std::string_view list_name() const { return "predictions"; }
  // Whose formats its answers have.
  [[nodiscard]] virtual Container container() const { return Container::toolkit; }
  // The same model telling more of each row, where an answer is asked for with `verbose=true`;
  // null: there is no more to tell.
  [[nodiscard]] virtual const Model* verbose() const { return nullptr; }
  // What is asked instead of `predict` where rows are texts; null where they are numbers.
  [[nodiscard]] virtual const TextModel* text() const { return nullptr; }
  // What is asked instead of `predict` where answers are AWS's JumpStart containers'; null where
  // they are not.
  [[nodiscard]] virtual const TabularModel* tabular() const { return nullptr; }
  // How the rows of requests are read where their columns are texts; null: they are numbers.
  [[nodiscard]] virtual const FieldReader* field_reader() const { return nullptr; }
  // `out` has rows times width places. Throws PredictionError when the rows have more columns than
  // the model knows.
  virtual void predict(const table::Matrix& rows, std::span<float> out) const = 0;
};

// How much a column was used by all the splits of a model.
struct ColumnImportance {
  std::size_t column = 0;
  double splits = 0;
  double total_gain = 0;
  double total_cover = 0;
};

// Why a model answers what it answers.
class Explainer {
 public:
  virtual ~Explainer() = default;
  [[nodiscard]] virtual std::size_t features() const = 0;
  // How many numbers of a row's prediction are explained, before the objective's transformation.
  [[nodiscard]] virtual std::size_t outputs() const = 0;
  // As a model's.
  [[nodiscard]] virtual const FieldReader* field_reader() const { return nullptr; }
  // `out` has rows x outputs x (features + 1) places: what each column adds to the output (its
  // Shapley value), and last the mean, to which they add. Throws PredictionError when the rows have
  // more columns than the model knows.
  virtual void contributions(const table::Matrix& rows, std::span<float> out) const = 0;
  // Columns that were used, in their order.
  [[nodiscard]] virtual std::vector<ColumnImportance> importance() const = 0;
};

}  // namespace millrace::learn
