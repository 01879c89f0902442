// Whether a bucket is to be reached by transfer acceleration: kept and shown, there is nothing to
// accelerate.
#include "base/json.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::string_view accelerate_kind = "accelerate";

struct PutAccelerate {
  Target target;
  std::optional<std::string> status;
};

PutAccelerate read_put(const View& in) {
  // The body's digest is checked where bodies are read.
  static_cast<void>(in.take("ChecksumAlgorithm").present());
  return {.target = read_target(in),
          .status = in.take("AccelerateConfiguration").view().keep("Status").optional_text()};
}

Value put_accelerate(Service& service, Call& call, const PutAccelerate& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  if (bucket.name.find('.') != std::string::npos) {
    throw invalid_request(
        "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names");
  }
  if (!ask.status) {
    throw aws::Error("MalformedXML",
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema");
  }
  // A bucket that never was accelerated has nothing to suspend.
  if (*ask.status == "Suspended" && bucket.setting(accelerate_kind).empty()) return Map{};
  translated([&] {
    service.objects.set_setting(
        call.permit(),
        {.bucket = ask.target.bucket, .kind = std::string(accelerate_kind), .id = {}},
        base::write_json(Map{{"Status", *ask.status}}));
  });
  return Map{};
}

Value get_accelerate(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view document = bucket.setting(accelerate_kind);
  return document.empty() ? Value(Map{}) : base::parse_json(document);
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_accelerate>("PutBucketAccelerateConfiguration",
                                             {.access = on_bucket<"PutAccelerateConfiguration">}),
    aws::operation<read_target, get_accelerate>(
        "GetBucketAccelerateConfiguration", {.access = on_bucket<"GetAccelerateConfiguration">}),
};

}  // namespace

const std::span<const aws::Operation> accelerate_operations = table;

}  // namespace millrace::service::s3
