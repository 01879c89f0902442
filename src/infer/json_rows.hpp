// AWS's common JSON formats for inference: dense rows as lists, sparse ones as keys, values and
// shape.
#pragma once

#include "table/matrix.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::infer {

// {"instances": [{"features": [1, 2]}, {"data": {"features": {"values": [1], "keys": [3], "shape":
// [9]}}}]}; null is missing. The rows are sparse where one of them is: then those that are not have
// an entry for every number. Throws table::DataError naming the instance.
[[nodiscard]] table::Matrix parse_json_rows(std::string_view text);

// One instance a line.
[[nodiscard]] table::Matrix parse_json_lines(std::string_view text);

// The same where the features are texts.
[[nodiscard]] std::vector<std::vector<std::string>> parse_json_fields(std::string_view text);
[[nodiscard]] std::vector<std::vector<std::string>> parse_json_line_fields(std::string_view text);

}  // namespace millrace::infer
