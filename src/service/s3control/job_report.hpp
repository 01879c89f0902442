// A job's completion report: what came of each task, as files in a bucket, written as the job's
// role.
#pragma once

#include "aws/caller.hpp"
#include "base/time.hpp"
#include "service/s3control/job.hpp"
#include "service/s3control/task_store.hpp"

namespace millrace::service::s3control {

// Where the job asks for one and a task has run. Writing it again gives the same files. Throws
// aws::Error as PutObject refuses.
void write_report(aws::Caller& caller, const policy::Principal& role, const Job& job,
                  TaskStore& tasks, base::Timestamp now);

}  // namespace millrace::service::s3control
