// S3's storage metrics: once a day, how many bytes of each storage class and how many objects are
// in each bucket.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"
#include "telemetry/metrics.hpp"

namespace millrace::service::s3 {

// For the day of `now`, at its midnight, unless it was put before; nothing of empty buckets, as of
// S3. Looks at every object.
void put_storage_metrics(store::Database& database, telemetry::Metrics& metrics,
                         base::Timestamp now);

}  // namespace millrace::service::s3
