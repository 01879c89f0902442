// What a fuzz target is: one function of bytes that nobody trusts. Refusals are caught inside;
// whatever else leaves the function, an assertion or a sanitizer's report is a finding.
#pragma once

#include "base/assert.hpp"
#include "base/stream.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::fuzz {

void run(std::string_view input);

// Bytes read in steps of at most `step`, however much is asked for.
class SteppedReader final : public base::Reader {
 public:
  SteppedReader(std::string_view bytes, std::size_t step) : left_(bytes), step_(step) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = left_.copy(out, std::min(size, step_));
    left_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view left_;
  std::size_t step_;
};

// Takes the first line off `rest`, so that one input can hold several texts.
inline std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

}  // namespace millrace::fuzz
