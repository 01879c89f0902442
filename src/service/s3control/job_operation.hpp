// What a job does to each object: taken from its request, and turned into the S3 operation that
// does it.
#pragma once

#include "aws/caller.hpp"
#include "aws/view.hpp"
#include "service/s3control/tasks.hpp"

#include <span>
#include <string_view>

namespace millrace::service::s3control {

// A member that is acted upon; of a structure those inside.
struct Kept {
  std::string_view name;
  std::span<const Kept> inside = {};
};
// Takes them and keeps them in `out` as they were given.
void keep_members(const aws::View& in, std::span<const Kept> members, base::Map& out);

// The operations that are asked for, as {name: members}: a job has one.
[[nodiscard]] base::Map read_operation(const aws::View& in);
// Throws what refuses a job with them.
void check_operation(const base::Map& operation);

// Whether doing it once more leaves everything as it is.
[[nodiscard]] bool is_repeatable(std::string_view operation);
// The call that does `members` of the operation to the task's object.
[[nodiscard]] aws::Asked call_of(std::string_view operation, const base::Map& members,
                                 const Task& task, const std::string& region);

// The bucket of arn:aws:s3:::BUCKET; empty for what is none.
[[nodiscard]] std::string bucket_in_arn(std::string_view arn);

}  // namespace millrace::service::s3control
