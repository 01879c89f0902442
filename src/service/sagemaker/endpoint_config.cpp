// Endpoint configurations: which models, on how many instances, with what share of the traffic.
#include "service/sagemaker/endpoint_config.hpp"

#include "service/sagemaker/model.hpp"
#include "service/sagemaker/named_records.hpp"

#include <set>

namespace millrace::service::sagemaker {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr RecordKind kind{.kind = "sagemaker/endpoint-config",
                          .arn = "endpoint-config",
                          .words = "endpoint configuration",
                          .name_member = "EndpointConfigName",
                          .arn_member = "EndpointConfigArn"};
constexpr const char* start_timeout_member = "ContainerStartupHealthCheckTimeoutInSeconds";
constexpr std::int64_t instances_limit = 16;  // model servers of one variant on this machine

struct VariantAsk {
  std::string name;
  std::string model;
  std::string instance_type;
  std::int64_t instances = 1;
  double weight = 1;
  std::optional<std::int64_t> start_timeout_s;
};

struct CreateConfig {
  std::string name;
  std::vector<VariantAsk> variants;
  Tags tags;
};

VariantAsk read_variant(const View& in) {
  return {.name = in.take("VariantName").text(),
          .model = in.take("ModelName").text_or(""),
          .instance_type = in.take("InstanceType").text_or(""),
          .instances = in.take("InitialInstanceCount").integer_or(0),
          .weight = in.take("InitialVariantWeight").optional_number().value_or(1.0),
          .start_timeout_s = in.take(start_timeout_member).optional_integer()};
}

void check(const VariantAsk& ask) {
  if (ask.model.empty())
    throw invalid("ModelName must be specified for production variant " + ask.name + ".");
  if (ask.instance_type.empty() || ask.instances == 0) {
    throw invalid(
        "InstanceType and InitialInstanceCount must be specified for production variant " +
        ask.name + ".");
  }
  if (ask.instances > instances_limit) {
    throw aws::Error(
        "ResourceLimitExceeded",
        "The account-level service limit '" + ask.instance_type + " for endpoint usage' is " +
            std::to_string(instances_limit) +
            " Instances, with current utilization of 0 Instances and a request delta of " +
            std::to_string(ask.instances) + " Instances.");
  }
}

CreateConfig read_create(const View& in) {
  CreateConfig ask{.name = in.take("EndpointConfigName").text(), .tags = read_tags(in)};
  for (const View& variant : in.take("ProductionVariants").views())
    ask.variants.push_back(read_variant(variant));
  return ask;
}

void check(const CreateConfig& ask) {
  std::set<std::string> names;
  for (const VariantAsk& variant : ask.variants) {
    check(variant);
    if (!names.insert(variant.name).second)
      throw invalid("Production variant names must be unique: " + variant.name);
  }
}

Map variant_value(const VariantAsk& variant) {
  Map value{{"VariantName", variant.name},
            {"ModelName", variant.model},
            {"InitialInstanceCount", variant.instances},
            {"InstanceType", variant.instance_type},
            {"InitialVariantWeight", variant.weight}};
  if (variant.start_timeout_s) value.set(start_timeout_member, *variant.start_timeout_s);
  return value;
}

Value create(Service& service, const Call& call, const CreateConfig& ask) {
  check(ask);
  aws::List variants;
  for (const VariantAsk& variant : ask.variants) {
    if (!variant_of_model(service, call, variant.model)) throw no_model(call, variant.model);
    variants.emplace_back(variant_value(variant));
  }
  return create_record(kind, service, call, ask.name, Map{{"variants", std::move(variants)}},
                       ask.tags);
}

struct Named {
  std::string name;
};

Named read_name(const View& in) { return {.name = in.take("EndpointConfigName").text()}; }

Value description(Service& service, const Call& call, const Named& ask) {
  const store::Record record = existing_record(kind, service, call, ask.name);
  return Map{{"EndpointConfigName", record.key.name},
             {"EndpointConfigArn", record.arn},
             {"ProductionVariants", *record.document.find("variants")},
             {"CreationTime", record.created},
             {"EnableNetworkIsolation", false}};
}

aws::Answer describe(Service& service, const Call& call, const Named& ask) {
  return service.described_endpoint_configs.get(key_of(kind, call, ask.name),
                                                [&] { return description(service, call, ask); });
}

Value remove(Service& service, const Call& call, const Named& ask) {
  erase_record(kind, service, call, ask.name);
  return Map{};
}

Value list(Service& service, const Call& call, const ListAsk& ask) {
  return list_records(kind, service, call, ask, "EndpointConfigs");
}

std::vector<aws::Need> on_config(const Call& call, const Value& input) {
  return on_named(call, input, kind.arn, kind.name_member);
}

constexpr aws::DocumentedDefault create_defaults[] = {
    {"MetricsConfig.MetricPublishFrequencyInSeconds", std::int64_t{60}}};

constexpr aws::Operation table[] = {
    aws::operation<read_create, create>("CreateEndpointConfig",
                                        {.access = on_config, .defaults = create_defaults}),
    aws::operation<read_name, describe>("DescribeEndpointConfig",
                                        {.access = on_config, .runs_inline = true}),
    aws::operation<read_list, list>("ListEndpointConfigs"),
    aws::operation<read_name, remove>("DeleteEndpointConfig", {.access = on_config}),
};

}  // namespace

std::string endpoint_config_arn(const Call& call, std::string_view name) {
  return arn_of(kind, call, name);
}

std::vector<hosting::Variant> variants_of_config(Service& service, const Call& call,
                                                 const std::string& name) {
  std::vector<hosting::Variant> variants;
  const store::Record record = existing_record(kind, service, call, name);
  for (const Value& asked : record.document.find("variants")->list()) {
    const std::string& model = asked.find("ModelName")->text();
    auto variant = variant_of_model(service, call, model);
    if (!variant) throw no_model(call, model);
    variant->name = asked.find("VariantName")->text();
    variant->instance_type = asked.find("InstanceType")->text();
    variant->instances = asked.find("InitialInstanceCount")->integer();
    variant->weight = asked.find("InitialVariantWeight")->number();
    if (const Value* timeout = asked.find(start_timeout_member))
      variant->start_timeout = std::chrono::seconds(timeout->integer());
    variants.push_back(std::move(*variant));
  }
  return variants;
}

const std::span<const aws::Operation> endpoint_config_operations = table;

}  // namespace millrace::service::sagemaker
