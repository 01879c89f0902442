// The lifecycle of a bucket: put, got, deleted. What it does is objects/lifecycle's.
#include "service/s3/lifecycle.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "objects/lifecycle.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/rule_names.hpp"
#include "service/s3/target.hpp"

#include <set>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::size_t most_rules = 1000;
constexpr std::int64_t least_days_before_infrequent = 30;

struct PutLifecycle {
  Target target;
  Value document;
};

PutLifecycle read_put(const View& in) {
  PutLifecycle ask{.target = read_target(in), .document = Map{}};
  note_checksum(in);
  const Value* asked = in.take("LifecycleConfiguration").whole();
  if (asked == nullptr) throw missing_document();
  ask.document = *asked;
  const auto least = in.take("TransitionDefaultMinimumObjectSize").optional_text();
  ask.document.map().set("TransitionDefaultMinimumObjectSize",
                         least.value_or("all_storage_classes_128K"));
  return ask;
}

aws::Error invalid(std::string message) { return {"InvalidArgument", std::move(message)}; }

bool has(const Value& value, std::string_view name) { return value.find(name) != nullptr; }

// The members of a filter are under "And" where there are several.
bool filters_by(const Value& rule, std::string_view one, std::string_view other) {
  const Value* filter = rule.find("Filter");
  if (filter == nullptr) return false;
  const Value* all = filter->find("And");
  const Value& conditions = all == nullptr ? *filter : *all;
  return has(conditions, one) || has(conditions, other);
}

bool filters_by_tag(const Value& rule) { return filters_by(rule, "Tag", "Tags"); }
bool filters_by_size(const Value& rule) {
  return filters_by(rule, "ObjectSizeGreaterThan", "ObjectSizeLessThan");
}

// Days or a date at midnight, one of them.
void check_due(const Value& action, std::string_view name, std::int64_t least) {
  const Value* days = action.find("Days");
  const Value* date = action.find("Date");
  if ((days == nullptr) == (date == nullptr)) throw malformed_document();
  if (days != nullptr && days->integer() < least) {
    throw invalid("'Days' for " + std::string(name) + " action must be a " +
                  (least > 0 ? "positive" : "nonnegative") + " integer");
  }
  if (date != nullptr && date->time() != objects::midnight_after(date->time())) {
    throw invalid("'Date' must be at midnight GMT");
  }
}

void check_expiration(const Value& rule) {
  const Value* action = rule.find("Expiration");
  if (action == nullptr) return;
  if (!has(*action, "ExpiredObjectDeleteMarker")) return check_due(*action, "Expiration", 1);
  if (has(*action, "Days") || has(*action, "Date")) throw malformed_document();
  if (filters_by_tag(rule) || filters_by_size(rule)) {
    throw invalid_request("ExpiredObjectDeleteMarker cannot be specified with Tags or Size.");
  }
}

void check_class(const Value& transition, std::string_view days_name,
                 std::set<std::string>& classes) {
  const Value* to = transition.find("StorageClass");
  if (to == nullptr) throw malformed_document();
  if (!classes.insert(to->text()).second) {
    throw invalid("'StorageClass' must be different for 'Transition' actions in same 'Rule'");
  }
  const bool infrequent = to->text() == "STANDARD_IA" || to->text() == "ONEZONE_IA";
  const Value* days = transition.find(days_name);
  if (infrequent && days != nullptr && days->integer() < least_days_before_infrequent) {
    throw invalid("'" + std::string(days_name) +
                  "' in Transition action must be greater than or equal to 30 for storageClass '" +
                  to->text() + "'");
  }
}

void check_transitions(const Value& rule) {
  const Value* transitions = rule.find("Transitions");
  if (transitions == nullptr) return;
  std::set<std::string> classes;
  const Value* expiration = rule.find("Expiration");
  const Value* end = expiration == nullptr ? nullptr : expiration->find("Days");
  for (const Value& one : transitions->list()) {
    check_due(one, "Transition", 0);
    check_class(one, "Days", classes);
    const Value* days = one.find("Days");
    if (end != nullptr && days != nullptr && end->integer() <= days->integer()) {
      throw invalid(
          "'Days' in the Expiration action must be greater than 'Days' in the Transition action");
    }
  }
}

void check_former(const Value& rule) {
  std::set<std::string> classes;
  const auto check_days = [](const Value& action, std::int64_t least) {
    const Value* days = action.find("NoncurrentDays");
    if (days == nullptr) throw malformed_document();
    if (days->integer() < least) {
      throw invalid("'NoncurrentDays' for a noncurrent version's action must be a " +
                    std::string(least > 0 ? "positive" : "nonnegative") + " integer");
    }
  };
  if (const Value* action = rule.find("NoncurrentVersionExpiration")) check_days(*action, 1);
  const Value* transitions = rule.find("NoncurrentVersionTransitions");
  if (transitions == nullptr) return;
  for (const Value& one : transitions->list()) {
    check_days(one, 0);
    check_class(one, "NoncurrentDays", classes);
  }
}

