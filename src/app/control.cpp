// One POST per action, with JSON both ways, over a socket that only the owner may open.
#include "app/control.hpp"

#include "base/json.hpp"
#include "http/client.hpp"

namespace millrace::app {

namespace {
constexpr std::string_view socket_name = "control.sock";
constexpr std::size_t argument_limit = 64 * 1024;

http::Reply json_reply(int status, const base::Value& value) {
  http::Reply reply{.status = status};
  reply.headers.set("Content-Type", "application/json");
  reply.body = base::write_json(value);
  return reply;
}
}  // namespace

Control::Control(const std::string& data, ControlActions actions) : actions_(std::move(actions)) {
  server_ = http::make_local_server({.socket_path = data + "/" + std::string(socket_name),
                                     .threads = 2,
                                     .body_limit = argument_limit},
                                    [this](const http::Request& request, const std::string& body) {
                                      return answer(request, body);
                                    });
  thread_ = std::jthread([this] { server_->run(); });
}

Control::~Control() { server_->stop(); }

http::Reply Control::answer(const http::Request& request, const std::string& body) const {
  const auto action = actions_.find(request.path.substr(1));
  if (action == actions_.end())
    return json_reply(404, base::Map{{"error", "no such action: " + request.path}});
  try {
    return json_reply(
        200, action->second(body.empty() ? base::Value(base::Map{}) : base::parse_json(body)));
  } catch (const std::exception& error) {
    return json_reply(400, base::Map{{"error", error.what()}});
  }
}

base::Value control_call(const std::string& data, const std::string& action,
                         const base::Value& arguments, std::chrono::milliseconds patience) {
  const auto client = http::make_client();
  http::ClientReply reply;
  try {
    reply = client->send_and_wait({.socket_path = data + "/" + std::string(socket_name),
                                   .method = "POST",
                                   .target = "/" + action,
                                   .body = base::write_json(arguments),
                                   .timeout = patience});
  } catch (const std::runtime_error&) {
    throw ControlError("no server is running on " + data +
                       "; start one with `millrace serve --data " + data + "`");
  }
  const base::Value value = base::parse_json(reply.body);
  if (reply.status != 200) throw ControlError(value.find("error")->text());
  return value;
}

}  // namespace millrace::app
