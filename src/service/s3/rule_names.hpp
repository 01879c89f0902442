// The names of the rules of a lifecycle or a replication.
#pragma once

#include "aws/operation.hpp"

namespace millrace::service::s3 {

// Each rule has a name of its own, made where none is given: InvalidArgument for one that is too
// long or another's.
void name_rules(aws::Value& rules, const aws::Call& call);

}  // namespace millrace::service::s3
