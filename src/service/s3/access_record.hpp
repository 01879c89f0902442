// A request as a line of S3's server access log.
#pragma once

#include "service/s3/request_facts.hpp"

#include <string>
#include <string_view>

namespace millrace::service::s3 {

// All fields in AWS's order, with the line's end; "-" for what is not there.
[[nodiscard]] std::string access_record(std::string_view owner_account, const RequestFacts& facts);

}  // namespace millrace::service::s3
