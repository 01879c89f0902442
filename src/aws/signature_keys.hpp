// The condition keys of S3 that tell how a request was signed.
#pragma once

#include "base/time.hpp"
#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::aws {

inline constexpr std::string_view signature_keys[] = {
    "s3:authType", "s3:signatureAge", "s3:signatureversion", "s3:x-amz-content-sha256"};
// Nothing for any other key, and for what an unsigned request does not have.
[[nodiscard]] std::optional<std::vector<std::string>> signature_key(const http::Request& request,
                                                                    base::Timestamp now,
                                                                    std::string_view key);

}  // namespace millrace::aws
