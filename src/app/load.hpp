// Filling a bucket faster than by requests, where no server has the data folder.
#pragma once

#include "app/settings.hpp"

#include <string>

namespace millrace::app {

// Puts the files of `from`, a folder, a tar file, or "-" for one on standard input, below `to`, an
// s3://bucket/prefix. Thousands share a commit; all are durable when it returns, and where it is
// interrupted those of former commits are.
int load(Settings settings, const std::string& from, const std::string& to);

}  // namespace millrace::app
