// GetObjectAttributes.
#include "service/s3/access.hpp"
#include "service/s3/encryption.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/listing.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

struct GetAttributes {
  ObjectTarget target;
  std::vector<std::string> names;
  std::int64_t limit = page_limit;
  std::int64_t after = 0;
  CustomerKeyHeaders customer;
  [[nodiscard]] bool wants(std::string_view name) const {
    return std::ranges::find(names, name) != names.end();
  }
};

GetAttributes read_attributes(const View& in) {
  return {.target = read_version_target(in),
          .names = in.take("ObjectAttributes").texts(),
          .limit = in.take("MaxParts").integer_or(page_limit),
          .after = in.take("PartNumberMarker").integer_or(0),
          .customer = read_customer_key(in)};
}

void check_names(const GetAttributes& ask) {
  constexpr std::array<std::string_view, 5> known = {"ETag", "Checksum", "ObjectParts",
                                                     "StorageClass", "ObjectSize"};
  for (const std::string& name : ask.names) {
    if (std::ranges::find(known, name) == known.end()) {
      throw invalid_argument("x-amz-object-attributes", name, "Invalid attribute name specified.");
    }
  }
}

// Here, unlike elsewhere, S3 shows a composite one without the number of parts behind it.
objects::Attributes without_part_count(objects::Attributes checksums) {
  for (auto& [name, value] : checksums) value.erase(std::min(value.find('-'), value.size()));
  return checksums;
}

Map part_value(const objects::StoredPart& part) {
  Map value{{"PartNumber", part.number}, {"Size", part.range.length}};
  show_checksums(part.checksums, "", value);
  return value;
}

// S3 lists parts only where they have checksums of their own; their number always.
Map parts_value(Service& service, Call& call, const GetAttributes& ask,
                const objects::ObjectDetail& object) {
  Map value{{"TotalPartsCount", object.parts}};
  if (object.info.checksum_type != objects::composite_type) return value;
  const std::int64_t limit = std::min(ask.limit, page_limit);
  const auto page = service.objects.parts_of(
      call.permit(), ask.target.name(), {.after = static_cast<int>(ask.after), .limit = limit});
  List parts;
  for (const auto& part : page.parts) parts.emplace_back(part_value(part));
  value.set("PartNumberMarker", ask.after);
  value.set("NextPartNumberMarker", page.parts.empty() ? 0 : page.parts.back().number);
  value.set("MaxParts", limit);
  value.set("IsTruncated", page.truncated && limit > 0);
  if (!parts.empty()) value.set("Parts", std::move(parts));
  return value;
}

Value get_attributes(Service& service, Call& call, const GetAttributes& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  check_names(ask);
  check_page_size(ask.limit, "max-parts");
  check_page_size(ask.after, "part-number-marker");
  return reading(call, ask.target, [&]() -> Value {
    const auto object = service.objects.look(call.permit(), ask.target.name(), std::nullopt);
    if (!object) throw missing_key(call, ask.target.in.bucket, ask.target.key);
    check_reader(call, object->info, checked_customer_key(ask.customer));
    Map answer{{"LastModified", object->info.modified}};
    show_version(bucket, object->info.version, answer);
    if (ask.wants("ETag")) answer.set("ETag", object->info.etag);
    if (ask.wants("Checksum") && !object->info.checksums.empty()) {
      Map checksum;
      show_checksums(without_part_count(object->info.checksums), object->info.checksum_type,
                     checksum);
      answer.set("Checksum", std::move(checksum));
    }
    if (ask.wants("ObjectParts") && object->parts > 0) {
      answer.set("ObjectParts", parts_value(service, call, ask, *object));
    }
    if (ask.wants("StorageClass")) answer.set("StorageClass", object->info.traits.storage_class);
    if (ask.wants("ObjectSize")) answer.set("ObjectSize", object->info.size);
    return answer;
  });
}

std::vector<aws::Need> to_get_attributes(const Call& call, const Value& input) {
  auto needs = to_read_object(call, input);
  aws::Need further = needs.front();
  further.action += "Attributes";
  needs.push_back(std::move(further));
  return needs;
}

constexpr aws::Operation table[] = {
    aws::operation<read_attributes, get_attributes>("GetObjectAttributes",
                                                    {.access = to_get_attributes}),
};

}  // namespace

const std::span<const aws::Operation> attributes_operations = table;

}  // namespace millrace::service::s3
