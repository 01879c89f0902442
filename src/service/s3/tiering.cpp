// Intelligent tiering configurations of a bucket: put, got, deleted, listed. What they archive is
// objects/tiering's.
#include "objects/tiering.hpp"

#include "service/s3/access.hpp"
#include "service/s3/configurations.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/report_form.hpp"

#include <set>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;

constexpr ConfigurationKind kind{
    .setting = objects::tiering_setting,
    .one = "IntelligentTieringConfiguration",
    .list = "IntelligentTieringConfigurationList",
    .words = BadIdWords{.empty = "Config Id cannot be null or empty.",
                        .too_long =
                            "Config Id should be more than 1 character and less than 64 characters "
                            "in length."}};
constexpr std::int64_t least_archive_days = 90;
constexpr std::int64_t least_deep_days = 180;
constexpr std::int64_t most_tiering_days = 730;

void check_days(const Value& tiering) {
  const std::string& tier = needed(tiering, "AccessTier").text();
  const bool is_deep = tier == objects::deep_archive_access;
  if (!is_deep && tier != objects::archive_access) throw malformed_document();
  const std::int64_t days = needed(tiering, "Days").integer();
  const std::int64_t least = is_deep ? least_deep_days : least_archive_days;
  if (days >= least && days <= most_tiering_days) return;
  throw invalid_argument("Days", std::to_string(days),
                         "'Days' for the " + tier + " access tier must be from " +
                             std::to_string(least) + " to " + std::to_string(most_tiering_days));
}

void check(const Value& document) {
  const std::string& status = needed(document, "Status").text();
  if (status != "Enabled" && status != "Disabled") throw malformed_document();
  std::set<std::string> tiers;
  for (const Value& tiering : needed(document, "Tierings").list()) {
    check_days(tiering);
    if (!tiers.insert(tiering.find("AccessTier")->text()).second) {
      throw invalid_argument("AccessTier", tiering.find("AccessTier")->text(),
                             "An access tier can be given once in a configuration");
    }
  }
  if (tiers.empty()) throw malformed_document();
}

Value put_tiering(Service& service, Call& call, const PutConfiguration& ask) {
  reach(service, call, ask.target.in);
  check(ask.document);
  put_configuration(service, call, kind, ask.target, ask.document);
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put_of<kind>, put_tiering>(
        "PutBucketIntelligentTieringConfiguration",
        {.access = on_bucket<"PutIntelligentTieringConfiguration">}),
    aws::operation<read_configuration_target, get_of<kind>>(
        "GetBucketIntelligentTieringConfiguration",
        {.access = on_bucket<"GetIntelligentTieringConfiguration">}),
    aws::operation<read_configuration_target, delete_of<kind>>(
        "DeleteBucketIntelligentTieringConfiguration",
        {.access = on_bucket<"PutIntelligentTieringConfiguration">}),
    aws::operation<read_configuration_page, list_of<kind>>(
        "ListBucketIntelligentTieringConfigurations",
        {.access = on_bucket<"GetIntelligentTieringConfiguration">}),
};

}  // namespace

const std::span<const aws::Operation> tiering_operations = table;

}  // namespace millrace::service::s3
