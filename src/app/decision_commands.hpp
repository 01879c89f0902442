// The commands that tell of decisions: why, policy from-trail, audit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::app {

struct WhyGiven {
  std::string request_id;  // empty, with no principal: the last refusals
  std::string principal;
  std::string action;
  std::string resource;
  std::vector<std::string> context;  // KEY=VALUE
};
int print_why(const std::string& data, const WhyGiven& given, bool as_json);

struct FromTrailGiven {
  std::string file;  // a recording; empty: what the running server remembers
  std::string principal;
  std::string since;
  std::vector<std::string> widen;
};
int print_trail_policy(const std::string& data, const FromTrailGiven& given);

struct AuditGiven {
  std::string since;
  std::string account;
  std::string principal;
  std::int64_t limit = 100;
};
int print_audit(const std::string& data, const AuditGiven& given, bool as_json);

}  // namespace millrace::app
