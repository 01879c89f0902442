// A query of S3 Select in a child of its own: the request and the object come by standard input,
// what it yields goes to standard output, in frames.
#pragma once

namespace millrace::work {

// The exit code. Raises its own walls first.
int select();

}  // namespace millrace::work
