// Quotas of an organisation. Where AWS raises one on request, the highest that it grants stands
// here.
#pragma once

#include <chrono>
#include <cstddef>

namespace millrace::organizations {

constexpr std::size_t max_accounts = 10'000;  // a new organisation of AWS's has 10
constexpr std::size_t max_units = 2000;
constexpr std::size_t max_unit_depth = 5;  // below the root
constexpr std::size_t max_policies_of_a_type = 1000;
constexpr std::size_t max_service_controls_attached = 10;
constexpr std::size_t max_resource_controls_attached = 5;
constexpr std::size_t max_opt_outs_attached = 5;
constexpr std::size_t max_tag_policies_attached = 10;
constexpr std::size_t max_resource_tags = 50;

// In characters, white space too.
constexpr std::size_t longest_service_control = 10'240;
constexpr std::size_t longest_resource_control = 5120;
constexpr std::size_t longest_opt_out = 2500;
constexpr std::size_t longest_tag_policy = 10'000;

// Of accounts closed within `closing_window`: the greater of the two, `max_closings` at most.
constexpr std::size_t free_closings = 250;
constexpr std::size_t closings_percent = 20;
constexpr std::size_t max_closings = 1000;
constexpr std::chrono::days closing_window{30};

constexpr std::chrono::days invitation_lifetime{15};
constexpr std::chrono::days feature_change_lifetime{90};
constexpr std::chrono::days ended_handshakes_stay{30};
constexpr std::chrono::days closed_accounts_stay{90};
// Before a created account may leave.
constexpr std::chrono::days waiting_period{4};

}  // namespace millrace::organizations
