// Forms of the query protocol against IAM's model: the first line names the operation, the rest is
// the form.
#include "aws/protocol_query.hpp"
#include "fuzz.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  static aws::Models models(MILLRACE_MODELS);
  static const aws::ServiceModel& model = models.model("iam");
  const aws::OperationShape* operation = model.operation(take_line(input));
  const auto form = base::parse_query(input, true);
  if (!operation || !operation->input_shape() || !form) return;
  base::Map members;
  aws::UnknownMembers unknown;
  try {
    aws::parse_form_members(aws::Protocol::query, *operation->input_shape(), *form, members,
                            unknown);
  } catch (const aws::Malformed&) {
    return;
  }
  for (const auto& [name, value] : members) MILLRACE_ASSERT(operation->input_shape()->member(name));
}

}  // namespace millrace::fuzz