void check_abort(const Value& rule) {
  const Value* action = rule.find("AbortIncompleteMultipartUpload");
  if (action == nullptr) return;
  if (filters_by_tag(rule) || filters_by_size(rule)) {
    throw invalid_request("AbortIncompleteMultipartUpload cannot be specified with Tags or Size.");
  }
  const Value* days = action->find("DaysAfterInitiation");
  if (days == nullptr) throw malformed_document();
  if (days->integer() < 1) {
    throw invalid(
        "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a "
        "positive integer");
  }
}

void check_rule(const Value& rule) {
  // A rule says of which objects it speaks in one of two ways.
  if (has(rule, "Prefix") == has(rule, "Filter")) throw malformed_document();
  const Value* filter = rule.find("Filter");
  if (filter != nullptr && filter->map().size() > 1) throw malformed_document();
  const bool acts = has(rule, "Expiration") || has(rule, "Transitions") ||
                    has(rule, "NoncurrentVersionExpiration") ||
                    has(rule, "NoncurrentVersionTransitions") ||
                    has(rule, "AbortIncompleteMultipartUpload");
  if (!acts) throw invalid_request("At least one action needs to be specified in a rule");
  check_expiration(rule);
  check_transitions(rule);
  check_former(rule);
  check_abort(rule);
}

Value put_lifecycle(Service& service, Call& call, const PutLifecycle& ask) {
  reach(service, call, ask.target);
  Value document = ask.document;
  Value* rules = document.map().find("Rules");
  if (rules == nullptr || rules->list().empty() || rules->list().size() > most_rules) {
    throw malformed_document();
  }
  name_rules(*rules, call);
  for (const Value& rule : rules->list()) check_rule(rule);
  translated([&] {
    service.objects.set_setting(call.permit(),
                                {.bucket = ask.target.bucket, .kind = "lifecycle", .id = {}},
                                base::write_json(document));
  });
  return Map{{"TransitionDefaultMinimumObjectSize",
              document.find("TransitionDefaultMinimumObjectSize")->text()}};
}

// Kept as seconds, shown as a time.
void show_dates(Value& action) {
  if (!action.is_map()) return;
  if (Value* date = action.map().find("Date")) {
    *date = Value(base::Timestamp(std::chrono::seconds(date->integer())));
  }
}

Value get_lifecycle(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view setting = bucket.setting("lifecycle");
  if (setting.empty()) {
    throw aws::Error("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
        .with("BucketName", ask.bucket);
  }
  Value document = base::parse_json(setting);
  for (Value& rule : document.map().find("Rules")->list()) {
    if (Value* expiration = rule.map().find("Expiration")) show_dates(*expiration);
    Value* transitions = rule.map().find("Transitions");
    if (transitions == nullptr) continue;
    for (Value& one : transitions->list()) show_dates(one);
  }
  return document;
}

Value delete_lifecycle(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  translated([&] {
    service.objects.set_setting(call.permit(),
                                {.bucket = ask.bucket, .kind = "lifecycle", .id = {}}, "");
  });
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_lifecycle>("PutBucketLifecycleConfiguration",
                                            {.access = on_bucket<"PutLifecycleConfiguration">}),
    aws::operation<read_target, get_lifecycle>("GetBucketLifecycleConfiguration",
                                               {.access = on_bucket<"GetLifecycleConfiguration">}),
    aws::operation<read_target, delete_lifecycle>(
        "DeleteBucketLifecycle", {.access = on_bucket<"PutLifecycleConfiguration">}),
};

}  // namespace

void show_expiration(Service& service, const objects::Bucket& bucket,
                     const objects::ObjectInfo& info, Map& answer) {
  const auto rules = service.lifecycles.of(bucket, "lifecycle", objects::parse_lifecycle);
  if (!rules) return;
  const auto expiry = objects::expiry_of(*rules, info);
  if (!expiry) return;
  answer.set("Expiration", "expiry-date=\"" + base::http_date(expiry->when) + "\", rule-id=\"" +
                               base::percent_encode(expiry->rule, false) + "\"");
}

void show_abort(Service& service, const objects::Bucket& bucket, const objects::Upload& upload,
                Map& answer) {
  const auto rules = service.lifecycles.of(bucket, "lifecycle", objects::parse_lifecycle);
  if (!rules) return;
  const auto end = objects::abort_of(*rules, upload.key, upload.initiated);
  if (!end) return;
  answer.set("AbortDate", end->when);
  answer.set("AbortRuleId", end->rule);
}

const std::span<const aws::Operation> lifecycle_operations = table;

}  // namespace millrace::service::s3
