#include "aws/bad_input.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace millrace::aws {

namespace {

constexpr std::string_view malformed_xml =
    "The XML you provided was not well-formed or did not validate against our published schema";

Error s3_malformed(const Malformed& malformed) {
  if (malformed.where == Malformed::Where::body)
    return {"MalformedXML", std::string(malformed_xml), 400};
  const bool is_number =
      std::string_view(malformed.what()).ends_with("can not be converted to Integer");
  Error error("InvalidArgument",
              "Provided " + malformed.name +
                  (is_number ? " not an integer or within integer range"
                             : std::string(" is not valid: ") + malformed.what()),
              400);
  error.with("ArgumentName", malformed.name).with("ArgumentValue", malformed.value);
  return error;
}

std::string missing_header(std::string_view name) {
  const std::string_view purpose =
      name == "x-amz-object-attributes" ? " specifying the attributes to be retrieved" : "";
  return "The " + std::string(name) + " header" + std::string(purpose) +
         " is either missing or empty";
}

// Only the first region's endpoint looks at what the constraint says.
Error wrong_location(const std::string& constraint, std::string_view region) {
  if (region == "us-east-1")
    return {"InvalidLocationConstraint", "The specified location-constraint is not valid", 400};
  return {"IllegalLocationConstraintException",
          "The " + constraint +
              " location constraint is incompatible for the region specific endpoint this request "
              "was sent to.",
          400};
}

// S3 names one argument at a time; what its XML lacks or has wrong is malformed as a whole.
Error s3_violated(const Violation& first, std::string_view region) {
  if (first.wire_name == "LocationConstraint") return wrong_location(first.value, region);
  const bool is_whole_body = first.missing && first.path.find('.') == std::string::npos;
  if (!first.in_head && is_whole_body)
    return {"MissingRequestBodyError", "Request Body is empty", 400};
  if (!first.in_head) return {"MalformedXML", std::string(malformed_xml), 400};
  if (first.missing) return {"InvalidRequest", missing_header(first.wire_name), 400};
  if (base::equal_ignoring_case(first.wire_name, "x-amz-storage-class")) {
    return {"InvalidStorageClass", "The storage class you specified is not valid", 400};
  }
  Error error("InvalidArgument", first.constraint, 400);
  return error.with("ArgumentName", first.wire_name).with("ArgumentValue", first.value);
}

// EC2 names one parameter at a time.
Error ec2_violated(const Violation& first) {
  if (!first.missing) return {"InvalidParameterValue", validation_message({first}), 400};
  std::string name = first.wire_name;
  if (!name.empty() && name.front() >= 'a' && name.front() <= 'z')
    name.front() = static_cast<char>(name.front() - 32);
  return {"MissingParameter", "The request must contain the parameter " + name, 400};
}

// Organizations names no member: its sentence and reason say what kind of constraint was broken.
constexpr std::string_view reasoned_code = "InvalidInputException";

struct Reason {
  std::string_view constraint;  // how its sentence begins
  std::string_view message;
  std::string_view name;
};
constexpr auto reasons = std::to_array<Reason>({
    {"Member must not be null", "You must include a value for all required parameters.",
     "INPUT_REQUIRED"},
    {"Member must satisfy regular expression pattern",
     "You provided a value that does not match the required pattern.", "INVALID_PATTERN"},
    {"Member must satisfy enum value set", "You specified an invalid value.", "INVALID_ENUM"},
    {"Member must have length less than",
     "You provided a string parameter that is longer than allowed.", "MAX_LENGTH_EXCEEDED"},
    {"Member must have length greater than",
     "You provided a string parameter that is shorter than allowed.", "MIN_LENGTH_EXCEEDED"},
    {"Member must have value less than",
     "You provided a numeric parameter that has a larger value than allowed.",
     "MAX_VALUE_EXCEEDED"},
    {"Member must have value greater than",
     "You provided a numeric parameter that has a smaller value than allowed.",
     "MIN_VALUE_EXCEEDED"},
    // Of a list's elements, whatever is wrong with one.
    {"Member must satisfy constraint",
     "You provided a list to a parameter that contains at least one invalid value.",
     "INVALID_LIST_MEMBER"},
});

Error reasoned(const Violation& first) {
  const auto found = std::find_if(reasons.begin(), reasons.end(), [&first](const Reason& reason) {
    return first.constraint.starts_with(reason.constraint);
  });
  const Reason& reason = found == reasons.end() ? reasons.back() : *found;
  Error error(std::string(reasoned_code), std::string(reason.message), 400);
  return error.with("Reason", reason.name);
}

// IAM has words of its own for names and paths, whose patterns no other service of its protocol
// has.
struct PatternWords {
  std::string_view pattern;
  std::string_view must;
};
constexpr std::string_view path_words =
    "begin and end with / and contain only alphanumeric characters and/or / characters.";
constexpr auto names_and_paths = std::to_array<PatternWords>({
    {R"([\w+=,.@-]+)", "contain only alphanumeric characters and/or the following: +=,.@_-"},
    {R"((\u002F)|(\u002F[\u0021-\u007E]+\u002F))", path_words},
    {R"(((/[A-Za-z0-9\.,\+@=_-]+)*)/)", path_words},
    {R"(\u002F[\u0021-\u007F]*)",
     "begin with the / character and contain only alphanumeric characters and/or / characters."},
});

const PatternWords* words_of(const Violation& violation) {
  constexpr std::string_view begin = "Member must satisfy regular expression pattern: ";
  if (!violation.constraint.starts_with(begin)) return nullptr;
  const auto pattern = std::string_view(violation.constraint).substr(begin.size());
  const auto* found = std::ranges::find(names_and_paths, pattern, &PatternWords::pattern);
  return found == names_and_paths.end() ? nullptr : found;
}

// The words for the first, if there are such for all that is wrong.
std::string named_wrongly(const std::vector<Violation>& violations) {
  if (!std::ranges::all_of(violations, words_of)) return validation_message(violations);
  const Violation& first = violations.front();
  return "The specified value for " + first.path + " is invalid. It must " +
         std::string(words_of(first)->must);
}

}  // namespace

