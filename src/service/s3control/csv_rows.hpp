// Rows of a CSV text as it streams by, as manifests and inventories have them.
#pragma once

#include "base/stream.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::service::s3control {

struct CsvError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class CsvRows {
 public:
  static constexpr std::size_t row_limit = 64 * 1024;  // bytes

  explicit CsvRows(base::Reader& bytes) : bytes_(bytes) {}
  // False at the end. Empty lines are passed over. Throws CsvError.
  [[nodiscard]] bool next(std::vector<std::string>& row);
  [[nodiscard]] std::int64_t line() const { return line_; }  // of the row given last

 private:
  [[nodiscard]] int get();  // -1 at the end
  [[nodiscard]] int peek();
  void read_quoted(std::string& field);
  void check(std::size_t size) const;

  base::Reader& bytes_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t row_size_ = 0;
  std::int64_t line_ = 0;
};

}  // namespace millrace::service::s3control
