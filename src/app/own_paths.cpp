// `health` and `metrics`, which are open to everybody: they tell numbers, and nothing of anybody.
#include "app/own_paths.hpp"

#include "base/json.hpp"

namespace millrace::app {

namespace {

constexpr std::string_view own_prefix = "/_millrace/";

http::Reply reply(int status, std::string_view type, std::string body) {
  http::Reply reply{.status = status};
  reply.headers.set("Content-Type", std::string(type));
  reply.body = std::move(body);
  return reply;
}

http::Reply json(int status, base::Map body) {
  return reply(status, "application/json", base::write_json(std::move(body)));
}

// A server whose folder is damaged serves what is whole.
http::Reply health(const OwnState& state) {
  return json(200, base::Map{{"status", state.damaged == 0 ? "ok" : "damaged"},
                             {"damaged", state.damaged}});
}

// In the text form that Prometheus reads.
http::Reply metrics(const OwnState& state) {
  std::string text;
  for (const Count& count : state.counts) {
    const std::string name = "millrace_" + count.name;
    text += "# TYPE " + name + (count.only_grows ? " counter\n" : " gauge\n");
    text += name + " " + std::to_string(count.value) + "\n";
  }
  return reply(200, "text/plain; version=0.0.4", std::move(text));
}

}  // namespace

bool answer_own_path(http::Exchange& exchange, const std::function<OwnState()>& state) {
  const http::Request& request = exchange.request();
  if (!request.path.starts_with(own_prefix)) return false;
  const std::string_view name = std::string_view(request.path).substr(own_prefix.size());
  const bool is_known = name == "health" || name == "metrics";
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (is_known && is_read) {
    exchange.reply(name == "health" ? health(state()) : metrics(state()));
  } else if (is_known) {
    exchange.reply(json(405, base::Map{{"error", std::string(name) + " answers GET"}}));
  } else {
    exchange.reply(json(404, base::Map{{"error", "there is nothing here"}}));
  }
  return true;
}

}  // namespace millrace::app
