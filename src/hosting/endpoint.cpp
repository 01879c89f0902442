// The document of an endpoint's record; times and status are the record's own columns.
#include "hosting/endpoint.hpp"

#include <algorithm>

namespace millrace::hosting {

namespace {

constexpr std::pair<EndpointStatus, std::string_view> statuses[] = {
    {EndpointStatus::creating, "Creating"},
    {EndpointStatus::updating, "Updating"},
    {EndpointStatus::in_service, "InService"},
    {EndpointStatus::deleting, "Deleting"},
    {EndpointStatus::failed, "Failed"}};

EndpointStatus status_from(std::string_view word) {
  const auto* found = std::find_if(std::begin(statuses), std::end(statuses),
                                   [&](const auto& s) { return s.second == word; });
  return found->first;
}

base::Value variant_value(const Variant& variant) {
  base::Map environment;
  for (const auto& [name, value] : variant.environment) environment.set(name, value);
  base::List replicas;
  for (const auto& replica : variant.replicas) replicas.emplace_back(replica);
  return base::Map{{"name", variant.name},
                   {"model", variant.model_name},
                   {"image", variant.image},
                   {"algorithm", variant.algorithm},
                   {"version", variant.version},
                   {"artifact", variant.artifact.uri},
                   {"packed", variant.artifact.packed},
                   {"role", variant.role_arn},
                   {"environment", std::move(environment)},
                   {"instance_type", variant.instance_type},
                   {"instances", variant.instances},
                   {"weight", variant.weight},
                   {"start_timeout_ms", variant.start_timeout.count()},
                   {"replicas", std::move(replicas)}};
}

Variant variant_from(const base::Value& value) {
  const auto text_of = [&](std::string_view name) { return value.find(name)->text(); };
  Variant variant{
      .name = text_of("name"),
      .model_name = text_of("model"),
      .image = text_of("image"),
      .algorithm = text_of("algorithm"),
      .version = text_of("version"),
      .artifact = Artifact{.uri = text_of("artifact"), .packed = value.find("packed")->flag()},
      .role_arn = text_of("role"),
      .instance_type = text_of("instance_type"),
      .instances = value.find("instances")->integer(),
      .weight = value.find("weight")->number()};
  for (const auto& [name, set] : value.find("environment")->map())
    variant.environment.emplace_back(name, set.text());
  // Records of before 2026-11-22 have none.
  if (const auto* timeout = value.find("start_timeout_ms"))
    variant.start_timeout = base::Milliseconds(timeout->integer());
  for (const auto& replica : value.find("replicas")->list())
    variant.replicas.push_back(replica.text());
  return variant;
}

}  // namespace

std::string_view text(EndpointStatus status) {
  const auto* found = std::find_if(std::begin(statuses), std::end(statuses),
                                   [&](const auto& s) { return s.first == status; });
  return found->second;
}

store::Key key_of(std::string_view account, std::string_view region, std::string_view name) {
  return {.account = std::string(account),
          .region = std::string(region),
          .kind = std::string(endpoint_kind),
          .name = std::string(name)};
}

store::Record to_record(const Endpoint& endpoint) {
  base::List variants;
  for (const Variant& variant : endpoint.variants) variants.emplace_back(variant_value(variant));
  return {.key = key_of(endpoint.account, endpoint.region, endpoint.name),
          .arn = endpoint.arn,
          .document = base::Map{{"config", endpoint.config_name},
                                {"failure", endpoint.failure_reason},
                                {"variants", std::move(variants)}},
          .created = endpoint.created,
          .modified = endpoint.modified,
          .status = std::string(text(endpoint.status))};
}

Endpoint endpoint_from(const store::Record& record) {
  Endpoint endpoint{.account = record.key.account,
                    .region = record.key.region,
                    .name = record.key.name,
                    .arn = record.arn,
                    .config_name = record.document.find("config")->text(),
                    .status = status_from(record.status),
                    .failure_reason = record.document.find("failure")->text(),
                    .created = record.created,
                    .modified = record.modified};
  for (const auto& variant : record.document.find("variants")->list())
    endpoint.variants.push_back(variant_from(variant));
  return endpoint;
}

}  // namespace millrace::hosting
