// Tags of MFA devices, identity providers and server certificates.
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

enum class Tagged { mfa_device, oidc_provider, saml_provider, server_certificate };

constexpr std::string_view member(Tagged tagged) {
  switch (tagged) {
    case Tagged::mfa_device:
      return "SerialNumber";
    case Tagged::oidc_provider:
      return "OpenIDConnectProviderArn";
    case Tagged::saml_provider:
      return "SAMLProviderArn";
    case Tagged::server_certificate:
      return "ServerCertificateName";
  }
  return {};
}

// The ARN of what a request names. A certificate's has its path, which only its record knows.
std::string arn_of(Service& service, const aws::Call& call, Tagged tagged,
                   const std::string& name) {
  if (tagged != Tagged::server_certificate) return name;
  const auto found = service.directory.server_certificates.find(call.account, name);
  return found ? found->arn : identity::server_certificate_arn(call.account, "/", name);
}

// The tags of what is there; throws NoSuchEntity for what is not.
store::Tags tags_of(Service& service, const aws::Call& call, Tagged tagged,
                    const std::string& name) {
  switch (tagged) {
    case Tagged::mfa_device:
      return service.directory.mfa_devices.device(call.account, name).tags;
    case Tagged::oidc_provider:
      return service.directory.oidc_providers.provider(call.account, name).tags;
    case Tagged::saml_provider:
      return service.directory.saml_providers.provider(call.account, name).tags;
    case Tagged::server_certificate:
      return service.directory.server_certificates.certificate(call.account, name).tags;
  }
  return {};
}

// The ARN, after the caller was found allowed to do the call's operation on it and it was found
// there.
std::string subject(Service& service, const aws::Call& call, Tagged tagged, const std::string& name,
                    const policy::Conditions& further) {
  const std::string arn = arn_of(service, call, tagged, name);
  call.require("iam:" + call.operation, arn, further);
  (void)tags_of(service, call, tagged, name);
  return arn;
}

// --- Tag

struct AddTags {
  std::string name;
  store::Tags tags;
};

template <Tagged tagged>
AddTags read_add(const View& in) {
  return {.name = in.take(member(tagged)).text(), .tags = read_tags(in)};
}

template <Tagged tagged>
Value add(Service& service, const aws::Call& call, const AddTags& ask) {
  const std::string arn = subject(service, call, tagged, ask.name, tag_conditions(ask.tags));
  service.directory.roster.set_tags(call.account, arn, ask.tags);
  return Map{};
}

// --- Untag

struct RemoveTags {
  std::string name;
  std::vector<std::string> names;
};

template <Tagged tagged>
RemoveTags read_remove(const View& in) {
  return {.name = in.take(member(tagged)).text(), .names = in.take("TagKeys").texts()};
}

template <Tagged tagged>
Value remove(Service& service, const aws::Call& call, const RemoveTags& ask) {
  const std::string arn = subject(service, call, tagged, ask.name, tag_name_conditions(ask.names));
  service.directory.roster.remove_tags(call.account, arn, ask.names);
  return Map{};
}

// --- ListTags

struct ListTags {
  std::string name;
  Paging paging;
};

template <Tagged tagged>
ListTags read_list(const View& in) {
  return {.name = in.take(member(tagged)).text(), .paging = read_paging(in)};
}

template <Tagged tagged>
Value list(Service& service, const aws::Call& call, const ListTags& ask) {
  const std::string arn = subject(service, call, tagged, ask.name, {});
  Items items;
  for (const auto& [name, value] : tags_of(service, call, tagged, ask.name))
    items.emplace_back(name, Map{{"Key", name}, {"Value", value}});
  return page(std::move(items), ask.paging, "Tags", call.operation + arn);
}

constexpr Tagged mfa = Tagged::mfa_device;
constexpr Tagged oidc = Tagged::oidc_provider;
constexpr Tagged saml = Tagged::saml_provider;
constexpr Tagged certificate = Tagged::server_certificate;

constexpr aws::Operation table[] = {
    operation<read_list<mfa>, list<mfa>>("ListMFADeviceTags", {.access = asked_in_act}),
    operation<read_list<oidc>, list<oidc>>("ListOpenIDConnectProviderTags",
                                           {.access = asked_in_act}),
    operation<read_list<saml>, list<saml>>("ListSAMLProviderTags", {.access = asked_in_act}),
    operation<read_list<certificate>, list<certificate>>("ListServerCertificateTags",
                                                         {.access = asked_in_act}),
    operation<read_add<mfa>, add<mfa>>("TagMFADevice", {.access = asked_in_act}),
    operation<read_add<oidc>, add<oidc>>("TagOpenIDConnectProvider", {.access = asked_in_act}),
    operation<read_add<saml>, add<saml>>("TagSAMLProvider", {.access = asked_in_act}),
    operation<read_add<certificate>, add<certificate>>("TagServerCertificate",
                                                       {.access = asked_in_act}),
    operation<read_remove<mfa>, remove<mfa>>("UntagMFADevice", {.access = asked_in_act}),
    operation<read_remove<oidc>, remove<oidc>>("UntagOpenIDConnectProvider",
                                               {.access = asked_in_act}),
    operation<read_remove<saml>, remove<saml>>("UntagSAMLProvider", {.access = asked_in_act}),
    operation<read_remove<certificate>, remove<certificate>>("UntagServerCertificate",
                                                             {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> record_tag_operations = table;

}  // namespace millrace::service::iam
