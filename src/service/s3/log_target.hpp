// The logging of a bucket as its setting keeps it: where the records go, under which names, and who
// may read them.
#pragma once

#include "base/time.hpp"
#include "objects/acl.hpp"
#include "objects/objects.hpp"

#include <string>
#include <string_view>

namespace millrace::service::s3 {

constexpr std::string_view logging_setting = "logging";

enum class LogNames {
  simple,       // PREFIX, and the time of the delivery
  by_delivery,  // PREFIX, account, region, bucket, the day of the delivery
  by_event,     // the same with the day of the requests: each object has those of one day
};

struct LogTarget {
  std::string bucket;
  std::string prefix;
  LogNames names = LogNames::simple;
  objects::Acl grants;
};

// A document of the request's own members, LoggingEnabled's.
[[nodiscard]] LogTarget parse_log_target(std::string_view document);

// The key of an object with records of this source. `unique` tells it from others of the second.
[[nodiscard]] std::string log_key(const LogTarget& target, const objects::Bucket& source,
                                  base::Timestamp event, base::Timestamp delivery,
                                  std::string_view unique);

}  // namespace millrace::service::s3
