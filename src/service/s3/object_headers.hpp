// What an object is stored with besides its bytes: read from a request, shown in answers.
#pragma once

#include "aws/operation.hpp"
#include "objects/object_store.hpp"
#include "service/s3/encryption.hpp"
#include "service/s3/grants.hpp"
#include "service/s3/object_lock.hpp"

#include <string>

namespace millrace::service::s3 {

// The members that PutObject, CopyObject and CreateMultipartUpload share.
struct ObjectHeaders {
  objects::PutOptions options;  // without tags
  std::string tagging;          // the header, to be parsed
  AskedAcl acl;
  std::string storage_class;
  AskedLock lock;
  EncryptionHeaders encryption;
};

[[nodiscard]] ObjectHeaders read_object_headers(const aws::View& in);
// Of an object about to be put there by the caller. Refuses classes that S3 does not have,
// ACLs that this bucket does not have, metadata and tags beyond S3's limits.
[[nodiscard]] objects::PutOptions checked_options(const Service& service, const aws::Call& call,
                                                  const objects::Bucket& bucket,
                                                  std::string_view key,
                                                  const ObjectHeaders& headers);

// ETag, LastModified, type, metadata and the stored headers, as GetObject and HeadObject show them.
void show_object(const objects::ObjectDetail& object, aws::Map& answer);
void show_checksums(const objects::Attributes& checksums, const std::string& type,
                    aws::Map& answer);
[[nodiscard]] std::string quoted(const std::string& etag);
[[nodiscard]] std::string unquoted(std::string_view etag);

}  // namespace millrace::service::s3
