// Endpoints: what is asked of them goes to the engine, which brings model servers up and down.
#include "base/arn.hpp"
#include "base/text.hpp"
#include "hosting/endpoints.hpp"
#include "service/sagemaker/endpoint_config.hpp"
#include "service/sagemaker/record_list.hpp"

#include <algorithm>

namespace millrace::service::sagemaker {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

std::string endpoint_arn(const Call& call, std::string_view name) {
  return resource_arn(call, "endpoint", name);
}

store::Key key_of(const Call& call, const std::string& name) {
  return hosting::key_of(call.account, call.region, name);
}

aws::Error absent(const Call& call, const std::string& name) {
  return invalid("Could not find endpoint \"" + endpoint_arn(call, name) + "\".");
}

// Runs `change`, which is false where there is no such endpoint.
template <class Change>
void changed(const Call& call, const std::string& name, const Change& change) {
  bool found = false;
  try {
    found = change();
  } catch (const hosting::InProgress&) {
    throw invalid("Cannot update in-progress endpoint \"" + endpoint_arn(call, name) + "\".");
  }
  if (!found) throw absent(call, name);
}

struct CreateEndpoint {
  std::string name;
  std::string config;
  Tags tags;
};

CreateEndpoint read_create(const View& in) {
  return {.name = in.take("EndpointName").text(),
          .config = in.take("EndpointConfigName").text(),
          .tags = read_tags(in)};
}

Value create(Service& service, const Call& call, const CreateEndpoint& ask) {
  const std::string arn = endpoint_arn(call, ask.name);
  hosting::Endpoint endpoint{.account = call.account,
                             .region = call.region,
                             .name = ask.name,
                             .arn = arn,
                             .config_name = ask.config,
                             .created = call.now,
                             .modified = call.now,
                             .variants = variants_of_config(service, call, ask.config)};
  try {
    service.endpoints.create(std::move(endpoint), ask.tags);
  } catch (const store::AlreadyExists&) {
    throw invalid("Cannot create already existing endpoint \"" + arn + "\".");
  }
  return Map{{"EndpointArn", arn}};
}

CreateEndpoint read_update(const View& in) {
  return {.name = in.take("EndpointName").text(),
          .config = in.take("EndpointConfigName").text(),
          .tags = {}};
}

Value update(Service& service, const Call& call, const CreateEndpoint& ask) {
  auto variants = variants_of_config(service, call, ask.config);
  changed(call, ask.name, [&] {
    return service.endpoints.update(key_of(call, ask.name), ask.config, std::move(variants));
  });
  return Map{{"EndpointArn", endpoint_arn(call, ask.name)}};
}

struct SetWeights {
  std::string name;
  std::vector<std::pair<std::string, double>> weights;
};

SetWeights read_weights(const View& in) {
  SetWeights ask{.name = in.take("EndpointName").text()};
  for (const View& one : in.take("DesiredWeightsAndCapacities").views()) {
    const auto weight = one.take("DesiredWeight").optional_number();
    const std::string variant = one.take("VariantName").text();
    if (weight) ask.weights.emplace_back(variant, *weight);
  }
  return ask;
}

Value set_weights(Service& service, const Call& call, const SetWeights& ask) {
  const auto endpoint = service.endpoints.find(key_of(call, ask.name));
  if (!endpoint) throw absent(call, ask.name);
  for (const auto& [name, weight] : ask.weights) {
    const auto& all = endpoint->variants;
    if (std::none_of(all.begin(), all.end(),
                     [&](const auto& variant) { return variant.name == name; })) {
      throw invalid("The variant name(s) \"" + name +
                    "\" is/are not present within endpoint configuration \"" +
                    endpoint_config_arn(call, endpoint->config_name) + "\".");
    }
  }
  changed(call, ask.name,
          [&] { return service.endpoints.set_weights(key_of(call, ask.name), ask.weights); });
  return Map{{"EndpointArn", endpoint_arn(call, ask.name)}};
}

struct Named {
  std::string name;
};

Named read_name(const View& in) { return {.name = in.take("EndpointName").text()}; }

Value remove(Service& service, const Call& call, const Named& ask) {
  changed(call, ask.name, [&] { return service.endpoints.remove(key_of(call, ask.name)); });
  return Map{};
}

Map variant_value(const hosting::Endpoint& endpoint, const hosting::Variant& variant) {
  const bool serving = endpoint.status != hosting::EndpointStatus::creating &&
                       endpoint.status != hosting::EndpointStatus::failed;
  Map value{{"VariantName", variant.name},
            {"DeployedImages", aws::List{Map{{"SpecifiedImage", variant.image},
                                             {"ResolvedImage", variant.image},
                                             {"ResolutionTime", endpoint.created}}}}};
  if (serving) {
    value.set("CurrentWeight", variant.weight);
    value.set("DesiredWeight", variant.weight);
    value.set("CurrentInstanceCount", variant.instances);
    value.set("DesiredInstanceCount", variant.instances);
  }
  return value;
}

Value describe(Service& service, const Call& call, const Named& ask) {
  const auto endpoint = service.endpoints.find(key_of(call, ask.name));
  if (!endpoint) throw absent(call, ask.name);
  aws::List variants;
  for (const auto& variant : endpoint->variants)
    variants.emplace_back(variant_value(*endpoint, variant));
  Map answer{{"EndpointName", endpoint->name},
             {"EndpointArn", endpoint->arn},
             {"EndpointConfigName", endpoint->config_name},
             {"ProductionVariants", std::move(variants)},
             {"EndpointStatus", std::string(hosting::text(endpoint->status))},
             {"CreationTime", endpoint->created},
             {"LastModifiedTime", endpoint->modified}};
  if (!endpoint->failure_reason.empty()) answer.set("FailureReason", endpoint->failure_reason);
  return answer;
}

std::optional<aws::Transition> in_transition(const Call&, const Value& answer) {
  const std::string& status = answer.find("EndpointStatus")->text();
  if (status == "InService" || status == "Failed") return std::nullopt;
  return aws::Transition{.arn = answer.find("EndpointArn")->text(), .status = status};
}

Value list(Service& service, const Call& call, const ListAsk& ask) {
  return page_value(list_page(service.records, call, hosting::endpoint_kind, ask), "Endpoints",
                    [](const store::Record& record) {
                      return Map{{"EndpointName", record.key.name},
                                 {"EndpointArn", record.arn},
                                 {"CreationTime", record.created},
                                 {"LastModifiedTime", record.modified},
                                 {"EndpointStatus", record.status}};
                    });
}

std::vector<aws::Need> on_endpoint(const Call& call, const Value& input) {
  return on_named(call, input, "endpoint", "EndpointName");
}

// Creating and updating an endpoint needs leave on the endpoint and on the configuration.
std::vector<aws::Need> on_both(const Call& call, const Value& input) {
  auto needs = on_endpoint(call, input);
  needs.push_back(
      {.action = "sagemaker:" + call.operation,
       .resource = endpoint_config_arn(call, input.find("EndpointConfigName")->text())});
  return needs;
}

constexpr aws::Operation table[] = {
    aws::operation<read_create, create>("CreateEndpoint", {.access = on_both}),
    aws::operation<read_name, describe>(
        "DescribeEndpoint",
        {.access = on_endpoint, .runs_inline = true, .in_transition = in_transition}),
    aws::operation<read_list_with_changes, list>("ListEndpoints"),
    aws::operation<read_update, update>("UpdateEndpoint", {.access = on_both}),
    aws::operation<read_weights, set_weights>("UpdateEndpointWeightsAndCapacities",
                                              {.access = on_endpoint}),
    aws::operation<read_name, remove>("DeleteEndpoint", {.access = on_endpoint}),
};

}  // namespace

const std::span<const aws::Operation> endpoint_operations = table;

}  // namespace millrace::service::sagemaker
