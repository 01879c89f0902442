// What the lifecycle of a bucket has in store for an object, as answers show it.
#pragma once

#include "base/value.hpp"
#include "objects/object_store.hpp"

namespace millrace::service::s3 {

struct Service;

// x-amz-expiration: when, and by which rule; nothing where none applies.
void show_expiration(Service& service, const objects::Bucket& bucket,
                     const objects::ObjectInfo& info, base::Map& answer);
// When an upload that nobody finishes is aborted.
void show_abort(Service& service, const objects::Bucket& bucket, const objects::Upload& upload,
                base::Map& answer);
// x-amz-restore: of an archived object, how long it is readable yet.
void show_restore(const objects::ObjectInfo& info, base::Timestamp now, base::Map& answer);

}  // namespace millrace::service::s3
