// Only `health` exists so far, and it alone is open to everybody.
#include "app/own_paths.hpp"

namespace millrace::app {

namespace {

constexpr std::string_view own_prefix = "/_millrace/";

http::Reply json(int status, std::string body) {
  http::Reply reply{.status = status};
  reply.headers.set("Content-Type", "application/json");
  reply.body = std::move(body);
  return reply;
}

}  // namespace

bool answer_own_path(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  if (!request.path.starts_with(own_prefix)) return false;
  const bool is_health = request.path.substr(own_prefix.size()) == "health";
  if (is_health && (request.method == "GET" || request.method == "HEAD")) {
    exchange.reply(json(200, R"({"status":"ok"})"));
  } else if (is_health) {
    exchange.reply(json(405, R"({"error":"health answers GET"})"));
  } else {
    exchange.reply(json(404, R"({"error":"there is nothing here"})"));
  }
  return true;
}

}  // namespace millrace::app
