// Byte ranges as clients ask for them.
#pragma once

#include "objects/object_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::service::s3 {

enum class RangeKind { none, part, unsatisfiable };
struct RangeAnswer {
  RangeKind kind = RangeKind::none;  // none: absent, malformed or several: all bytes, as in S3
  objects::ByteRange range;
};

// The Range header against an object of this size: first-last, first- or -suffix.
[[nodiscard]] RangeAnswer parse_range(std::string_view header, std::uint64_t size);
// x-amz-copy-source-range, of the one form "bytes=first-last"; nothing when it has another.
[[nodiscard]] std::optional<objects::ByteRange> parse_copy_range(std::string_view header);
[[nodiscard]] std::string content_range(const objects::ByteRange& range, std::uint64_t size);

}  // namespace millrace::service::s3
