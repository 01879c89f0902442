// The checks of an assertion, after its signature: who it is from and for, when it counts, what it
// asks for.
#include "identity/saml_identity.hpp"

#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "identity/saml_attributes.hpp"
#include "identity/saml_metadata.hpp"
#include "identity/xml_signature.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

using base::XmlElement;
using Kind = IdentityFault::Kind;

constexpr std::string_view attribute_prefix = "https://aws.amazon.com/SAML/Attributes/";
constexpr std::string_view bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
constexpr std::string_view audience_of_aws = "urn:amazon:webservices";
constexpr std::chrono::minutes redeem_timeout{5};
constexpr std::chrono::minutes skew_of_providers{5};
constexpr std::size_t most_tags = 50;

[[noreturn]] void invalid(const std::string& what) { throw IdentityFault(Kind::invalid, what); }
[[noreturn]] void expired(const std::string& what) { throw IdentityFault(Kind::expired, what); }
// Whom the assertion does not speak for is told no more than whom the role does not trust.
[[noreturn]] void not_authorised() {
  throw IdentityFault(Kind::unauthorised, "Not authorized to perform sts:AssumeRoleWithSAML");
}

// --- elements

const XmlElement& only(const XmlElement& parent, std::string_view name) {
  const auto is_it = [name](const XmlElement& one) { return one.name == name; };
  const auto count = std::count_if(parent.children.begin(), parent.children.end(), is_it);
  if (count != 1) invalid("The assertion does not have one " + std::string(name));
  return *std::find_if(parent.children.begin(), parent.children.end(), is_it);
}

std::optional<base::Timestamp> time_at(const XmlElement& element, std::string_view name) {
  const std::string* text = element.attribute(name);
  if (text == nullptr) return std::nullopt;
  const auto time = base::parse_iso8601(*text);
  if (!time) invalid("The assertion has a time that is none");
  return time;
}

// --- who and when

// https://signin.aws.amazon.com/saml, that of a region, or the older one for all.
bool is_sign_in(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  constexpr std::string_view host = "signin.aws.amazon.com/saml";
  if (url == "https://signin.aws.amazon.com/static/saml") return true;
  if (!url.starts_with(scheme) || !url.ends_with(host)) return false;
  const std::string_view region =
      url.substr(scheme.size(), url.size() - scheme.size() - host.size());
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return region.empty() ||
         (region.ends_with('.') &&
          region.substr(0, region.size() - 1).find_first_not_of(letters) == std::string_view::npos);
}

base::Timestamp check_issued(const XmlElement& assertion, base::Timestamp now) {
  const auto issued = time_at(assertion, "IssueInstant");
  if (!issued) invalid("The assertion does not say when it was issued");
  if (now > *issued + redeem_timeout)
    expired("Token must be redeemed within 5 minutes of issuance");
  if (*issued > now + skew_of_providers) invalid("The assertion is not valid yet");
  return *issued + redeem_timeout;
}

// AWS lets an assertion be shown again while it can be redeemed, as who takes on several roles
// does, unless it says that it may be used once.
std::optional<std::string> read_one_time_id(const XmlElement& assertion) {
  if (only(assertion, "Conditions").child("OneTimeUse") == nullptr) return std::nullopt;
  const std::string* id = assertion.attribute("ID");
  if (id == nullptr) invalid("The assertion may be used once and has no ID");
  return *id;
}

void check_conditions(const XmlElement& assertion, base::Timestamp now) {
  const XmlElement& conditions = only(assertion, "Conditions");
  const auto from = time_at(conditions, "NotBefore");
  const auto until = time_at(conditions, "NotOnOrAfter");
  if (from && *from > now + skew_of_providers) invalid("The assertion is not valid yet");
  if (until && now >= *until) expired("The assertion has expired");
  bool is_for_aws = false;
  for (const XmlElement& restriction : conditions.children) {
    if (restriction.name != "AudienceRestriction") continue;
    // Every restriction must hold, each by any of its audiences.
    const bool holds = std::any_of(
        restriction.children.begin(), restriction.children.end(), [](const XmlElement& one) {
          const std::string_view audience = base::trim(one.text);
          return one.name == "Audience" && (audience == audience_of_aws || is_sign_in(audience));
        });
    if (!holds) invalid("Response does not contain the required audience.");
    is_for_aws = true;
  }
  if (!is_for_aws) invalid("Response does not contain the required audience.");
}

