// One question with everything that bears on it, as plain texts and JSON: what the comparison of
// the two decisions draws, makes smaller and prints.
#pragma once

#include "base/time.hpp"
#include "base/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace millrace::policy::testing {

using Texts = std::vector<std::string>;
using Document = base::Value;  // a policy
using Documents = std::vector<Document>;
// Condition keys with their values.
using Keys = std::map<std::string, Texts>;

enum class Who { root, user, role_session, federated_user, service, anonymous };

struct Caller {
  Who who = Who::user;
  std::string account;  // none of services and of the anonymous
  std::string name;     // of the user or the role; "logging.s3.amazonaws.com"
  std::string session;  // of a role's or a federated user's
  std::map<std::string, std::string> tags;
  bool is_service_linked = false;  // the role belongs to a service
  // Temporary credentials: when they were issued, and when a device's code was shown for them.
  std::optional<base::Timestamp> issued;
  std::optional<base::Timestamp> mfa;
  std::string provider;  // of identities, by which a role's session came to be
};

// What an organisation lays over an account, from the root down.
struct Overlay {
  std::string id;
  Texts path;  // o-..., r-..., ou-...
  bool is_management = false;
  std::vector<Documents> service_controls;
  std::vector<Documents> resource_controls;
};

struct Case {
  Caller caller;
  std::string action;
  std::string resource;
  std::string owner;  // the account of the resource
  Keys keys;          // that come with the request
  base::Timestamp now;
  Documents identity;
  std::optional<Document> boundary;
  std::optional<Documents> session;  // what was passed for the session
  std::optional<Document> resource_policy;
  std::map<std::string, Overlay> overlays;  // by account
};

}  // namespace millrace::policy::testing
