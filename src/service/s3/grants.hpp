// Access control lists as requests ask for them: canned, by grant headers or in full; and who owns
// an object that is written.
#pragma once

#include "aws/operation.hpp"
#include "objects/acl.hpp"
#include "objects/object_store.hpp"
#include "service/s3/service.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::service::s3 {

struct AskedGrant {
  std::string type;  // CanonicalUser, Group, AmazonCustomerByEmail
  std::string name;  // the id, URI or address
  std::string permission;
};

struct AskedAcl {
  std::string canned;
  std::vector<std::pair<std::string, std::string>> headers;  // permission, the header's grantees
  struct Policy {
    std::optional<std::string> owner;  // a canonical user id
    std::vector<AskedGrant> grants;
  };
  std::optional<Policy> policy;

  [[nodiscard]] bool is_empty() const { return canned.empty() && headers.empty() && !policy; }
};

enum class AclOf { bucket, object };
// The members ACL and Grant*, of which objects that are put have no GrantWrite.
[[nodiscard]] AskedAcl read_acl_headers(const aws::View& in, bool with_write);
[[nodiscard]] AskedAcl read_acl(const aws::View& in);  // with the AccessControlPolicy

// The grants asked for. The owner and the bucket's owner go by their canonical ids.
[[nodiscard]] objects::Acl to_acl(const Service& service, const AskedAcl& asked, AclOf of,
                                  const std::string& owner, const std::string& bucket_owner);

// AccessDenied where a block of public access refuses public grants: the bucket's, its account's,
// or that of the access point by which the call came.
void check_public_acl(const Service& service, const aws::Call& call, std::string_view action,
                      const std::string& resource, const objects::Bucket& bucket,
                      const objects::Acl& acl);
[[nodiscard]] aws::Error acl_not_supported();

// Sets the owner and grants of an object that the caller is about to write.
void set_object_acl(const Service& service, const aws::Call& call, const objects::Bucket& bucket,
                    std::string_view key, const AskedAcl& asked, objects::Traits& traits);

// The canonical ids of a bucket's owner and of an object's, or an upload's, in it.
[[nodiscard]] std::string owner_id(const objects::Bucket& bucket);
[[nodiscard]] std::string owner_id(const objects::Bucket& bucket, const objects::Traits& traits);

// s3:x-amz-acl and s3:x-amz-grant-*, as the head of a request shows them.
void add_acl_conditions(aws::Need& need, const aws::Value& input);
[[nodiscard]] policy::Conditions acl_conditions(const AskedAcl& asked);
[[nodiscard]] bool asks_for_acl(const aws::Value& input);

}  // namespace millrace::service::s3
