// JSON as text: where a value ends, what stands inside it, without a tree of values.
#pragma once

#include "sql/select/tree.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::sql::select {

constexpr std::size_t nesting_limit = 128;

// The end of the value that begins at `at`, every character of which is checked; nothing where more
// text is needed (never when `is_all`). Throws SelectError.
[[nodiscard]] std::optional<std::size_t> json_value_end(std::string_view text, std::size_t at,
                                                        bool is_all);
// Without blanks outside of texts.
void compact_json(std::string_view value, std::string& out);

// The rest is for values that were checked and compacted.

// False from the callback ends the walk.
void for_each_member(std::string_view object,
                     const std::function<bool(std::string_view name, std::string_view value)>& see);
void for_each_element(std::string_view list,
                      const std::function<bool(std::string_view value)>& see);
[[nodiscard]] std::string unescape_json(std::string_view text);  // with its quotation marks
// As value.hpp has it.
[[nodiscard]] std::string tagged_json(std::string_view value);
// The value at the end of the steps; nothing where there is none. Throws SelectError when a name is
// ambiguous.
[[nodiscard]] std::optional<std::string_view> follow(std::string_view value,
                                                     std::span<const Step> steps);

// Steps as one text, and back.
[[nodiscard]] std::string encode_steps(std::span<const Step> steps);
[[nodiscard]] Path decode_steps(std::string_view text);

}  // namespace millrace::sql::select
