// InvokeEndpoint: the payload goes to a model server as it is, and its answer comes back as it is.
#include "base/arn.hpp"
#include "base/text.hpp"
#include "service/sagemaker_runtime/service.hpp"

namespace millrace::service::sagemaker_runtime {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

std::string endpoint_arn(const Call& call, std::string_view name) {
  return base::arn("sagemaker", call.region, call.account, "endpoint/" + base::lower(name));
}

struct Invoke {
  std::string endpoint;
  std::string variant;
  http::Headers headers;
};

void add_header(http::Headers& headers, const char* name, const aws::Member& member) {
  if (const auto text = member.optional_text()) headers.add(name, *text);
}

Invoke read_invoke(const View& in) {
  Invoke ask{.endpoint = in.take("EndpointName").text(),
             .variant = in.take("TargetVariant").text_or("")};
  static_cast<void>(in.take("Body"));  // handed over as the call's payload
  add_header(ask.headers, "Content-Type", in.take("ContentType"));
  add_header(ask.headers, "Accept", in.take("Accept"));
  add_header(ask.headers, "X-Amzn-SageMaker-Custom-Attributes", in.take("CustomAttributes"));
  add_header(ask.headers, "X-Amzn-SageMaker-Inference-Id", in.take("InferenceId"));
  return ask;
}

std::string log_group(const std::string& endpoint) {
  return "/aws/sagemaker/Endpoints/" + endpoint;
}

std::string see_logs(const Call& call, const std::string& endpoint) {
  return " See https://" + call.region +
         ".console.aws.amazon.com/cloudwatch/home?region=" + call.region +
         "#logEventViewer:group=" + log_group(endpoint) + " in account " + call.account +
         " for more information.";
}

aws::Error model_error(const Call& call, const std::string& endpoint, int status,
                       const std::string& message) {
  const char* side = status >= 400 && status < 500 ? "client" : "server";
  aws::Error error("ModelError", std::string("Received ") + side + " error (" +
                                     std::to_string(status) + ") from primary with message \"" +
                                     message + "\"." + see_logs(call, endpoint));
  error.with("OriginalStatusCode", status);
  error.with("OriginalMessage", message);
  error.with("LogStreamArn",
             base::arn("logs", call.region, call.account, "log-group:" + log_group(endpoint)));
  return error;
}

aws::Error refusal(const Call& call, const std::string& endpoint, const hosting::NotInvoked& why) {
  using Kind = hosting::NotInvoked::Kind;
  switch (why.kind) {
    case Kind::unknown_endpoint:
      return {"ValidationError",
              "Endpoint " + endpoint + " of account " + call.account + " not found."};
    case Kind::unknown_variant:
      return {"ValidationError", "Variant " + why.variant + " not found for Request"};
    case Kind::timed_out:
      return model_error(
          call, endpoint, 0,
          "Your invocation timed out while waiting for a response from container primary. Review "
          "the latency metrics "
          "for each container in Amazon CloudWatch, resolve the issue, and try again.");
    case Kind::too_large:
      return model_error(call, endpoint, 500,
                         "The model's answer is larger than an invocation may return.");
    case Kind::broken:
      return model_error(call, endpoint, 500,
                         "The model server ended while it answered: " + why.what);
    case Kind::nothing_ready:
      break;
  }
  return {"ServiceUnavailable",
          "No instance of endpoint " + endpoint + " is ready to answer. Try your call again."};
}

Value answered(Call& call, const std::string& endpoint, hosting::Invoked invoked) {
  if (invoked.reply.status / 100 != 2)
    throw model_error(call, endpoint, invoked.reply.status, invoked.reply.body);
  Map answer;
  answer.set("InvokedProductionVariant", std::move(invoked.variant));
  if (const auto* type = invoked.reply.headers.find("Content-Type"))
    answer.set("ContentType", *type);
  if (const auto* attributes = invoked.reply.headers.find("X-Amzn-SageMaker-Custom-Attributes")) {
    answer.set("CustomAttributes", *attributes);
  }
  call.answer_payload = std::move(invoked.reply.body);
  return answer;
}

void invoke(Service& service, const std::shared_ptr<Call>& call, const Invoke& ask,
            const std::shared_ptr<aws::Completion>& done) {
  service.endpoints.invoke(
      endpoint_arn(*call, ask.endpoint),
      {.headers = ask.headers, .body = call->take_payload(), .only_variant = ask.variant},
      [call, done,
       endpoint = ask.endpoint](std::variant<hosting::Invoked, hosting::NotInvoked> outcome) {
        try {
          if (const auto* not_invoked = std::get_if<hosting::NotInvoked>(&outcome))
            throw refusal(*call, endpoint, *not_invoked);
          done->answer(answered(*call, endpoint, std::move(std::get<hosting::Invoked>(outcome))));
        } catch (const aws::Error&) {
          done->fail(std::current_exception());
        }
      });
}

std::vector<aws::Need> on_endpoint(const Call& call, const Value& input) {
  aws::Need need{.action = "sagemaker:InvokeEndpoint",
                 .resource = endpoint_arn(call, input.find("EndpointName")->text()),
                 .conditions = {}};
  const Value* target = input.find("TargetModel");
  if (target != nullptr) need.conditions["sagemaker:TargetModel"] = {target->text()};
  return {std::move(need)};
}

constexpr aws::Operation table[] = {
    aws::later_operation<read_invoke, invoke>("InvokeEndpoint",
                                              {.access = on_endpoint, .runs_inline = true}),
};

}  // namespace

aws::ServiceEntry entry(Service& service) {
  return {.model = "sagemaker-runtime",
          .prefix = "sagemaker",
          .service = &service,
          .tables = {table},
          .errors = aws::ErrorTable{.invalid_code = "ValidationError"}};
}

}  // namespace millrace::service::sagemaker_runtime
