// What S3 asks of a bucket's policy beyond its grammar: actions that exist, on this bucket.
#pragma once

#include <string>
#include <string_view>

namespace millrace::service::s3 {

// Throws identity::MalformedPolicy in S3's words. The document is well-formed.
void check_bucket_policy(std::string_view document, std::string_view bucket);

}  // namespace millrace::service::s3
