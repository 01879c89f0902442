// OpenID Connect providers: whose tokens an account takes, and for which clients.
#pragma once

#include "base/time.hpp"
#include "store/records.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

struct OidcProvider {
  std::string account;
  std::string issuer;  // without "https://": "token.actions.githubusercontent.com", "HOST/PATH"
  std::string arn;     // arn:aws:iam::A:oidc-provider/ISSUER
  base::Timestamp created;
  std::vector<std::string> client_ids;
  std::vector<std::string> thumbprints;
  store::Tags tags;
};

// What is asked for breaks a rule of AWS's; the message is AWS's where it is known.
struct InvalidProvider : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string oidc_provider_arn(std::string_view account, std::string_view issuer);
// What names the issuer in a provider's URL, whatever it is.
[[nodiscard]] std::string_view issuer_part(std::string_view url);
// The same of a URL that is one; throws InvalidProvider.
[[nodiscard]] std::string issuer_of_url(std::string_view url);

// Everything throws NoSuchEntity for a provider that is not there; changes throw InvalidProvider.
class OidcProviders {
 public:
  OidcProviders(store::Records& records, base::Clock& clock) : records_(records), clock_(clock) {}

  // Sets ARN and time; the rest is the caller's. EntityExists, LimitExceeded.
  OidcProvider create(OidcProvider provider);
  [[nodiscard]] OidcProvider provider(std::string_view account, std::string_view arn);
  [[nodiscard]] std::optional<OidcProvider> find(std::string_view account, std::string_view arn);
  [[nodiscard]] std::vector<OidcProvider> list(std::string_view account);
  void erase(std::string_view account, std::string_view arn);  // absent is no error

  void add_client(std::string_view account, std::string_view arn, const std::string& client);
  void remove_client(std::string_view account, std::string_view arn, const std::string& client);
  void set_thumbprints(std::string_view account, std::string_view arn,
                       const std::vector<std::string>& thumbprints);

 private:
  void change(std::string_view account, std::string_view arn,
              const std::function<void(OidcProvider&)>& change);

  store::Records& records_;
  base::Clock& clock_;
};

}  // namespace millrace::identity
