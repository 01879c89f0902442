// A policy's document, and a decision by it: the first line is the resource, the second a
// condition's value.
#include "policy/policy.hpp"

#include "fuzz.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  policy::Question question;
  question.action = "s3:GetObject";
  question.resource = take_line(input);
  question.conditions["s3:prefix"] = {std::string(take_line(input))};
  const policy::Context context(question, base::Timestamp{});
  using enum policy::PolicyKind;
  for (const auto kind : {inline_identity, managed, session, trust, resource, service_control,
                          resource_control, aws_managed}) {
    try {
      for (const policy::Statement& statement : policy::parse_policy(input, kind).statements) {
        const bool covers = statement.covers(context);
        MILLRACE_ASSERT(!covers || statement.conditions_hold(context));
      }
    } catch (const policy::MalformedPolicy&) {
    } catch (const policy::UnsupportedPolicy&) {
    }
  }
}

}  // namespace millrace::fuzz
