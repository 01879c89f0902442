// Models: an image of a built-in algorithm, a role, and where the artifact lies.
#include "service/sagemaker/model.hpp"

#include "base/text.hpp"
#include "learn/contract.hpp"
#include "objects/encryption.hpp"
#include "objects/objects.hpp"
#include "service/sagemaker/bundle.hpp"
#include "service/sagemaker/named_records.hpp"

namespace millrace::service::sagemaker {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr RecordKind kind{.kind = "sagemaker/model",
                          .arn = "model",
                          .words = "model",
                          .name_member = "ModelName",
                          .arn_member = "ModelArn"};

// A ModelDataSource as it was given.
struct Source {
  bool given = false;
  bool in_s3 = false;
  std::string kind;
  std::string compression;
  std::string uri;
};

struct CreateModel {
  std::string name;
  std::string role;
  bool has_primary = false;
  std::size_t listed = 0;  // containers given in Containers
  Map container;           // as given, for Describe
  std::string image;
  std::string mode;
  std::optional<std::string> url;
  Source source;
  std::vector<std::pair<std::string, std::string>> environment;
  Tags tags;
};

Source read_source(const View& in) {
  const View s3 = in.take("S3DataSource").view();
  return {.given = in.present(),
          .in_s3 = s3.present(),
          .kind = s3.take("S3DataType").text_or(""),
          .compression = s3.take("CompressionType").text_or(""),
          .uri = s3.take("S3Uri").text_or("")};
}

hosting::Artifact artifact_of(const CreateModel& ask) {
  const Source& source = ask.source;
  if (!source.given) return {.uri = ask.url.value_or("")};
  if (ask.url) throw invalid("Only one of ModelDataUrl and ModelDataSource can be specified.");
  if (!source.in_s3) throw invalid("ModelDataSource must name an S3DataSource.");
  const bool packed = source.compression == "Gzip";
  if ((source.kind == "S3Object") != packed) {
    throw invalid("S3DataType S3Object goes with CompressionType Gzip, and S3Prefix with None.");
  }
  return {.uri = source.uri, .packed = packed};
}

void refuse_scripts(const std::vector<std::pair<std::string, std::string>>& environment) {
  for (const auto& [name, value] : environment) {
    if ((name == "SAGEMAKER_PROGRAM" || name == "SAGEMAKER_SUBMIT_DIRECTORY") && !value.empty()) {
      throw aws::Error("NotImplemented",
                       "CreateModel: a model with an inference script (Environment " + name +
                           ") is not implemented",
                       501);
    }
  }
}

// What Describe shows of the container: the members that were given, and the mode that is the
// default.
Map shown_container(const CreateModel& ask, const View& container) {
  Map shown{{"Image", ask.image}, {"Mode", "SingleModel"}};
  shown.set_if("ModelDataUrl", container.take("ModelDataUrl").optional_text());
  if (const Value* source = container.take("ModelDataSource").whole())
    shown.set("ModelDataSource", *source);
  if (const Value* environment = container.take("Environment").whole())
    shown.set("Environment", *environment);
  shown.set_if("ContainerHostname", container.keep("ContainerHostname").optional_text());
  return shown;
}

void read_container(CreateModel& ask, const View& container) {
  ask.image = container.take("Image").text_or("");
  ask.url = container.take("ModelDataUrl").optional_text();
  ask.source = read_source(container.take("ModelDataSource").view());
  ask.environment = container.take("Environment").text_map();
  ask.mode = container.take("Mode").text_or("SingleModel");
  ask.container = shown_container(ask, container);
}

void check(const CreateModel& ask) {
  if (ask.has_primary == (ask.listed > 0)) {
    throw invalid("Exactly one of PrimaryContainer and Containers must be specified.");
  }
  if (ask.listed > 1) {
    throw aws::Error("NotImplemented",
                     "CreateModel: Containers with more than one container is not implemented",
                     501);
  }
  if (ask.image.empty()) throw invalid("Container image must be specified.");
  if (ask.mode != "SingleModel") {
    throw aws::Error("NotImplemented", "CreateModel: Mode " + ask.mode + " is not implemented",
                     501);
  }
  if (ask.role.empty()) throw invalid("ExecutionRoleArn must be specified.");
}

CreateModel read_create(const View& in) {
  CreateModel ask{.name = in.take("ModelName").text(),
                  .role = in.take("ExecutionRoleArn").text_or("")};
  const View primary = in.take("PrimaryContainer").view();
  const auto listed = in.take("Containers").views();
  ask.has_primary = primary.present();
  ask.listed = listed.size();
  if (ask.listed > 0) read_container(ask, listed.front());
  if (ask.has_primary) read_container(ask, primary);
  ask.tags = read_tags(in);
  return ask;
}

learn::Image known_image(const CreateModel& ask) {
  refuse_scripts(ask.environment);
  const auto image = learn::parse_image(ask.image);
  if (!image || !image->contract || !image->tag_known)
    throw invalid("Requested image " + ask.image + " not found.");
  return *image;
}

aws::Error no_access(const Call& call, const CreateModel& ask, const hosting::Artifact& artifact) {
  return invalid("Could not access model data at " + artifact.uri +
                 ". Please ensure that the role \"" + ask.role +
                 "\" exists and that its trust relationship policy allows the action "
                 "\"sts:AssumeRole\" for the service principal "
                 "\"sagemaker.amazonaws.com\". Also ensure that the role has \"s3:GetObject\" "
                 "permissions and that the object is "
                 "located in " +
                 call.region + ".");
}

void check_artifact(Service& service, const Call& call, const CreateModel& ask,
                    const hosting::Artifact& artifact, const policy::Principal& role) {
  if (artifact.uri.empty()) return;
  const auto location = objects::parse_s3_uri(artifact.uri);
  if (!location) throw invalid("Invalid S3 URI: " + artifact.uri);
  try {
    const auto permit = service.authority.permit(
        {.principal = role,
         .action = "s3:GetObject",
         .resource = objects::object_arn(location->bucket, location->key)});
    if (artifact.packed) {
      const auto found = service.objects.head(permit, location->bucket, location->key);
      if (!found) throw no_access(call, ask, artifact);
      objects::check_reader(objects::to_encryption(found->traits.encryption), "", permit.account());
    }
  } catch (const identity::Denied&) {
    throw no_access(call, ask, artifact);
  } catch (const objects::NoSuchBucket&) {
    throw no_access(call, ask, artifact);
  } catch (const objects::Undecryptable&) {
    throw no_access(call, ask, artifact);
  }
}

// The script that AWS's SDK packed into the artifact may be one of AWS's bundles; it is looked into
// with the role's permission.
const learn::JumpStartModel* packed_script(Service& service, const hosting::Artifact& artifact,
                                           const policy::Principal& role) {
  const auto location = objects::parse_s3_uri(artifact.uri);
  const auto permit =
      service.authority.permit({.principal = role,
                                .action = "s3:GetObject",
                                .resource = objects::object_arn(location->bucket, location->key)});
  const objects::OpenObject object = service.objects.open(permit, location->bucket, location->key);
  if (object.info.size > inspected_bytes_limit) return nullptr;
  std::string bytes;
  for (const auto& piece : object.pieces) bytes += base::read_all(*piece);
  const base::MemorySource source(std::move(bytes));
  base::SourceReader reader(source);
  return packed_bundle(reader);
}

// What runs the model: a built-in by its image, or by the bundle of AWS's that the container names.
learn::Image algorithm_of(Service& service, const CreateModel& ask,
                          const hosting::Artifact& artifact, const policy::Principal& role) {
  const auto image = learn::parse_image(ask.image);
  const learn::JumpStartModel* model = nullptr;
  if (image) model = inference_bundle(*image, ask.environment);
  if (image && !model && artifact.packed && has_packed_script(*image, ask.environment))
    model = packed_script(service, artifact, role);
  if (!model) return known_image(ask);
  return {.contract = model->contract, .tag = std::string(model->version)};
}

// Such an image may be of a bundle, which only the artifact tells.
void check_image(const CreateModel& ask) {
  const auto image = learn::parse_image(ask.image);
  const bool may_be_bundle = image && (inference_bundle(*image, ask.environment) ||
                                       has_packed_script(*image, ask.environment));
  if (!may_be_bundle) static_cast<void>(known_image(ask));
}

Value create(Service& service, const Call& call, const CreateModel& ask) {
  check(ask);
  const hosting::Artifact artifact = artifact_of(ask);
  check_image(ask);
  const policy::Principal role = take_on_role(service, call, ask.role);
  check_artifact(service, call, ask, artifact, role);
  const learn::Image image = algorithm_of(service, ask, artifact, role);
  Map environment;
  for (const auto& [name, value] : ask.environment) environment.set(name, value);
  return create_record(kind, service, call, ask.name,
                       Map{{"role", ask.role},
                           {"listed", ask.listed > 0},
                           {"container", ask.container},
                           {"image", ask.image},
                           {"algorithm", image.contract->name},
                           {"version", image.tag},
                           {"artifact", artifact.uri},
                           {"packed", artifact.packed},
                           {"environment", std::move(environment)}},
                       ask.tags);
}

struct Named {
  std::string name;
};

Named read_name(const View& in) { return {.name = in.take("ModelName").text()}; }

Value description(Service& service, const Call& call, const Named& ask) {
  const store::Record record = existing_record(kind, service, call, ask.name);
  const Value container = *record.document.find("container");
  Map answer{{"ModelName", record.key.name}};
  if (record.document.find("listed")->flag()) {
    answer.set("Containers", aws::List{container});
  } else {
    answer.set("PrimaryContainer", container);
  }
  answer.set("ExecutionRoleArn", *record.document.find("role"));
  answer.set("CreationTime", record.created);
  answer.set("ModelArn", record.arn);
  answer.set("EnableNetworkIsolation", false);
  return answer;
}

aws::Answer describe(Service& service, const Call& call, const Named& ask) {
  return service.described_models.get(key_of(kind, call, ask.name),
                                      [&] { return description(service, call, ask); });
}

Value remove(Service& service, const Call& call, const Named& ask) {
  erase_record(kind, service, call, ask.name);
  return Map{};
}

Value list(Service& service, const Call& call, const ListAsk& ask) {
  return list_records(kind, service, call, ask, "Models");
}

std::vector<aws::Need> on_model(const Call& call, const Value& input) {
  return on_named(call, input, kind.arn, kind.name_member);
}

constexpr aws::DocumentedDefault create_defaults[] = {
    {"Containers[].MultiModelConfig.ModelCacheSetting", std::string_view("Enabled")},
    {"PrimaryContainer.MultiModelConfig.ModelCacheSetting", std::string_view("Enabled")}};

constexpr aws::Operation table[] = {
    aws::operation<read_create, create>("CreateModel",
                                        {.access = on_model, .defaults = create_defaults}),
    aws::operation<read_name, describe>("DescribeModel", {.access = on_model, .runs_inline = true}),
    aws::operation<read_list, list>("ListModels"),
    aws::operation<read_name, remove>("DeleteModel", {.access = on_model}),
};

}  // namespace

aws::Error no_model(const Call& call, std::string_view name) { return absent(kind, call, name); }

std::optional<hosting::Variant> variant_of_model(Service& service, const Call& call,
                                                 const std::string& name) {
  const auto record = service.records.find(key_of(kind, call, name));
  if (!record) return std::nullopt;
  const Value& model = record->document;
  hosting::Variant variant{.model_name = name,
                           .image = model.find("image")->text(),
                           .algorithm = model.find("algorithm")->text(),
                           .version = model.find("version")->text(),
                           .artifact = hosting::Artifact{.uri = model.find("artifact")->text(),
                                                         .packed = model.find("packed")->flag()},
                           .role_arn = model.find("role")->text()};
  for (const auto& [key, value] : model.find("environment")->map())
    variant.environment.emplace_back(key, value.text());
  return variant;
}

const std::span<const aws::Operation> model_operations = table;

}  // namespace millrace::service::sagemaker
