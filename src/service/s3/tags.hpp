// Tags of buckets and objects, as lists and as a header, within S3's limits.
#pragma once

#include "aws/operation.hpp"
#include "objects/objects.hpp"

#include <cstddef>
#include <string_view>

namespace millrace::service::s3 {

constexpr std::size_t object_tags_limit = 10;
constexpr std::size_t bucket_tags_limit = 50;

[[nodiscard]] objects::Attributes read_tags(const aws::Member& list, std::size_t limit);
// The x-amz-tagging header: pairs as in a query string.
[[nodiscard]] objects::Attributes parse_tagging_header(std::string_view header);
// aws:RequestTag/KEY and aws:TagKeys.
[[nodiscard]] policy::Conditions tag_conditions(const objects::Attributes& tags);
[[nodiscard]] aws::Value tags_value(const objects::Attributes& tags);

}  // namespace millrace::service::s3
