// The functions of S3 Select that the engine's own do not cover, under names that begin with s3_.
#pragma once

#include "sql/engine.hpp"

namespace millrace::sql::select {

void add_functions(Engine& engine);
void add_aggregates(Engine& engine);

// What they compute, on values as value.hpp has them.
[[nodiscard]] OwnText compute(std::string_view operation, const Text& a, const Text& b);
[[nodiscard]] OwnText cast(const Text& value, std::string_view type);
// Less than zero, zero, more; nothing where one is null or missing; `unlike` of other kinds.
constexpr int unlike = 2;
[[nodiscard]] std::optional<int> compare(const Text& a, const Text& b);
[[nodiscard]] std::string substring(std::string_view text, std::int64_t start,
                                    std::optional<std::int64_t> length);
[[nodiscard]] std::string trim(std::string_view text, std::string_view side,
                               std::string_view removed);
[[nodiscard]] bool like(std::string_view text, std::string_view pattern, std::string_view escape);

}  // namespace millrace::sql::select
