// OpenID Connect providers.
#include "identity/errors.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::OidcProvider;

std::vector<aws::Need> on_provider(const aws::Call& call, const Value& input) {
  const Value* arn = input.find("OpenIDConnectProviderArn");
  return {{.action = "iam:" + call.operation, .resource = arn != nullptr ? arn->text() : "*"}};
}

base::List list_of(const std::vector<std::string>& texts) {
  base::List all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

// --- CreateOpenIDConnectProvider

struct CreateProvider {
  std::string url;
  std::vector<std::string> client_ids;
  std::vector<std::string> thumbprints;
  store::Tags tags;
};

// Thumbprints are of servers that keys are fetched from. Here keys lie in files.
CreateProvider read_create(const View& in) {
  return {.url = in.take("Url").text(),
          .client_ids = in.take("ClientIDList").texts(),
          .thumbprints = in.keep("ThumbprintList").texts(),
          .tags = read_tags(in)};
}

std::string issuer_of(const std::string& url) {
  try {
    return identity::issuer_of_url(url);
  } catch (const identity::InvalidProvider& error) {
    throw aws::Error("ValidationError", error.what(), 400);
  }
}

Value create_provider(Service& service, const aws::Call& call, const CreateProvider& ask) {
  const std::string arn = identity::oidc_provider_arn(call.account, identity::issuer_part(ask.url));
  const policy::Conditions further = tag_conditions(ask.tags);
  call.require("iam:CreateOpenIDConnectProvider", arn, further);
  if (!ask.tags.empty()) call.require("iam:TagOpenIDConnectProvider", arn, further);
  const OidcProvider provider =
      service.directory.oidc_providers.create({.account = call.account,
                                               .issuer = issuer_of(ask.url),
                                               .client_ids = ask.client_ids,
                                               .thumbprints = ask.thumbprints,
                                               .tags = ask.tags});
  Map answer{{"OpenIDConnectProviderArn", provider.arn}};
  if (!ask.tags.empty()) answer.set("Tags", tag_answer(ask.tags));
  return answer;
}

// --- GetOpenIDConnectProvider, ListOpenIDConnectProviders, DeleteOpenIDConnectProvider

struct ProviderArn {
  std::string arn;
};

ProviderArn read_arn(const View& in) { return {.arn = in.take("OpenIDConnectProviderArn").text()}; }

Value get_provider(Service& service, const aws::Call& call, const ProviderArn& ask) {
  const OidcProvider provider = service.directory.oidc_providers.provider(call.account, ask.arn);
  Map answer{{"Url", provider.issuer},
             {"ClientIDList", list_of(provider.client_ids)},
             {"ThumbprintList", list_of(provider.thumbprints)},
             {"CreateDate", time_answer(provider.created)},
             {"Tags", tag_answer(provider.tags)}};
  return answer;
}

std::vector<aws::Need> on_all_providers(const aws::Call& call, const Value& input) {
  return {need_on_all(call, input, "oidc-provider")};
}

Value list_providers(Service& service, const aws::Call& call, const aws::Nothing&) {
  base::List all;
  for (const OidcProvider& provider : service.directory.oidc_providers.list(call.account))
    all.emplace_back(Map{{"Arn", provider.arn}});
  return Map{{"OpenIDConnectProviderList", std::move(all)}};
}

Value delete_provider(Service& service, const aws::Call& call, const ProviderArn& ask) {
  if (!service.directory.oidc_providers.find(call.account, ask.arn))
    throw identity::NoSuchEntity("OpenId connect Provider " + ask.arn + " cannot be found.");
  service.directory.oidc_providers.erase(call.account, ask.arn);
  return Map{};
}

// --- AddClientIDToOpenIDConnectProvider, RemoveClientIDFromOpenIDConnectProvider

struct Client {
  std::string arn;
  std::string id;
};

Client read_client(const View& in) {
  return {.arn = in.take("OpenIDConnectProviderArn").text(), .id = in.take("ClientID").text()};
}

Value add_client(Service& service, const aws::Call& call, const Client& ask) {
  service.directory.oidc_providers.add_client(call.account, ask.arn, ask.id);
  return Map{};
}

Value remove_client(Service& service, const aws::Call& call, const Client& ask) {
  service.directory.oidc_providers.remove_client(call.account, ask.arn, ask.id);
  return Map{};
}

// --- UpdateOpenIDConnectProviderThumbprint

struct Thumbprints {
  std::string arn;
  std::vector<std::string> thumbprints;
};

Thumbprints read_thumbprints(const View& in) {
  return {.arn = in.take("OpenIDConnectProviderArn").text(),
          .thumbprints = in.keep("ThumbprintList").texts()};
}

Value update_thumbprints(Service& service, const aws::Call& call, const Thumbprints& ask) {
  service.directory.oidc_providers.set_thumbprints(call.account, ask.arn, ask.thumbprints);
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<read_client, add_client>("AddClientIDToOpenIDConnectProvider",
                                       {.access = on_provider}),
    operation<read_create, create_provider>("CreateOpenIDConnectProvider",
                                            {.access = asked_in_act}),
    operation<read_arn, delete_provider>("DeleteOpenIDConnectProvider", {.access = on_provider}),
    operation<read_arn, get_provider>("GetOpenIDConnectProvider", {.access = on_provider}),
    operation<aws::read_nothing, list_providers>("ListOpenIDConnectProviders",
                                                 {.access = on_all_providers}),
    operation<read_client, remove_client>("RemoveClientIDFromOpenIDConnectProvider",
                                          {.access = on_provider}),
    operation<read_thumbprints, update_thumbprints>("UpdateOpenIDConnectProviderThumbprint",
                                                    {.access = on_provider}),
};

}  // namespace

const std::span<const aws::Operation> oidc_provider_operations = table;

}  // namespace millrace::service::iam
