// AWS's quotas of an account, as they are for a new one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace::identity {

constexpr std::size_t users_per_account = 5000;
constexpr std::size_t groups_per_account = 300;
constexpr std::size_t groups_per_user = 10;
constexpr std::size_t roles_per_account = 1000;
constexpr std::size_t instance_profiles_per_account = 1000;
constexpr std::size_t roles_per_instance_profile = 1;
constexpr std::size_t policies_per_account = 1500;
constexpr std::size_t keys_per_user = 2;
constexpr std::size_t mfa_devices_per_user = 8;
constexpr std::size_t oidc_providers_per_account = 100;
constexpr std::size_t client_ids_per_provider = 100;
constexpr std::size_t thumbprints_per_provider = 5;
constexpr std::size_t saml_providers_per_account = 100;
constexpr std::size_t session_policies_per_session = 10;
constexpr std::size_t versions_per_policy = 5;
constexpr std::size_t policy_versions_per_account = 10000;
constexpr std::size_t server_certificates_per_account = 20;
constexpr std::size_t signing_certificates_per_user = 2;
constexpr std::size_t ssh_public_keys_per_user = 5;
constexpr std::size_t attachments_per_entity = 10;
constexpr std::size_t tags_per_entity = 50;

// In characters without white space; of inline policies the sum.
constexpr std::size_t user_inline_size = 2048;
constexpr std::size_t group_inline_size = 5120;
constexpr std::size_t role_inline_size = 10240;
constexpr std::size_t managed_policy_size = 6144;
constexpr std::size_t trust_policy_size = 2048;
constexpr std::size_t session_policy_size = 2048;

}  // namespace millrace::identity
