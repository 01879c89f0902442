// Which of AWS's services an entity's policies let it reach, and when somebody last tried: access
// advisor. Only permissions policies count, as in AWS; boundaries and resources' policies do not.
#pragma once

#include "identity/directory.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

// All services of AWS: "s3" to "Amazon S3".
class ServiceNames {
 public:
  ServiceNames();
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const {
    return names_;
  }

 private:
  std::map<std::string, std::string, std::less<>> names_;
};

// A policy that bears on an entity, and whose it is.
struct HeldPolicy {
  std::string name;
  std::string arn;  // of a managed one
  HolderRef owner;
  std::string document;
};

// What is asked about: a user, a group, a role or a managed policy.
struct Subject {
  enum class Type { user, group, role, policy };
  Type type = Type::user;
  Entity entity;
  std::vector<HeldPolicy> policies;
  std::vector<Entity>
      users;  // who may have used them: itself, a group's members, a policy's holders
};
// Throws NoSuchEntity; nothing for an ARN of something else.
[[nodiscard]] std::optional<Subject> find_subject(Directory& directory, std::string_view account,
                                                  const std::string& arn);

[[nodiscard]] bool grants_service(std::string_view document, std::string_view service);

// One attempt to use a service.
struct Access {
  Entity who;
  std::string operation;  // empty where only the service is asked about
  std::string region;
  base::Timestamp at;
};
struct ServiceAccess {
  std::string service;
  std::size_t entities = 0;     // that tried
  std::optional<Access> last;   // of all of them
  std::vector<Access> actions;  // the last of each operation
};
[[nodiscard]] std::vector<ServiceAccess> service_accesses(Directory& directory,
                                                          const ServiceNames& names,
                                                          const Subject& subject);
// Each of the subject's users with its last attempt at the service, if there was one.
struct UserAccess {
  Entity who;
  std::optional<base::Timestamp> at;
};
[[nodiscard]] std::vector<UserAccess> accesses_of(Directory& directory, const Subject& subject,
                                                  std::string_view service);

}  // namespace millrace::identity
