#include "aws/answer_check.hpp"

#include "aws/protocol_rest.hpp"
#include "base/assert.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace millrace::aws {

namespace {

using base::Value;

// Required members that AWS itself leaves out.
struct LeftOut {
  std::string_view service;
  std::string_view shape;
  std::string_view member;
  std::string_view reason;
};
constexpr auto left_out = std::to_array<LeftOut>({
    {"iam", "AccessKey", "UserName", "the root of an account has no user name"},
    {"iam", "User", "Path", "GetUser shows the root of an account as a user without a path"},
    {"iam", "User", "UserName", "GetUser shows the root of an account as a user without a name"},
    {"sagemaker", "DescribeTrainingJobResponse", "ModelArtifacts",
     "a job has none before its model was uploaded"},
});

bool is_left_out(std::string_view service, const Shape& shape, const MemberShape& member) {
  return std::ranges::any_of(left_out, [&](const LeftOut& entry) {
    return entry.service == service && entry.shape == shape.name && entry.member == member.name;
  });
}

[[noreturn]] void stop(const std::string& what, const std::string& path) {
  base::assertion_failed((what + " in an answer: " + path).c_str(), __FILE__, __LINE__);
}

bool fits(const Shape& shape, const Value& value) {
  switch (shape.kind) {
    case Kind::structure:
    case Kind::map:
      return value.is_map();
    case Kind::list:
      return value.is_list();
    case Kind::text:
      return value.is_text();
    case Kind::blob:
      return value.is_blob() || value.is_text();
    case Kind::flag:
      return value.is_flag();
    case Kind::integer:
    case Kind::number:
      return value.is_number();
    case Kind::time:
      return value.is_time() || value.is_number();
  }
  return false;
}

class AnswerCheck {
 public:
  explicit AnswerCheck(std::string_view service) : service_(service) {}

  void structure(const Shape& shape, const Value& value, const std::string& path) const {
    for (const auto& [name, member_value] : value.map()) {
      const MemberShape* member = shape.member(name);
      if (!member) stop("undeclared member", path + "." + name);
      if (member_value.is_null()) continue;
      // A scalar's path is wanted only where it is wrong.
      if (is_nested(member->shape->kind)) {
        check(*member->shape, member_value, path + "." + name);
      } else if (!member->shape->is_document && !fits(*member->shape, member_value)) {
        stop("member of the wrong type", path + "." + name);
      }
    }
    for (const MemberShape& member : shape.members) {
      if (!member.required) continue;
      const Value* found = value.find(member.name);
      const bool is_payload = shape.payload == member.name || member.shape->event_stream;
      if (!is_payload && (!found || found->is_null()) && !is_left_out(service_, shape, member)) {
        stop("required member missing", path + "." + member.name);
      }
    }
  }

 private:
  void check(const Shape& shape, const Value& value, const std::string& path) const {
    if (shape.is_document) return;
    if (!fits(shape, value)) stop("member of the wrong type", path);
    if (shape.kind == Kind::structure) structure(shape, value, path);
    if (shape.kind == Kind::list) {
      for (const Value& element : value.list()) {
        if (!element.is_null()) check(*shape.element.shape, element, path + "[]");
      }
    }
    if (shape.kind == Kind::map) {
      for (const auto& [key, element] : value.map()) {
        if (!element.is_null()) check(*shape.value.shape, element, path + "{}");
      }
    }
  }

  std::string_view service_;
};

}  // namespace

void check_answer(std::string_view service, const OperationShape& operation, const Value& answer) {
  if (!answer.is_map()) stop("no structure", operation.name);
  if (!operation.output) {
    if (!answer.map().empty()) stop("member of an operation without output", operation.name);
    return;
  }
  AnswerCheck(service).structure(*operation.output_shape(), answer, operation.name);
}

}  // namespace millrace::aws
