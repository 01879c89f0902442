#include "identity/oidc_providers.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::string_view provider_kind = "iam/oidc-provider";
constexpr std::string_view scheme = "https://";
constexpr std::string_view resource_prefix = "oidc-provider/";

store::Key key_of(std::string_view account, std::string_view issuer) {
  return {.account = std::string(account),
          .region = "",
          .kind = std::string(provider_kind),
          .name = std::string(issuer)};
}

std::string issuer_of_arn(std::string_view arn) {
  const auto parsed = base::parse_arn(arn);
  if (!parsed || parsed->service != "iam" || !parsed->resource.starts_with(resource_prefix)) {
    throw InvalidProvider("Invalid ARN: " + std::string(arn));
  }
  return parsed->resource.substr(resource_prefix.size());
}

List list_of(const std::vector<std::string>& texts) {
  List all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

std::vector<std::string> texts_at(const Value& document, std::string_view name) {
  std::vector<std::string> all;
  for (const Value& one : document.find(name)->list()) all.push_back(one.text());
  return all;
}

Map document_of(const OidcProvider& provider) {
  return Map{{"client_ids", list_of(provider.client_ids)},
             {"thumbprints", list_of(provider.thumbprints)}};
}

OidcProvider from(const store::Record& record, store::Tags tags) {
  return {.account = record.key.account,
          .issuer = record.key.name,
          .arn = record.arn,
          .created = record.created,
          .client_ids = texts_at(record.document, "client_ids"),
          .thumbprints = texts_at(record.document, "thumbprints"),
          .tags = std::move(tags)};
}

void check_thumbprints(const std::vector<std::string>& thumbprints) {
  if (thumbprints.size() > thumbprints_per_provider)
    throw InvalidProvider("Thumbprint list must contain fewer than " +
                          std::to_string(thumbprints_per_provider) + " entries.");
}

void check_clients(const std::vector<std::string>& clients) {
  if (clients.size() <= client_ids_per_provider) return;
  throw LimitExceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: " +
                      std::to_string(client_ids_per_provider));
}

bool is_host_and_path(std::string_view text) {
  constexpr std::string_view others = "-._~/:%+=@,";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string oidc_provider_arn(std::string_view account, std::string_view issuer) {
  return base::arn("iam", "", account, std::string(resource_prefix) + std::string(issuer));
}

std::string_view issuer_part(std::string_view url) {
  if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

// The issuer becomes part of an ARN and the name of a file: no piece of it may lead elsewhere.
std::string issuer_of_url(std::string_view url) {
  const std::string_view issuer = url.starts_with(scheme) ? issuer_part(url) : "";
  const auto pieces = base::split(issuer, '/');
  const bool is_whole = std::none_of(pieces.begin(), pieces.end(), [](std::string_view piece) {
    return piece.empty() || piece.find_first_not_of('.') == std::string_view::npos;
  });
  if (!is_whole || !is_host_and_path(issuer))
    throw InvalidProvider("Invalid Open ID Connect Provider URL");
  return std::string(issuer);
}

OidcProvider OidcProviders::create(OidcProvider provider) {
  check_clients(provider.client_ids);
  check_thumbprints(provider.thumbprints);
  provider.arn = oidc_provider_arn(provider.account, provider.issuer);
  provider.created = clock_.service();
  const store::Key key = key_of(provider.account, provider.issuer);
  if (records_.list(key).size() >= oidc_providers_per_account) {
    throw LimitExceeded("Cannot exceed quota for OpenIdConnectProvidersPerAccount: " +
                        std::to_string(oidc_providers_per_account));
  }
  try {
    records_.create({.key = key,
                     .arn = provider.arn,
                     .document = document_of(provider),
                     .created = provider.created,
                     .modified = provider.created,
                     .status = ""},
                    provider.tags);
  } catch (const store::AlreadyExists&) {
    throw EntityExists("Provider with url " + std::string(scheme) + provider.issuer +
                       " already exists.");
  }
  return provider;
}

std::optional<OidcProvider> OidcProviders::find(std::string_view account, std::string_view arn) {
  const auto record = records_.find(key_of(account, issuer_of_arn(arn)));
  if (!record || record->arn != arn) return std::nullopt;
  return from(*record, records_.tags(record->arn));
}

OidcProvider OidcProviders::provider(std::string_view account, std::string_view arn) {
  auto found = find(account, arn);
  if (!found) throw NoSuchEntity("OpenIDConnect Provider not found for arn " + std::string(arn));
  return std::move(*found);
}

std::vector<OidcProvider> OidcProviders::list(std::string_view account) {
  std::vector<OidcProvider> all;
  for (const store::Record& record : records_.list(key_of(account, "")))
    all.push_back(from(record, {}));
  return all;
}

void OidcProviders::erase(std::string_view account, std::string_view arn) {
  if (find(account, arn)) records_.erase(key_of(account, issuer_of_arn(arn)));
}

void OidcProviders::change(std::string_view account, std::string_view arn,
                           const std::function<void(OidcProvider&)>& change) {
  (void)provider(account, arn);
  records_.update(key_of(account, issuer_of_arn(arn)), clock_.service(),
                  [&](store::Record& record) {
                    OidcProvider changed = from(record, {});
                    change(changed);
                    record.document = document_of(changed);
                  });
}

void OidcProviders::add_client(std::string_view account, std::string_view arn,
                               const std::string& client) {
  change(account, arn, [&](OidcProvider& provider) {
    std::erase(provider.client_ids, client);
    provider.client_ids.push_back(client);
    check_clients(provider.client_ids);
  });
}

void OidcProviders::remove_client(std::string_view account, std::string_view arn,
                                  const std::string& client) {
  change(account, arn, [&](OidcProvider& provider) { std::erase(provider.client_ids, client); });
}

void OidcProviders::set_thumbprints(std::string_view account, std::string_view arn,
                                    const std::vector<std::string>& thumbprints) {
  check_thumbprints(thumbprints);
  change(account, arn, [&](OidcProvider& provider) { provider.thumbprints = thumbprints; });
}

}  // namespace millrace::identity
