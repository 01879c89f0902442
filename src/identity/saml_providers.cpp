#include "identity/saml_providers.hpp"

#include "base/arn.hpp"
#include "base/hash.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "identity/saml_metadata.hpp"

namespace millrace::identity {
namespace {

using base::Map;
using base::Value;

constexpr std::string_view provider_kind = "iam/saml-provider";
constexpr std::string_view resource_prefix = "saml-provider/";
constexpr std::string_view used_assertion_kind = "iam/used-assertion";
constexpr std::size_t used_assertions_limit = 5'000;  // of an account's providers
constexpr std::size_t uuid_length = 22;
constexpr const char* uuid_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::chrono::years unless_said{100};

store::Key key_of(std::string_view account, std::string_view name) {
  return {.account = std::string(account),
          .region = "",
          .kind = std::string(provider_kind),
          .name = std::string(name)};
}

std::string name_of(std::string_view arn) {
  const auto parsed = base::parse_arn(arn);
  if (!parsed || parsed->service != "iam" || !parsed->resource.starts_with(resource_prefix))
    throw InvalidProvider("Invalid ARN: " + std::string(arn));
  return parsed->resource.substr(resource_prefix.size());
}

Map document_of(const SamlProvider& provider) {
  return Map{{"uuid", provider.uuid},
             {"metadata", provider.metadata},
             {"valid_until_ms", std::int64_t{provider.valid_until.time_since_epoch().count()}}};
}

SamlProvider from(const store::Record& record, store::Tags tags) {
  const Value& document = record.document;
  return {.account = record.key.account,
          .name = record.key.name,
          .arn = record.arn,
          .uuid = document.find("uuid")->text(),
          .created = record.created,
          .valid_until =
              base::Timestamp(base::Milliseconds(document.find("valid_until_ms")->integer())),
          .metadata = document.find("metadata")->text(),
          .tags = std::move(tags)};
}

base::Timestamp valid_until(const std::string& metadata, base::Timestamp now) {
  const auto said = parse_saml_metadata(metadata).valid_until;
  return said.value_or(now + std::chrono::duration_cast<base::Milliseconds>(unless_said));
}

}  // namespace

std::string saml_provider_arn(std::string_view account, std::string_view name) {
  return base::arn("iam", "", account, std::string(resource_prefix) + std::string(name));
}

SamlProvider SamlProviders::create(SamlProvider provider) {
  provider.created = clock_.service();
  provider.valid_until = valid_until(provider.metadata, provider.created);
  provider.arn = saml_provider_arn(provider.account, provider.name);
  provider.uuid = base::random_text(random_, uuid_length, uuid_alphabet);
  const store::Key key = key_of(provider.account, provider.name);
  if (records_.list(key).size() >= saml_providers_per_account) {
    throw LimitExceeded("Cannot exceed quota for SAMLProvidersPerAccount: " +
                        std::to_string(saml_providers_per_account));
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
    throw EntityExists("SAMLProvider with name " + provider.name + " already exists.");
  }
  return provider;
}

std::optional<SamlProvider> SamlProviders::find(std::string_view account, std::string_view arn) {
  const auto record = records_.find(key_of(account, name_of(arn)));
  if (!record || record->arn != arn) return std::nullopt;
  return from(*record, records_.tags(record->arn));
}

SamlProvider SamlProviders::provider(std::string_view account, std::string_view arn) {
  auto found = find(account, arn);
  if (!found) throw NoSuchEntity("Manifest not found for arn " + std::string(arn));
  return std::move(*found);
}

std::vector<SamlProvider> SamlProviders::list(std::string_view account) {
  std::vector<SamlProvider> all;
  for (const store::Record& record : records_.list(key_of(account, "")))
    all.push_back(from(record, {}));
  return all;
}

void SamlProviders::set_metadata(std::string_view account, std::string_view arn,
                                 const std::string& metadata) {
  (void)provider(account, arn);
  const base::Timestamp now = clock_.service();
  const base::Timestamp until = valid_until(metadata, now);
  records_.update(key_of(account, name_of(arn)), now, [&](store::Record& record) {
    SamlProvider changed = from(record, {});
    changed.metadata = metadata;
    changed.valid_until = until;
    record.document = document_of(changed);
  });
}

bool SamlProviders::use_once(const SamlProvider& provider, std::string_view assertion_id,
                             base::Timestamp until) {
  const base::Timestamp now = clock_.service();
  const std::string name = base::sha256_hex(provider.arn + "\n" + std::string(assertion_id));
  const store::Key key{.account = provider.account,
                       .region = "",
                       .kind = std::string(used_assertion_kind),
                       .name = name};
  const std::int64_t until_ms = until.time_since_epoch().count();
  if (records_.find(key)) return false;
  make_room(key, now);
  try {
    records_.create({.key = key,
                     .arn = provider.arn + "/" + name,
                     .document = Map{{"until_ms", until_ms}},
                     .created = now,
                     .modified = now,
                     .status = ""});
  } catch (const store::AlreadyExists&) {
    return false;
  }
  return true;
}

// Those that have expired stay until there are many, so that seldom all are looked at.
void SamlProviders::make_room(const store::Key& used, base::Timestamp now) {
  if (records_.count(used) < used_assertions_limit) return;
  for (const store::Record& record : records_.list(used)) {
    if (record.document.find("until_ms")->integer() < now.time_since_epoch().count())
      records_.erase(record.key);
  }
  if (records_.count(used) < used_assertions_limit) return;
  throw LimitExceeded("Cannot exceed quota for assertions that may be used once");
}

void SamlProviders::erase(std::string_view account, std::string_view arn) {
  records_.erase(key_of(account, provider(account, arn).name));
}

}  // namespace millrace::identity
