// The source of a copy: named by a header, opened under its own permission and conditions.
#pragma once

#include "aws/operation.hpp"
#include "objects/object_store.hpp"
#include "service/s3/conditions.hpp"
#include "service/s3/encryption.hpp"
#include "service/s3/service.hpp"

#include <functional>
#include <optional>
#include <string>

namespace millrace::service::s3 {

struct CopySource {
  std::string header;  // bucket/key, percent-encoded, with ?versionId=
  std::optional<std::string> expected_owner;
  Conditions conditions;
  CustomerKeyHeaders customer;
};

[[nodiscard]] CopySource read_copy_source(const aws::View& in);

struct SourceName {
  std::string bucket;  // or an access point's ARN or alias, until it is resolved (points.hpp)
  std::string key;
  std::optional<std::string> version = std::nullopt;
  policy::Conditions way = {};  // what is said with each question about it
};
[[nodiscard]] SourceName parse_copy_source(const std::string& header);

// The version that was copied, where its bucket has versions.
void show_source_version(const Service& service, const SourceName& name,
                         const objects::ObjectInfo& source, aws::Map& answer);

// The range that `choose` wants of the source, open. Every condition that does not hold is a 412.
[[nodiscard]] objects::OpenRange open_copy_source(
    const Service& service, aws::Call& call, const CopySource& source, const SourceName& name,
    const std::function<objects::ByteRange(const objects::ObjectDetail&)>& choose);

}  // namespace millrace::service::s3
