// Who pays for a bucket's requests: its owner, or whoever asks.
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

struct PutPayment {
  Target target;
  std::string payer;
};

PutPayment read_put(const View& in) {
  // The body's digest is checked where bodies are read.
  static_cast<void>(in.take("ContentMD5").present());
  static_cast<void>(in.take("ChecksumAlgorithm").present());
  return {.target = read_target(in),
          .payer = in.take("RequestPaymentConfiguration").view().take("Payer").text()};
}

Value put_payment(Service& service, Call& call, const PutPayment& ask) {
  reach(service, call, ask.target);
  const bool by_owner = ask.payer == "BucketOwner";
  translated([&] {
    service.objects.set_setting(
        call.permit(), {.bucket = ask.target.bucket, .kind = std::string(payment_kind), .id = {}},
        by_owner ? "" : base::write_json(Map{{"Payer", ask.payer}}));
  });
  return Map{};
}

Value get_payment(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  return Map{{"Payer", requester_pays(bucket) ? "Requester" : "BucketOwner"}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_payment>("PutBucketRequestPayment",
                                          {.access = on_bucket<"PutBucketRequestPayment">}),
    aws::operation<read_target, get_payment>("GetBucketRequestPayment",
                                             {.access = on_bucket<"GetBucketRequestPayment">}),
};

}  // namespace

const std::span<const aws::Operation> payment_operations = table;

}  // namespace millrace::service::s3
