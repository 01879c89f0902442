// AWS's rules for the ARNs that statements name as resources, in its words.
#pragma once

#include <string_view>

namespace millrace::policy {

// Whether the older one of AWS's two parsers, which is asked first, gives up on the resource.
[[nodiscard]] bool fails_legacy_parsing(std::string_view resource);

// Whether services may be named by wildcards, and IAM's resources by what none is called.
enum class Rigour { control_policies, identity_policies };

// Throws MalformedPolicy.
void check_resource(std::string_view resource, Rigour rigour);

}  // namespace millrace::policy
