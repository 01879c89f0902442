// S3's older presigned URLs, which boto3 makes by default: Expires and an HMAC-SHA1 in the query
// string.
#pragma once

#include "aws/model.hpp"
#include "aws/sigv4.hpp"
#include "base/encoding.hpp"

#include <string>
#include <string_view>

namespace millrace::aws {

[[nodiscard]] bool is_old_presigned(const http::Request& request);
// Throws SignatureError.
[[nodiscard]] Signature parse_old_presigned(const http::Request& request);
[[nodiscard]] std::string old_string_to_sign(const http::Request& request);
// Whether what asks for the operation is part of what is signed: of the query string only some
// names are, and another one could be added to a URL by whoever was given it.
[[nodiscard]] bool is_signed_of_old(const OperationShape& operation);
// Base64 of the HMAC-SHA1.
[[nodiscard]] std::string old_sign(std::string_view secret, std::string_view text);

}  // namespace millrace::aws
