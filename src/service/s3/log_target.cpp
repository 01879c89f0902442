#include "service/s3/log_target.hpp"

#include "base/json.hpp"

namespace millrace::service::s3 {

namespace {

using base::Value;

std::string text_of(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found == nullptr ? std::string() : found->text();
}

LogNames names_of(const Value& document) {
  const Value* format = document.find("TargetObjectKeyFormat");
  const Value* partitioned = format == nullptr ? nullptr : format->find("PartitionedPrefix");
  if (partitioned == nullptr) return LogNames::simple;
  return text_of(*partitioned, "PartitionDateSource") == "EventTime" ? LogNames::by_event
                                                                     : LogNames::by_delivery;
}

// Year, month, day, hour, minute and second, each with what stands before the next.
std::string spelled(base::Timestamp time, char between) {
  const std::string digits = base::basic_iso8601(time);  // 20261121T100000Z
  std::string text = digits.substr(0, 4);
  for (const std::size_t at : {4U, 6U, 9U, 11U, 13U}) {
    text += between;
    text += digits.substr(at, 2);
  }
  return text;
}

}  // namespace

LogTarget parse_log_target(std::string_view document) {
  const Value value = base::parse_json(document);
  LogTarget target{.bucket = text_of(value, "TargetBucket"),
                   .prefix = text_of(value, "TargetPrefix"),
                   .names = names_of(value),
                   .grants = {}};
  const Value* grants = value.find("TargetGrants");
  if (grants == nullptr) return target;
  for (const Value& grant : grants->list()) {
    const Value& grantee = *grant.find("Grantee");
    target.grants.push_back({.user = text_of(grantee, "ID"),
                             .group = text_of(grantee, "URI"),
                             .permission = text_of(grant, "Permission")});
  }
  return target;
}

std::string log_key(const LogTarget& target, const objects::Bucket& source, base::Timestamp event,
                    base::Timestamp delivery, std::string_view unique) {
  const bool by_event = target.names == LogNames::by_event;
  const base::Timestamp time =
      by_event ? base::Timestamp(std::chrono::floor<std::chrono::days>(event)) : delivery;
  std::string key = target.prefix;
  if (target.names != LogNames::simple) {
    key.append(source.account).append("/").append(source.region).append("/");
    key.append(source.name).append("/").append(spelled(time, '/').substr(0, 11));
  }
  return key.append(spelled(time, '-')).append("-").append(unique);
}

}  // namespace millrace::service::s3
