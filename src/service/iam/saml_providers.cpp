// SAML providers.
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::SamlProvider;

std::vector<aws::Need> on_provider(const aws::Call& call, const Value& input) {
  const Value* arn = input.find("SAMLProviderArn");
  return {{.action = "iam:" + call.operation, .resource = arn != nullptr ? arn->text() : "*"}};
}

// --- CreateSAMLProvider

struct CreateProvider {
  std::string name;
  std::string metadata;
  store::Tags tags;
};

CreateProvider read_create(const View& in) {
  return {.name = in.take("Name").text(),
          .metadata = in.take("SAMLMetadataDocument").text(),
          .tags = read_tags(in)};
}

Value create_provider(Service& service, const aws::Call& call, const CreateProvider& ask) {
  const std::string arn = identity::saml_provider_arn(call.account, ask.name);
  const policy::Conditions further = tag_conditions(ask.tags);
  call.require("iam:CreateSAMLProvider", arn, further);
  if (!ask.tags.empty()) call.require("iam:TagSAMLProvider", arn, further);
  const SamlProvider provider = service.directory.saml_providers.create(
      {.account = call.account, .name = ask.name, .metadata = ask.metadata, .tags = ask.tags});
  Map answer{{"SAMLProviderArn", provider.arn}};
  if (!ask.tags.empty()) answer.set("Tags", tag_answer(ask.tags));
  return answer;
}

// --- GetSAMLProvider, ListSAMLProviders, DeleteSAMLProvider

struct ProviderArn {
  std::string arn;
};

ProviderArn read_arn(const View& in) { return {.arn = in.take("SAMLProviderArn").text()}; }

Value get_provider(Service& service, const aws::Call& call, const ProviderArn& ask) {
  const SamlProvider provider = service.directory.saml_providers.provider(call.account, ask.arn);
  Map answer{{"SAMLProviderUUID", provider.uuid},
             {"SAMLMetadataDocument", provider.metadata},
             {"CreateDate", time_answer(provider.created)},
             {"ValidUntil", time_answer(provider.valid_until)},
             {"Tags", tag_answer(provider.tags)},
             // What AWS says of a provider that was given neither a mode nor keys.
             {"AssertionEncryptionMode", "Allowed"},
             {"PrivateKeyList", base::List{}}};
  return answer;
}

std::vector<aws::Need> on_all_providers(const aws::Call& call, const Value& input) {
  return {need_on_all(call, input, "saml-provider")};
}

Value list_providers(Service& service, const aws::Call& call, const aws::Nothing&) {
  base::List all;
  for (const SamlProvider& provider : service.directory.saml_providers.list(call.account)) {
    all.emplace_back(Map{{"Arn", provider.arn},
                         {"ValidUntil", time_answer(provider.valid_until)},
                         {"CreateDate", time_answer(provider.created)}});
  }
  return Map{{"SAMLProviderList", std::move(all)}};
}

Value delete_provider(Service& service, const aws::Call& call, const ProviderArn& ask) {
  service.directory.saml_providers.erase(call.account, ask.arn);
  return Map{};
}

// --- UpdateSAMLProvider

struct UpdateProvider {
  std::string arn;
  std::optional<std::string> metadata;
};

UpdateProvider read_update(const View& in) {
  return {.arn = in.take("SAMLProviderArn").text(),
          .metadata = in.take("SAMLMetadataDocument").optional_text()};
}

Value update_provider(Service& service, const aws::Call& call, const UpdateProvider& ask) {
  const SamlProvider provider = service.directory.saml_providers.provider(call.account, ask.arn);
  if (ask.metadata)
    service.directory.saml_providers.set_metadata(call.account, provider.arn, *ask.metadata);
  return Map{{"SAMLProviderArn", provider.arn}};
}

constexpr aws::Operation table[] = {
    operation<read_create, create_provider>("CreateSAMLProvider", {.access = asked_in_act}),
    operation<read_arn, delete_provider>("DeleteSAMLProvider", {.access = on_provider}),
    operation<read_arn, get_provider>("GetSAMLProvider", {.access = on_provider}),
    operation<aws::read_nothing, list_providers>("ListSAMLProviders", {.access = on_all_providers}),
    operation<read_update, update_provider>("UpdateSAMLProvider", {.access = on_provider}),
};

}  // namespace

const std::span<const aws::Operation> saml_provider_operations = table;

}  // namespace millrace::service::iam
