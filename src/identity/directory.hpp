// Everything that identity keeps, composed: what app/ builds and services are handed.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/account_settings.hpp"
#include "identity/accounts.hpp"
#include "identity/authority.hpp"
#include "identity/keys.hpp"
#include "identity/mfa_devices.hpp"
#include "identity/oidc_providers.hpp"
#include "identity/roster.hpp"
#include "identity/saml_providers.hpp"
#include "identity/server_certificates.hpp"
#include "identity/uses.hpp"
#include "identity/vault.hpp"
#include "policy/ceilings.hpp"
#include "policy/guard.hpp"
#include "policy/way.hpp"
#include "store/database.hpp"
#include "store/records.hpp"

#include <memory>

namespace millrace::identity {

// All arguments outlive it.
struct Directory {
  Directory(store::Database& database, store::Records& records, const Vault& vault,
            base::Clock& clock, base::Random& random);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  Keys keys;
  Uses uses;
  Roster roster;
  AccountSettings settings;
  Accounts accounts;
  MfaDevices mfa_devices;
  OidcProviders oidc_providers;
  SamlProviders saml_providers;
  ServerCertificates server_certificates;
  policy::Ceilings* ceilings =
      nullptr;  // what organisations lay over the accounts; make_authority sets it
};

// The authority that decides by a directory, which must outlive it, as must the clock. `guards` and
// `ways` too: what resources, and the names by which they are reached, bring to decisions about
// them; null where none do. And `ceilings`: what organisations lay over accounts.
[[nodiscard]] std::unique_ptr<Authority> make_authority(Directory& directory, base::Clock& clock,
                                                        policy::Guards* guards = nullptr,
                                                        policy::Ways* ways = nullptr,
                                                        policy::Ceilings* ceilings = nullptr);

}  // namespace millrace::identity
