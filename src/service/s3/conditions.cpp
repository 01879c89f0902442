#include "service/s3/conditions.hpp"

#include "base/text.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/object_headers.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

// A list of ETags, quoted or not, or "*".
bool names_etag(std::string_view list, std::string_view etag) {
  return std::ranges::any_of(base::split(list, ','), [&](std::string_view one) {
    const std::string plain = unquoted(one);
    return plain == "*" || plain == etag;
  });
}

// Headers carry whole seconds.
base::Timestamp seconds(base::Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

}  // namespace

Conditions read_conditions(const aws::View& in, const std::string& prefix) {
  return {.match = in.take(prefix + "IfMatch").optional_text(),
          .none_match = in.take(prefix + "IfNoneMatch").optional_text(),
          .modified_since = in.take(prefix + "IfModifiedSince").optional_time(),
          .unmodified_since = in.take(prefix + "IfUnmodifiedSince").optional_time()};
}

Judgement judge(const Conditions& conditions, const objects::ObjectInfo& object) {
  const base::Timestamp modified = seconds(object.modified);
  if (conditions.match) {
    if (!names_etag(*conditions.match, object.etag)) return {Verdict::failed, "If-Match"};
  } else if (conditions.unmodified_since && modified > seconds(*conditions.unmodified_since)) {
    return {Verdict::failed, "If-Unmodified-Since"};
  }
  if (conditions.none_match) {
    if (names_etag(*conditions.none_match, object.etag)) {
      return {Verdict::not_modified, "If-None-Match"};
    }
  } else if (conditions.modified_since && modified <= seconds(*conditions.modified_since)) {
    return {Verdict::not_modified, "If-Modified-Since"};
  }
  return {};
}

WriteConditions read_write_conditions(const aws::View& in) {
  return {.match = in.take("IfMatch").optional_text(),
          .none_match = in.take("IfNoneMatch").optional_text()};
}

objects::Precondition to_precondition(const WriteConditions& conditions) {
  objects::Precondition precondition;
  if (conditions.none_match && unquoted(*conditions.none_match) != "*") {
    throw not_implemented("A header you provided implies functionality that is not implemented")
        .with("Header", "If-None-Match");
  }
  if (conditions.match && conditions.none_match) {
    throw not_implemented("A header you provided implies functionality that is not implemented")
        .with("Header", "If-Match,If-None-Match");
  }
  if (conditions.match) precondition.etag = unquoted(*conditions.match);
  precondition.absent = conditions.none_match.has_value();
  return precondition;
}

}  // namespace millrace::service::s3
