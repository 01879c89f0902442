// libsvm text, `label[:weight] [qid:group] index:value ...`, as XGBoost reads it: indices begin at
// 0, `#` begins a comment.
#pragma once

#include "table/matrix.hpp"

#include <span>
#include <string_view>

namespace millrace::table {

// Throws DataError with file and line.
[[nodiscard]] Dataset read_libsvm(std::span<const Input> inputs, int threads);

// Rows from a request's body, where the label may be missing.
[[nodiscard]] Matrix parse_libsvm(std::string_view text);

}  // namespace millrace::table
