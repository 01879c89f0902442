// Policies of upload forms, of which the first line is a field's value and the rest the document.
#include "service/s3/form_policy.hpp"

#include "aws/error.hpp"
#include "base/encoding.hpp"
#include "fuzz.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  const std::string value(take_line(input));
  try {
    const auto policy = service::s3::parse_form_policy(base::base64(input));
    service::s3::check_form(policy, {{"key", value}, {"content-type", value}}, "bucket", {});
  } catch (const aws::Error& refusal) {
    MILLRACE_ASSERT(refusal.code() == "InvalidPolicyDocument" || refusal.code() == "AccessDenied");
  }
}

}  // namespace millrace::fuzz
