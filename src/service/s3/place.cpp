#include "service/s3/place.hpp"

#include "aws/routes.hpp"
#include "base/encoding.hpp"

namespace millrace::service::s3 {

std::optional<Place> place_of(const http::Request& head) {
  auto path = base::percent_decode(head.path);
  if (!path) return std::nullopt;
  if (path->starts_with('/')) path->erase(0, 1);
  if (auto bucket = aws::bucket_of_host(head.headers.get("host"))) {
    return Place{.bucket = std::move(*bucket), .key = std::move(*path)};
  }
  const std::size_t slash = path->find('/');
  Place place{.bucket = path->substr(0, slash), .key = {}};
  if (slash != std::string::npos) place.key = path->substr(slash + 1);
  return place;
}

}  // namespace millrace::service::s3
