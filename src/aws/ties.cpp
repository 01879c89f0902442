#include "aws/ties.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace millrace::aws {

namespace {

// Former generations and forks: they have what their successor lacks, and give way in the rest.
constexpr auto giving_way = std::to_array<std::string_view>({
    "chime",
    "docdb",
    "greengrass",
    "lex-models",
    "neptune",
    "pinpoint-sms-voice",
    "wisdom",
});

bool gives_way(std::string_view model) {
  return std::ranges::find(giving_way, model) != giving_way.end();
}

}  // namespace

bool may_serve_path(std::string_view model, const http::Request& request) {
  // S3 Control's paths could be keys of a bucket `v20180820`; but for one its calls name the
  // account in a header.
  const bool is_control =
      request.path.starts_with("/v20180820/") &&
      (request.headers.has("x-amz-account-id") ||
       request.headers.get("host").find("s3-control.") != std::string_view::npos);
  if (model == "s3control") return is_control;
  if (model == "s3") return !is_control;
  return true;
}

std::string_view operation_beside_routes(std::string_view model, const http::Request& request) {
  const bool is_search =
      model == "cloudsearchdomain" && request.method == "POST" && request.path.ends_with("/search");
  return is_search ? "Search" : "";
}

std::string_view model_signing_name(std::string_view scope) {
  return scope == "IngestionService" ? "importexport" : scope;
}

// PREFIX.REGION.amazonaws.com, or without the region; a bucket of S3 may bear a service's name.
bool is_host_of(const ModelHead& head, std::string_view host) {
  constexpr std::string_view domain = "amazonaws.com";
  const std::string_view prefix = head.endpoint_prefix;
  const auto end = host.find(domain);
  if (end == std::string_view::npos || end <= prefix.size()) return false;
  if (host[prefix.size()] != '.' || !host.starts_with(prefix)) return false;
  const std::string_view region = host.substr(prefix.size() + 1, end - prefix.size() - 1);
  return region.find('.') == region.rfind('.') && !region.starts_with("s3");
}

bool goes_before(std::string_view model, std::string_view other) {
  if (gives_way(model) != gives_way(other)) return gives_way(other);
  return model < other;
}

}  // namespace millrace::aws
