// Where a report of a bucket goes: into another bucket, by S3 itself, as far as that bucket's
// policy lets S3 in for this source.
#pragma once

#include "base/stream.hpp"
#include "base/value.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::reports {

struct Destination {
  std::string bucket;
  std::string account;     // that must own it; empty: whoever does
  std::string prefix;      // empty, or without a slash at its end
  std::string encryption;  // objects::sse_s3, or empty: what the bucket does by itself
};

// The members of a configuration's S3BucketDestination.
[[nodiscard]] Destination destination_of(const base::Value& document);
// The name in an ARN of a bucket; nothing in what is no such ARN.
[[nodiscard]] std::optional<std::string> bucket_in_arn(std::string_view arn);

// The words say why.
struct Undeliverable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Delivery {
 public:
  // All outlive it.
  Delivery(objects::ObjectStore& objects, identity::Authority& authority,
           const objects::Bucket& source, const Destination& to)
      : objects_(objects), authority_(authority), source_(source), to_(to) {}

  // PREFIX/NAME, the key of what is put under the name.
  [[nodiscard]] std::string key_of(std::string_view name) const;
  [[nodiscard]] const std::string& bucket() const { return to_.bucket; }
  // Durable when it returns. Throws Undeliverable.
  objects::ObjectInfo put(const std::string& key, base::Reader& bytes,
                          const std::string& content_type);
  objects::ObjectInfo put(const std::string& key, const std::string& text,
                          const std::string& content_type);

 private:
  [[nodiscard]] std::string encryption() const;

  objects::ObjectStore& objects_;
  identity::Authority& authority_;
  const objects::Bucket& source_;
  const Destination& to_;
};

}  // namespace millrace::reports
