// One invocation: a replica is chosen, asked over its socket, and its answer handed on as it is.
#include "hosting/endpoints.hpp"

namespace millrace::hosting {

namespace {

constexpr std::chrono::milliseconds invocation_timeout{
    60'000};  // SageMaker's for real-time endpoints
constexpr std::size_t answer_limit = 25 * 1024 * 1024;

NotInvoked::Kind kind_of(NoRoute why) {
  switch (why) {
    case NoRoute::unknown_endpoint:
      return NotInvoked::Kind::unknown_endpoint;
    case NoRoute::unknown_variant:
      return NotInvoked::Kind::unknown_variant;
    case NoRoute::nothing_ready:
      break;
  }
  return NotInvoked::Kind::nothing_ready;
}

NotInvoked::Kind kind_of(http::ClientError::Kind why) {
  switch (why) {
    case http::ClientError::Kind::timed_out:
      return NotInvoked::Kind::timed_out;
    case http::ClientError::Kind::too_large:
      return NotInvoked::Kind::too_large;
    case http::ClientError::Kind::refused:
    case http::ClientError::Kind::closed:
    case http::ClientError::Kind::malformed:
      break;
  }
  return NotInvoked::Kind::broken;
}

}  // namespace

void Endpoints::invoke(const std::string& endpoint_arn, Invocation invocation,
                       std::function<void(std::variant<Invoked, NotInvoked>)> done) {
  NoRoute why{};
  auto chosen = routes_.choose(endpoint_arn, invocation.only_variant, why);
  if (!chosen) {
    done(NotInvoked{.kind = kind_of(why), .variant = invocation.only_variant});
    return;
  }
  parts_.client.send(
      {.socket_path = std::move(chosen->socket),
       .method = "POST",
       .target = "/invocations",
       .headers = std::move(invocation.headers),
       .body = std::move(invocation.body),
       .timeout = invocation_timeout,
       .reply_limit = answer_limit,
       .in_series = model_server_threads == 1},
      [variant = std::move(chosen->variant), done = std::move(done)](
          std::optional<http::ClientReply> reply, std::optional<http::ClientError> error) {
        if (reply) {
          done(Invoked{.variant = variant, .reply = std::move(*reply)});
        } else {
          done(NotInvoked{.kind = kind_of(error->kind), .variant = variant, .what = error->what});
        }
      });
}

}  // namespace millrace::hosting
