// How large buckets are, as S3 measures them day by day.
#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace millrace::objects {

struct BucketSize {
  std::string bucket;
  std::string account;
  std::string region;
  std::int64_t things = 0;                    // versions, delete markers, parts of uploads
  std::map<std::string, std::int64_t> bytes;  // by storage class; of parts as of their upload
};

// Of every bucket. Looks at every row.
[[nodiscard]] std::vector<BucketSize> bucket_sizes(store::Database& database);

}  // namespace millrace::objects
