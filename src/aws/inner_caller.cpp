#include "aws/inner_caller.hpp"

#include "aws/bad_input.hpp"
#include "base/assert.hpp"

namespace millrace::aws {

namespace {

// A head that nobody sent.
class NoExchange final : public http::Exchange {
 public:
  explicit NoExchange(http::Request head) : head_(std::move(head)) {}

  [[nodiscard]] const http::Request& request() const override { return head_; }
  void gather(std::size_t, std::function<void(std::optional<std::string>)> done) override {
    done("");
  }
  [[nodiscard]] base::Reader& body() override { return nothing_; }
  void reply(http::Reply) override {}
  [[nodiscard]] bool work(std::function<void()>) override { return false; }
  void after(base::Milliseconds, std::function<void()>) override {}
  void post(std::function<void()>) override {}
  [[nodiscard]] bool abandoned() const override { return false; }

 private:
  class Nothing final : public base::Reader {
    std::size_t read(char*, std::size_t) override { return 0; }
  };
  http::Request head_;
  Nothing nothing_;
};

// One operation asked for, and the form in which its refusals are judged.
struct Operated {
  const BuiltService& service;
  const OperationShape& shape;
  const Operation& operation;
  Wire wire;
};

Operated find_operation(DispatchParts& parts, const Asked& asked) {
  const BuiltService& service = parts.services.built().find(asked.service)->second;
  const auto operation = service.operations.find(asked.operation);
  MILLRACE_ASSERT(operation != service.operations.end());
  Wire wire;
  wire.is_s3 = asked.service == "s3";
  return {.service = service,
          .shape = *parts.models.model(asked.service).operation(asked.operation),
          .operation = *operation->second,
          .wire = std::move(wire)};
}

std::vector<Need> needs_of(const Operated& operated, const Call& call, const base::Value& input) {
  if (const Access access = operated.operation.options.access) return access(call, input);
  return {{.action = std::string(operated.service.entry->prefix) + ":" + operated.shape.name,
           .resource = "*",
           .conditions = {}}};
}

void introduce(RequestCall& call, const policy::Principal& principal, const Asked& asked,
               DispatchParts& parts) {
  call.service = asked.service;
  call.operation = asked.operation;
  call.account = principal.account;
  call.region = asked.region;
  call.principal = principal;
  call.request_id = base::uuid4(parts.random);
  call.now = parts.clock.service();
  call.conditions = {{"aws:SecureTransport", {"true"}},
                     {"aws:RequestedRegion", {asked.region}},
                     {"aws:ViaAWSService", {"false"}}};
  call.check_caller(parts.options.check_signatures);
}

base::Value act(DispatchParts& parts, const Operated& operated, RequestCall& call,
                const Asked& asked) {
  const ErrorTable& table = operated.service.entry->errors;
  const base::Value input(asked.input);
  Reading reading;
  std::shared_ptr<const void> ask;
  if (const Shape* shape = operated.shape.input_shape()) {
    const auto violations = find_violations(*shape, input);
    if (!violations.empty()) throw violated_input(violations, operated.wire, table, asked.region);
    ask = operated.operation.read(View(*shape, &input, reading, ""));
    const auto left = reading.left(*shape, input, operated.operation.options.defaults);
    if (!left.empty()) throw refused_members(operated.shape.name, left);
  }
  call.deny_with(std::string(table.access_denied_code));
  call.begin_other(asked.body);
  call.authorise(needs_of(operated, call, input));
  call.now = parts.clock.service();
  return operated.operation.act(operated.service.entry->service, call, ask.get()).value();
}

// Nobody sent it, so nothing says from where it came.
void remember(DispatchParts& parts, RequestCall& call, const Refusal* refusal) {
  if (parts.options.trail == nullptr) return;
  Decided decided{.time = parts.clock.service(),
                  .request_id = call.request_id,
                  .operation = call.service + ":" + call.operation,
                  .account = call.account,
                  .principal = call.principal.arn,
                  .role = call.principal.role_arn};
  decided.status = refusal != nullptr ? refusal->status : 200;
  if (refusal != nullptr) {
    decided.error = refusal->code;
    decided.message = refusal->message;
  }
  call.hand_over(decided);
  parts.options.trail->add(decided);
}

}  // namespace

base::Value InnerCaller::ask(const policy::Principal& principal, const Asked& asked) {
  const Operated operated = find_operation(parts_, asked);
  http::Request head{.method = operated.shape.method, .target = "/", .path = "/"};
  head.headers = asked.headers;
  RequestCall call(std::make_shared<NoExchange>(std::move(head)), parts_.authority);
  introduce(call, principal, asked, parts_);
  try {
    base::Value answer = act(parts_, operated, call, asked);
    remember(parts_, call, nullptr);
    return answer;
  } catch (const Error& error) {
    const Refusal refusal =
        resolve(error, operated.wire, &operated.shape, operated.service.entry->errors);
    remember(parts_, call, &refusal);
    throw Error(refusal.code, refusal.message, refusal.status);
  } catch (const std::exception& bug) {
    parts_.log.write(base::Level::error, call.service + ":" + call.operation +
                                             " asked from inside failed: " + bug.what());
    throw Error("InternalError", "We encountered an internal error. Please try again.", 500);
  }
}

}  // namespace millrace::aws
