// Which objects were read lately whose class asks for that, until it is written down: reading costs
// no write, and an object at most one a day.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace millrace::objects {

// Noted at a time; what is read beyond them counts at its next reading.
constexpr std::size_t accesses_limit = 100'000;

struct Access {
  std::int64_t id = 0;  // of the row
  std::string bucket;
  std::string key;
  std::string version;
  base::Timestamp day;
};

// Safe from any thread.
class Accesses {
 public:
  void note(const Access& access);
  [[nodiscard]] std::vector<Access> take();

 private:
  std::mutex mutex_;
  std::unordered_map<std::int64_t, Access> noted_;  // guarded by mutex_
};

}  // namespace millrace::objects
