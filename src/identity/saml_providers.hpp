// SAML providers of accounts: the metadata document that says whose assertions are taken.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/oidc_providers.hpp"
#include "store/records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

struct SamlProvider {
  std::string account;
  std::string name;
  std::string arn;   // arn:aws:iam::A:saml-provider/NAME
  std::string uuid;  // of letters and digits
  base::Timestamp created;
  base::Timestamp valid_until;
  std::string metadata;
  store::Tags tags;
};

[[nodiscard]] std::string saml_provider_arn(std::string_view account, std::string_view name);

// Everything throws NoSuchEntity for a provider that is not there, InvalidProvider for metadata
// that is none.
class SamlProviders {
 public:
  SamlProviders(store::Records& records, base::Clock& clock, base::Random& random)
      : records_(records), clock_(clock), random_(random) {}

  // Of account, name, metadata and tags. EntityExists, LimitExceeded.
  SamlProvider create(SamlProvider provider);
  [[nodiscard]] SamlProvider provider(std::string_view account, std::string_view arn);
  [[nodiscard]] std::optional<SamlProvider> find(std::string_view account, std::string_view arn);
  [[nodiscard]] std::vector<SamlProvider> list(std::string_view account);
  void set_metadata(std::string_view account, std::string_view arn, const std::string& metadata);
  void erase(std::string_view account, std::string_view arn);

  // Notes that an assertion, which its provider lets be used once, is used; false when it was
  // before. It is remembered `until` it is too old anyway. LimitExceeded rather than forgetting.
  [[nodiscard]] bool use_once(const SamlProvider& provider, std::string_view assertion_id,
                              base::Timestamp until);

 private:
  void make_room(const store::Key& used, base::Timestamp now);

  store::Records& records_;
  base::Clock& clock_;
  base::Random& random_;
};

}  // namespace millrace::identity
