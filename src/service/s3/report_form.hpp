// The operations on a bucket's configurations of reports and tiers, and what their documents must
// say beyond what the model holds them to.
#pragma once

#include "aws/operation.hpp"
#include "service/s3/configurations.hpp"

#include <initializer_list>
#include <span>
#include <string_view>

namespace millrace::service::s3 {

extern const std::span<const aws::Operation> analytics_operations;
extern const std::span<const aws::Operation> inventory_operations;
extern const std::span<const aws::Operation> tiering_operations;

// The member. All throw MalformedXML where a document is not as it must be.
[[nodiscard]] const aws::Value& needed(const aws::Value& of, std::string_view name);
void check_one_of(const aws::Value& text, std::initializer_list<std::string_view> known);
// Throws InvalidS3DestinationBucket for what is no ARN of a bucket.
void check_destination_bucket(const aws::Value& arn);

}  // namespace millrace::service::s3
