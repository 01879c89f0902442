// Requests that come by an access point: by its alias or its host's name where a bucket's stands,
// by its ARN where the source of a copy does.
#pragma once

#include "aws/operation.hpp"
#include "aws/resolve.hpp"
#include "objects/points.hpp"
#include "service/s3/copy_source.hpp"
#include "service/s3/service.hpp"

#include <memory>

namespace millrace::service::s3 {

// Puts the bucket's own name into a request's input, and what the access point brings to decisions
// into its call: from then on each question on the bucket is asked on the point's way. Refuses what
// access points do not do.
[[nodiscard]] aws::ResolveEntry resolve_entry(Service& service);

// By which the call came; null: by none.
[[nodiscard]] std::shared_ptr<const objects::AccessPoint> point_of(const Service& service,
                                                                   const aws::Call& call);
// What blocks public access to the bucket for this call: on its way too.
[[nodiscard]] objects::PublicBlock block_for(const Service& service, const aws::Call& call,
                                             const objects::Bucket& bucket);

// The source with its bucket's own name and the way on which it is read, which need not be the
// call's.
[[nodiscard]] SourceName resolve_source(const Service& service, const aws::Call& call,
                                        SourceName source);

}  // namespace millrace::service::s3
