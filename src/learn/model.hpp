// A trained model, immutable: rows in, numbers out, from any thread.
#pragma once

#include "table/matrix.hpp"

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>

namespace millrace::learn {

// The files are missing, damaged, or of a kind that is not read.
struct ModelError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The rows do not fit the model.
struct PredictionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Model {
 public:
  virtual ~Model() = default;
  [[nodiscard]] virtual std::string_view objective() const = 0;
  [[nodiscard]] virtual std::size_t features() const = 0;
  // How many numbers a row's prediction has.
  [[nodiscard]] virtual std::size_t width() const = 0;
  // `out` has rows times width places. Throws PredictionError when the rows have more columns than
  // the model knows.
  virtual void predict(const table::Matrix& rows, std::span<float> out) const = 0;
};

}  // namespace millrace::learn
