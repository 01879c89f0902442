#include "infer/handler.hpp"

#include "infer/answer.hpp"

#include <string>
#include <utility>

namespace millrace::infer {
namespace {

constexpr int payload_limit_mb = 6;

http::Reply reply(Answer answer) {
  http::Reply made;
  made.status = answer.status;
  if (!answer.content_type.empty())
    made.headers.add("Content-Type", std::move(answer.content_type));
  made.body = std::move(answer.body);
  return made;
}

http::Reply execution_parameters(int threads) {
  return reply({.content_type = "application/json",
                .body = R"({"MaxConcurrentTransforms": )" + std::to_string(threads) +
                        R"(, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": )" +
                        std::to_string(payload_limit_mb) + "}"});
}

http::Reply invoke(const learn::Model& model, const HandlerOptions& options,
                   const http::Request& request, const std::string& body) {
  Answer made = answer(model, {.content_type = request.headers.get("Content-Type"),
                               .accept = request.headers.get("Accept"),
                               .body = body,
                               .selection = options.selection});
  if (made.status >= 400) options.log(made.body);
  return reply(std::move(made));
}

}  // namespace

http::LocalHandler make_handler(const learn::Model& model, HandlerOptions options) {
  return [&model, options = std::move(options)](const http::Request& request,
                                                const std::string& body) {
    if (request.path == "/invocations" && request.method == "POST")
      return invoke(model, options, request, body);
    if (request.path == "/ping" && request.method == "GET") return reply({});
    if (request.path == "/execution-parameters" && request.method == "GET")
      return execution_parameters(options.threads);
    return reply({.status = 404, .body = "there is no " + request.method + " " + request.path});
  };
}

}  // namespace millrace::infer
