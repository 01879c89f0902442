// The refusals of S3 Select: AWS's codes in AWS's words.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::sql::select {

class SelectError : public std::runtime_error {
 public:
  // `detail` follows the documented words: the name that is meant, or the place.
  explicit SelectError(std::string_view code, std::string_view detail = {});
  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  std::string code_;
};

}  // namespace millrace::sql::select
