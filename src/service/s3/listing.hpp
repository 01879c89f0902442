// What listings of keys, of versions and of uploads have in common.
#pragma once

#include "base/value.hpp"
#include "objects/objects.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

constexpr std::int64_t page_limit = 1000;

// A key or prefix as a listing writes it: percent-encoded where the client asked for that.
[[nodiscard]] std::string listed_name(const std::string& name, bool encoded);
[[nodiscard]] base::Value common_prefixes_value(const std::vector<std::string>& prefixes,
                                                bool encoded);
// What every listing tells of an object; its version and owner apart.
[[nodiscard]] base::Map listed_object(const objects::ObjectInfo& object, bool encoded);
[[nodiscard]] base::Map owner_value(const objects::Bucket& bucket,
                                    const objects::ObjectInfo& object);
void check_page_size(std::int64_t size, std::string_view argument);

}  // namespace millrace::service::s3
