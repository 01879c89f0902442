// Who is to know of every change of identity: told before the change is answered.
#pragma once

#include "aws/model.hpp"
#include "base/time.hpp"
#include "base/value.hpp"
#include "policy/principal.hpp"

#include <string>
#include <string_view>

namespace millrace::aws {

// A change that was made: of users, roles, policies, keys, accounts, or a session that was given.
struct IdentityChange {
  base::Timestamp time;  // on the service clock
  std::string request_id;
  std::string service;
  std::string operation;
  std::string account;
  policy::Principal principal;
  std::string access_key_id;
  std::string source_ip;
  std::string user_agent;
  base::Value parameters;  // of the request, without secrets
  std::string issued_key;  // the id of the access key that the answer gave, if it did
};

class Auditor {
 public:
  virtual ~Auditor() = default;
  // On a worker; durable when it returns. What it throws fails the request, whose change stays.
  virtual void record(const IdentityChange& change) = 0;
};

[[nodiscard]] bool is_identity_change(std::string_view service, std::string_view operation);
// The value with CloudTrail's words in the place of what the model calls sensitive, and of codes
// and tokens, which it does not.
[[nodiscard]] base::Value without_secrets(const Shape& shape, const base::Value& value);
// Of an answer that gives one.
[[nodiscard]] std::string issued_key(const base::Value& answer);

}  // namespace millrace::aws
