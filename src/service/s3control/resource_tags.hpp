// Tags of buckets and access points within S3's limits.
#pragma once

#include "aws/operation.hpp"
#include "objects/objects.hpp"

#include <cstddef>

namespace millrace::service::s3control {

constexpr std::size_t resource_tags_limit = 50;

[[nodiscard]] objects::Attributes read_tag_list(const aws::Member& list);
// Refuses keys of AWS's own, keys that come twice, and too many.
void check_tags(const objects::Attributes& tags);

}  // namespace millrace::service::s3control