std::string short_format(const std::string* format) {
  if (format == nullptr) return "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
  if (format->ends_with(":nameid-format:persistent")) return "persistent";
  if (format->ends_with(":nameid-format:transient")) return "transient";
  return *format;
}

void read_subject(const XmlElement& assertion, base::Timestamp now, SamlIdentity& into) {
  const XmlElement& subject = only(assertion, "Subject");
  const XmlElement* name = subject.child("NameID");
  if (name == nullptr || base::trim(name->text).empty()) not_authorised();
  into.who.subject = base::trim(name->text);
  into.subject_type = short_format(name->attribute("Format"));
  const XmlElement& confirmation = only(subject, "SubjectConfirmation");
  const std::string* method = confirmation.attribute("Method");
  if (method == nullptr || *method != bearer) invalid("The subject is not confirmed as a bearer");
  const XmlElement& data = only(confirmation, "SubjectConfirmationData");
  const std::string* recipient = data.attribute("Recipient");
  const auto until = time_at(data, "NotOnOrAfter");
  if (recipient == nullptr || !is_sign_in(*recipient) || !until)
    invalid("The subject's confirmation does not name AWS as its recipient, or not until when");
  if (now >= *until) expired("The subject's confirmation has expired");
  into.who.audience = *recipient;
}

// --- what it asks for

