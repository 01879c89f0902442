// A statement of S3 Select read by AWS's grammar, and written again.
#pragma once

#include "sql/select/tree.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace::sql::select {

constexpr std::size_t expression_limit = 256 * 1024;  // bytes of a statement
constexpr int tree_height_limit = 100;
constexpr std::size_t tree_size_limit = 5000;  // operators and operands

// Throws SelectError with the code of what is wrong or not supported.
[[nodiscard]] Statement parse(std::string_view statement);

// With all parentheses: what reads as the same tree.
[[nodiscard]] std::string print(const Statement& statement);

}  // namespace millrace::sql::select
