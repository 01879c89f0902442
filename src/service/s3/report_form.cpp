#include "service/s3/report_form.hpp"

#include "reports/destination.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"

#include <algorithm>

namespace millrace::service::s3 {

const aws::Value& needed(const aws::Value& of, std::string_view name) {
  const aws::Value* found = of.find(name);
  if (found == nullptr) throw malformed_document();
  return *found;
}

void check_one_of(const aws::Value& text, std::initializer_list<std::string_view> known) {
  if (std::ranges::find(known, text.text()) == known.end()) throw malformed_document();
}

void check_destination_bucket(const aws::Value& arn) {
  const auto bucket = reports::bucket_in_arn(arn.text());
  if (bucket && is_bucket_name(*bucket)) return;
  throw aws::Error("InvalidS3DestinationBucket", "Invalid bucket ARN.");
}

}  // namespace millrace::service::s3