std::optional<std::string> value_of(const SamlAttributes& attributes, std::string_view name) {
  const auto found = attributes.find(std::string(attribute_prefix) + std::string(name));
  if (found == attributes.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

// A pair of ARNs, in either order.
bool names_role(std::string_view pair, const SamlQuestion& question) {
  const auto parts = base::split(pair, ',');
  if (parts.size() != 2) return false;
  const std::string_view first = base::trim(parts[0]);
  const std::string_view second = base::trim(parts[1]);
  const std::string_view provider = question.provider.arn;
  return (first == question.role_arn && second == provider) ||
         (first == provider && second == question.role_arn);
}

void check_role(const SamlAttributes& attributes, const SamlQuestion& question) {
  const auto roles = attributes.find(std::string(attribute_prefix) + "Role");
  const bool is_named =
      roles != attributes.end() &&
      std::any_of(roles->second.begin(), roles->second.end(),
                  [&](const std::string& pair) { return names_role(pair, question); });
  if (!is_named) not_authorised();
}

std::string session_name(const SamlAttributes& attributes) {
  const auto name = value_of(attributes, "RoleSessionName");
  if (!name) invalid("RoleSessionName is required in AuthnResponse");
  if (!is_session_word(*name))
    invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
  return *name;
}

void read_source(const SamlAttributes& attributes, FederatedIdentity& into) {
  const auto source = value_of(attributes, "SourceIdentity");
  if (!source) return;
  if (!is_session_word(*source) || source->starts_with("aws:")) {
    invalid("Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"");
  }
  into.source_identity = source;
}

void read_tags(const SamlAttributes& attributes, FederatedIdentity& into) {
  const std::string prefix = std::string(attribute_prefix) + "PrincipalTag:";
  for (const auto& [name, values] : attributes) {
    if (!name.starts_with(prefix)) continue;
    if (values.size() != 1 || name.size() == prefix.size() || into.tags.size() == most_tags)
      invalid("The session tags of the assertion are not well-formed");
    into.tags.emplace_back(name.substr(prefix.size()), values.front());
  }
  const auto handed_on = attributes.find(std::string(attribute_prefix) + "TransitiveTagKeys");
  if (handed_on != attributes.end()) into.transitive_tags = handed_on->second;
}

void read_duration(const XmlElement& assertion, const SamlAttributes& attributes,
                   SamlIdentity& into) {
  if (const auto text = value_of(attributes, "SessionDuration")) {
    const auto seconds = base::to_integer(*text);
    if (!seconds || *seconds < 900 || *seconds > 43200)
      invalid("SessionDuration in AuthnResponse must be from 900 to 43200");
    into.longest_s = seconds;
  }
  if (const XmlElement* statement = assertion.child("AuthnStatement"))
    into.ends = time_at(*statement, "SessionNotOnOrAfter");
}

void set_caller(const SamlQuestion& question, const SamlAttributes& attributes,
                SamlIdentity& into) {
  const SamlProvider& provider = question.provider;
  const std::string owned = provider.account + "/" + provider.name;
  into.name_qualifier = base::base64(base::digest(base::HashKind::sha1, into.issuer + owned));
  into.who.provider = provider.arn;
  policy::Principal& caller = into.who.caller;
  caller.kind = policy::Principal::Kind::federated_identity;
  caller.federated_provider = provider.arn;
  caller.user_id = into.name_qualifier + ":" + into.who.subject;
  caller.federated_keys = saml_attribute_keys(attributes);
  caller.federated_keys["saml:aud"] = {into.who.audience};
  caller.federated_keys["saml:doc"] = {owned};
  caller.federated_keys["saml:iss"] = {into.issuer};
  caller.federated_keys["saml:namequalifier"] = {into.name_qualifier};
  caller.federated_keys["saml:sub"] = {into.who.subject};
  caller.federated_keys["saml:sub_type"] = {into.subject_type};
}

// The entity whose certificates the assertion claims; it is believed once they have verified it.
SamlEntity claimed_entity(const SamlProvider& provider, const std::string& document) {
  const SamlMetadata metadata = parse_saml_metadata(provider.metadata);
  const XmlElement response = base::parse_xml(document);
  const XmlElement* assertion = response.child("Assertion");
  const XmlElement* issuer = assertion != nullptr ? assertion->child("Issuer") : nullptr;
  const std::string_view said = issuer != nullptr ? base::trim(issuer->text) : "";
  for (const SamlEntity& entity : metadata.entities) {
    if (entity.id == said) return entity;
  }
  invalid("Issuer not present in specified provider");
}

void check_status(const std::string& document) {
  const XmlElement response = base::parse_xml(document);
  const XmlElement* status = response.child("Status");
  const XmlElement* code = status != nullptr ? status->child("StatusCode") : nullptr;
  const std::string* value = code != nullptr ? code->attribute("Value") : nullptr;
  if (value == nullptr || !value->ends_with(":status:Success"))
    invalid("The response is not one of success");
}

}  // namespace

SamlIdentity read_assertion(const SamlQuestion& question, const XmlElement& assertion) {
  SamlIdentity read;
  read.issuer = base::trim(only(assertion, "Issuer").text);
  read.redeemable_until = check_issued(assertion, question.now);
  check_conditions(assertion, question.now);
  read.one_time_id = read_one_time_id(assertion);
  read_subject(assertion, question.now, read);
  const SamlAttributes attributes = saml_attributes(assertion);
  check_role(attributes, question);
  read.session_name = session_name(attributes);
  read_tags(attributes, read.who);
  read_source(attributes, read.who);
  read_duration(assertion, attributes, read);
  set_caller(question, attributes, read);
  return read;
}

SamlIdentity saml_identity(const SamlQuestion& question, std::string_view response) {
  const auto document = from_wrapped_base64(response);
  if (!document) invalid("Invalid base64 SAMLResponse");
  if (question.now > question.provider.valid_until)
    invalid("The metadata of the provider has expired");
  try {
    const SamlEntity entity = claimed_entity(question.provider, *document);
    check_status(*document);
    const std::string assertion = signed_assertion(*document, entity.certificates);
    SamlIdentity read = read_assertion(question, base::parse_xml(assertion));
    if (read.issuer != entity.id) invalid("Issuer not present in specified provider");
    return read;
  } catch (const base::XmlError&) {
    invalid("Could not parse the SAML response");
  } catch (const UnsignedResponse&) {
    invalid("Response signature invalid");
  }
}

}  // namespace millrace::identity