ErrorTable common_errors(Protocol protocol) {
  switch (protocol) {
    case Protocol::ec2:
      return {.invalid_code = "InvalidParameterValue",
              .access_denied_code = "UnauthorizedOperation",
              .throttled_code = "RequestLimitExceeded"};
    case Protocol::query:
    case Protocol::rest_xml:
      return {.invalid_code = "ValidationError",
              .access_denied_code = "AccessDenied",
              .throttled_code = "Throttling"};
    default:
      return {};
  }
}

Error malformed_input(const Malformed& malformed, const Wire& wire) {
  if (wire.is_s3) return s3_malformed(malformed);
  return {has_exception_codes(wire.protocol) ? "SerializationException" : "MalformedInput",
          malformed.what(), 400};
}

Error violated_input(const std::vector<Violation>& violations, const Wire& wire,
                     const ErrorTable& table, std::string_view region) {
  if (wire.is_s3) return s3_violated(violations.front(), region);
  if (wire.protocol == Protocol::ec2) return ec2_violated(violations.front());
  if (table.invalid_code == reasoned_code) return reasoned(violations.front());
  const bool is_query = wire.protocol == Protocol::query;
  return {std::string(table.invalid_code),
          is_query ? named_wrongly(violations) : validation_message(violations)};
}

Error unknown_members(const std::string& operation, const UnknownMembers& members) {
  return {
      "NotImplemented",
      operation + ": the service's model has no such member: " + base::join(members, ", ") + ".",
      501};
}

Error refused_members(const std::string& operation, const std::vector<std::string>& members) {
  return {"NotImplemented",
          operation + ": Millrace does not implement " + base::join(members, ", ") + ".", 501};
}

Error not_built(const std::string& service, const std::string& operation) {
  return {"NotImplemented", "Millrace does not implement " + service + ":" + operation + ".", 501};
}

}  // namespace millrace::aws
