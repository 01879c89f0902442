// What a batch job does, row by row of its manifest: a task is an object and what came of it.
#pragma once

#include <cstdint>
#include <string>

namespace millrace::service::s3control {

struct Task {
  std::int64_t number = 0;  // from 1, in the manifest's order
  std::string bucket;
  std::string key;
  std::string version;  // as the wire names it; empty: the newest
};

struct Outcome {
  std::int64_t number = 0;
  bool succeeded = false;
  int status = 200;     // of HTTP
  std::string code;     // empty where it succeeded
  std::string message;  // the report's
};

}  // namespace millrace::service::s3control
