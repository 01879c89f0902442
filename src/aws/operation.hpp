// What an operation is: two functions, `read` and `act`, and one line in the table at the end of
// its resource's file.
#pragma once

#include "aws/call.hpp"
#include "aws/defaults.hpp"
#include "aws/error.hpp"
#include "aws/view.hpp"
#include "base/value.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace millrace::aws {

using base::List;
using base::Map;
using base::Value;

// One action on one resource that the caller must be allowed.
struct Need {
  std::string action;
  std::string resource;
  policy::Conditions conditions;
};
// From the parsed input (for REST protocols with a body: the members that the head shows) to what
// is needed. Does not take members.
using Access = std::vector<Need> (*)(const Call& call, const Value& input);

// What an act gives. Copies share it, so that one which is kept over many calls is checked and
// written once.
class Answer {
 public:
  Answer(Value value) : shared_(std::make_shared<Shared>(std::move(value))) {}
  Answer(Map map) : Answer(Value(std::move(map))) {}
  [[nodiscard]] const Value& value() const { return shared_->value; }
  // Its body in AWS JSON: what `write` gave the first time.
  template <class Write>
  [[nodiscard]] const std::string& json(const Write& write) const {
    std::call_once(shared_->is_written, [&] { shared_->json = write(); });
    return shared_->json;
  }

 private:
  struct Shared {
    explicit Shared(Value its_value) : value(std::move(its_value)) {}
    const Value value;
    std::once_flag is_written;
    std::string json;
  };
  std::shared_ptr<Shared> shared_;  // shared: kept here while calls are answered with it
};

// A resource in transition: a Describe of it is held until its status changes (see "Waiting
// clients" in the design).
struct Transition {
  std::string arn;     // announced by store::Changes
  std::string status;  // the main one
};
using InTransition = std::optional<Transition> (*)(const Call& call, const Value& answer);

// The answer of an asynchronous act; called once, from any thread.
class Completion {
 public:
  virtual ~Completion() = default;
  virtual void answer(Value value) = 0;
  virtual void fail(std::exception_ptr error) = 0;
};

struct OperationOptions {
  Access access = nullptr;   // null: PREFIX:OPERATION on "*"
  bool runs_inline = false;  // memory or one indexed read: act runs on the loop
  InTransition in_transition = nullptr;
  Defaults defaults = {};  // of members that read does not take
};

struct Operation {
  std::string_view name;
  std::shared_ptr<const void> (*read)(
      const View& input);  // shared: carries the plain struct's own destructor
  Answer (*act)(void* service, Call& call, const void* ask);
  void (*act_later)(void* service, const std::shared_ptr<Call>& call, const void* ask,
                    const std::shared_ptr<Completion>& done);  // instead of act
  OperationOptions options;
};

namespace detail {
template <class>
struct ActTraits;
template <class R, class S, class C, class A>
struct ActTraits<R (*)(S&, C&, const A&)> {
  using Service = S;
  using Ask = A;
};
template <class S, class A>
struct ActTraits<void (*)(S&, const std::shared_ptr<Call>&, const A&,
                          const std::shared_ptr<Completion>&)> {
  using Service = S;
  using Ask = A;
};
}  // namespace detail

// `Read`: Ask (*)(const View&); `Act`: Value or Answer (*)(Service&, [const] Call&, const Ask&).
template <auto Read, auto Act>
[[nodiscard]] constexpr Operation operation(std::string_view name, OperationOptions options = {}) {
  using Service = typename detail::ActTraits<decltype(Act)>::Service;
  using Ask = typename detail::ActTraits<decltype(Act)>::Ask;
  static_assert(std::is_same_v<decltype(Read), Ask (*)(const View&)>,
                "read must yield what act asks for");
  return {name,
          [](const View& input) -> std::shared_ptr<const void> {
            return std::make_shared<const Ask>(Read(input));
          },
          [](void* service, Call& call, const void* ask) -> Answer {
            return Act(*static_cast<Service*>(service), call, *static_cast<const Ask*>(ask));
          },
          nullptr, options};
}

// As `operation`, for what waits on somebody else: holds no thread. `Act` must call `done` once;
// what it throws fails the call.
template <auto Read, auto Act>
[[nodiscard]] constexpr Operation later_operation(std::string_view name,
                                                  OperationOptions options = {}) {
  using Service = typename detail::ActTraits<decltype(Act)>::Service;
  using Ask = typename detail::ActTraits<decltype(Act)>::Ask;
  return {name,
          [](const View& input) -> std::shared_ptr<const void> {
            return std::make_shared<const Ask>(Read(input));
          },
          nullptr,
          [](void* service, const std::shared_ptr<Call>& call, const void* ask,
             const std::shared_ptr<Completion>& done) {
            Act(*static_cast<Service*>(service), call, *static_cast<const Ask*>(ask), done);
          },
          options};
}

// An operation that asks for nothing.
struct Nothing {};
[[nodiscard]] inline Nothing read_nothing(const View&) { return {}; }

// The words and codes in which a service refuses what its model forbids, and the statuses of errors
// that its model does not declare.
struct ErrorTable {
  std::string_view invalid_code =
      "ValidationException";  // constraint violated, wrong type, missing member
  std::string_view access_denied_code = "AccessDeniedException";
  std::string_view throttled_code = "ThrottlingException";
  struct Undeclared {
    std::string_view code;
    int status;
  };
  std::span<const Undeclared> undeclared = {};
};

// A built service: the folder's one object and its tables of operations, one per resource.
struct ServiceEntry {
  std::string_view model;   // botocore's folder name: "sagemaker", "s3", "sts"
  std::string_view prefix;  // of IAM actions: "sagemaker", "s3", "sts", "logs", "cloudwatch", "iam"
  void* service;            // handed to each operation's act
  std::vector<std::span<const Operation>> tables;
  ErrorTable errors = {};
};

}  // namespace millrace::aws
