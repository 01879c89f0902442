// From method, path and query string to an operation of a REST service.
#pragma once

#include "aws/model.hpp"
#include "aws/protocol_rest.hpp"
#include "base/encoding.hpp"
#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::aws {

struct Route {
  const OperationShape* operation = nullptr;
  Labels labels;
  int score = 0;  // grows with what the operation asks of the request and finds there
};

// The operation whose path and query literals fit best; among these, required members in head
// decide.
[[nodiscard]] std::optional<Route> find_route(const ServiceModel& model, std::string_view path,
                                              const http::Request& request,
                                              const base::Pairs& query);

// The bucket that a virtual-hosted S3 request names by its host: BUCKET.localhost,
// BUCKET.s3.REGION.amazonaws.com, ...
[[nodiscard]] std::optional<std::string> bucket_of_host(std::string_view host);

}  // namespace millrace::aws
