// What listings of keys and of uploads have in common.
#pragma once

#include "base/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

// A key or prefix as a listing writes it: percent-encoded where the client asked for that.
[[nodiscard]] std::string listed_name(const std::string& name, bool encoded);
[[nodiscard]] base::Value common_prefixes_value(const std::vector<std::string>& prefixes,
                                                bool encoded);
void check_page_size(std::int64_t size, std::string_view argument);

}  // namespace millrace::service::s3
