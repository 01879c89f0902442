// The folder that a training job's work finds: SageMaker's input/config documents, and the input as
// descriptors.
#pragma once

#include "jobs/inputs.hpp"
#include "jobs/job.hpp"

#include <string>
#include <vector>

namespace millrace::jobs {

// Makes the folder anew and writes what src/work/README.md promises. Returns the descriptors that
// the work inherits; they belong to the open channels. An object in several pieces, or without a
// descriptor, is copied below input/data/.
[[nodiscard]] std::vector<int> make_work_folder(const std::string& folder, const Job& job,
                                                const std::vector<OpenChannel>& channels,
                                                int threads);
// An object's bytes as a file; its folders are made.
void copy_object(const objects::OpenObject& object, const std::string& path);

}  // namespace millrace::jobs
