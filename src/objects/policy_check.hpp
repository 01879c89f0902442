// What S3 asks of a bucket's or an access point's policy beyond its grammar: actions that exist, on
// what the policy belongs to.
#pragma once

#include <string>
#include <string_view>

namespace millrace::objects {

// Throw policy::MalformedPolicy in S3's words. The document is well-formed.
void check_bucket_policy(std::string_view document, std::string_view bucket);
void check_point_policy(std::string_view document, std::string_view point_arn);

}  // namespace millrace::objects
