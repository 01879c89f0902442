// Session policies travel as JSON with their principal; each is parsed once and kept for the
// decisions that follow.
#pragma once

#include "policy/policy.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace millrace::identity {

class SessionPolicies {
 public:
  // Throws MalformedPolicy or UnsupportedPolicy. Shared: a decision goes on with it when it is
  // dropped from here.
  [[nodiscard]] std::shared_ptr<const policy::Policy> parsed(const std::string& document);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const policy::Policy>> known_;  // guarded by mutex_
};

}  // namespace millrace::identity
