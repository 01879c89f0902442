// Inventory configurations of a bucket: put, got, deleted, listed. What they deliver is reports/'s.
#include "reports/inventory.hpp"

#include "reports/schedule.hpp"
#include "service/s3/access.hpp"
#include "service/s3/configurations.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/report_form.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;

constexpr ConfigurationKind kind{.setting = reports::inventory_setting,
                                 .one = "InventoryConfiguration",
                                 .list = "InventoryConfigurationList",
                                 .tells_mismatch = true};

// What AWS has and this server does not keep.
bool is_unbuilt(std::string_view field) {
  constexpr std::array<std::string_view, 3> names = {"ObjectLockEventHoldStatus",
                                                     "ObjectLockEventHoldDuration",
                                                     "IntelligentTieringReferenceDate"};
  return std::ranges::find(names, field) != names.end();
}

std::vector<std::string> checked_fields(const Value& document) {
  std::vector<std::string> fields;
  const Value* asked = document.find("OptionalFields");
  if (asked == nullptr) return fields;
  for (const Value& field : asked->list()) {
    if (is_unbuilt(field.text()))
      throw not_implemented("The inventory field " + field.text() + " is not built");
    if (!reports::is_inventory_field(field.text())) throw malformed_document();
    fields.push_back(field.text());
  }
  return fields;
}

void check_encryption(const Value& to) {
  const Value* encryption = to.find("Encryption");
  if (encryption == nullptr) return;
  if (encryption->find("SSEKMS") != nullptr) {
    throw not_implemented(
        "SSEKMS of an inventory is not built: it takes a key that a customer manages, and there "
        "are none here");
  }
  if (encryption->find("SSES3") == nullptr) throw malformed_document();
}

void check_destination(const Value& to) {
  check_one_of(needed(to, "Format"), {"CSV", "ORC", "Parquet"});
  check_encryption(to);
  check_destination_bucket(needed(to, "Bucket"));
}

void check(const Value& document) {
  check_one_of(needed(document, "IncludedObjectVersions"), {"All", "Current"});
  check_one_of(needed(needed(document, "Schedule"), "Frequency"), {"Daily", "Weekly"});
  static_cast<void>(needed(document, "IsEnabled"));
  if (const Value* filter = document.find("Filter")) static_cast<void>(needed(*filter, "Prefix"));
  check_destination(needed(needed(document, "Destination"), "S3BucketDestination"));
}

objects::SettingName name_of(const ConfigurationTarget& target) {
  return {.bucket = target.in.bucket, .kind = std::string(kind.setting), .id = target.id};
}

Value put_inventory(Service& service, Call& call, const PutConfiguration& ask) {
  reach(service, call, ask.target.in);
  check(ask.document);
  const std::vector<std::string> fields = checked_fields(ask.document);
  // Policies may say which fields somebody may ask for.
  if (!fields.empty()) {
    static_cast<void>(call.require("s3:PutInventoryConfiguration",
                                   objects::bucket_arn(ask.target.in.bucket),
                                   {{"s3:InventoryAccessibleOptionalFields", fields}}));
  }
  put_configuration(service, call, kind, ask.target, ask.document);
  translated([&] {
    reports::begin(service.objects, call.permit(), name_of(ask.target), reports::day_of(call.now));
  });
  return Map{};
}

Value delete_inventory(Service& service, Call& call, const ConfigurationTarget& ask) {
  delete_configuration(service, call, kind, ask);
  translated([&] { reports::forget(service.objects, call.permit(), name_of(ask)); });
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put_of<kind>, put_inventory>(
        "PutBucketInventoryConfiguration", {.access = on_bucket<"PutInventoryConfiguration">}),
    aws::operation<read_configuration_target, get_of<kind>>(
        "GetBucketInventoryConfiguration", {.access = on_bucket<"GetInventoryConfiguration">}),
    aws::operation<read_configuration_target, delete_inventory>(
        "DeleteBucketInventoryConfiguration", {.access = on_bucket<"PutInventoryConfiguration">}),
    aws::operation<read_configuration_page, list_of<kind>>(
        "ListBucketInventoryConfigurations", {.access = on_bucket<"GetInventoryConfiguration">}),
};

}  // namespace

const std::span<const aws::Operation> inventory_operations = table;

}  // namespace millrace::service::s3
