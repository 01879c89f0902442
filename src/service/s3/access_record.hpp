// A request as a line of S3's server access log.
#pragma once

#include "service/s3/request_facts.hpp"

#include <string>
#include <string_view>

namespace millrace::service::s3 {

// Whose log it is. His canonical id takes a digest, and stands in most lines twice.
struct LogOwner {
  explicit LogOwner(std::string owner_account);
  std::string account;
  std::string canonical;
};

// All fields in AWS's order, with the line's end; "-" for what is not there.
[[nodiscard]] std::string access_record(const LogOwner& owner, const RequestFacts& facts);

}  // namespace millrace::service::s3
