// Conditional requests, as S3 weighs their headers against an object.
#pragma once

#include "aws/operation.hpp"
#include "objects/object_store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::service::s3 {

struct Conditions {
  std::optional<std::string> match;
  std::optional<std::string> none_match;
  std::optional<base::Timestamp> modified_since;
  std::optional<base::Timestamp> unmodified_since;
};

enum class Verdict { holds, not_modified, failed };
struct Judgement {
  Verdict verdict = Verdict::holds;
  std::string_view condition;  // the header that decided
};

// `prefix` is of the members' names: "" or "CopySource".
[[nodiscard]] Conditions read_conditions(const aws::View& in, const std::string& prefix);
// A matching If-Match overrides If-Unmodified-Since, a differing If-None-Match If-Modified-Since.
[[nodiscard]] Judgement judge(const Conditions& conditions, const objects::ObjectInfo& object);

// IfMatch and IfNoneMatch of a write, where only "*" may be asked to be absent.
struct WriteConditions {
  std::optional<std::string> match;
  std::optional<std::string> none_match;
};
[[nodiscard]] WriteConditions read_write_conditions(const aws::View& in);
[[nodiscard]] objects::Precondition to_precondition(const WriteConditions& conditions);

}  // namespace millrace::service::s3
