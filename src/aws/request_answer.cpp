// The steps from a request's parsed input to its answer.
#include "aws/answer_check.hpp"
#include "aws/authentication.hpp"
#include "aws/bad_input.hpp"
#include "aws/event_stream.hpp"
#include "aws/hold.hpp"
#include "aws/later.hpp"
#include "aws/request_life.hpp"
#include "base/text.hpp"

namespace millrace::aws {

namespace {

constexpr std::size_t control_limit = 16 * 1024 * 1024;
constexpr std::size_t payload_limit = 25 * 1024 * 1024;
constexpr std::size_t unsigned_limit = 256 * 1024;  // a token or an assertion of somebody unknown
constexpr std::size_t loop_limit = 64 * 1024;       // larger bodies are parsed on a worker

// botocore lists the features that a call used after "m/"; B stands for a waiter.
bool names_waiter(std::string_view user_agent) {
  for (const std::string_view section : base::split(user_agent, ' ')) {
    if (!section.starts_with("m/")) continue;
    for (const std::string_view feature : base::split(section.substr(2), ',')) {
      if (feature == "B") return true;
    }
  }
  return false;
}

// The length is the transport's: a HEAD answer's own, else what the body has.
void settle_length(http::Reply& reply, bool is_head) {
  const std::string* said = reply.headers.find("content-length");
  if (!said) return;
  if (const auto length = base::to_integer(*said); is_head && length && *length >= 0) {
    reply.head_length = static_cast<std::uint64_t>(*length);
  }
  reply.headers.erase("content-length");
}

// Of what a stream's events throw while the answer is sent.
Error error_in_stream(const std::exception_ptr& error, const std::string& name, base::Log& log) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& refusal) {
    return refusal;
  } catch (const std::exception& bug) {
    log.write(base::Level::error, "the stream of " + name + " failed: " + bug.what());
    return {"InternalFailure", "The request processing has failed because of an unknown error."};
  }
}

}  // namespace

bool RequestLife::is_rest() const { return aws::is_rest(wire_.protocol); }

bool RequestLife::is_streamed() const {
  if (takes_events()) return true;
  const MemberShape* payload =
      target_.shape ? payload_member(target_.shape->input_shape()) : nullptr;
  return payload && (payload->streaming || payload->shape->streaming) && !signature_is_open_;
}

bool RequestLife::acts_on_loop() const {
  const bool is_short = !target_.operation || target_.operation->options.runs_inline;
  return is_short && body_.size() <= loop_limit && !is_streamed();
}

std::size_t RequestLife::body_limit() const {
  if (parts_.options.check_signatures && !signature_) return unsigned_limit;
  return target_.shape && has_blob_payload(target_.shape->input_shape()) ? payload_limit
                                                                         : control_limit;
}

// Of a REST service's request the encoding may be the object's own.
bool RequestLife::is_compressed() const {
  const bool may_be = !is_rest() || (target_.shape && target_.shape->may_be_compressed);
  return may_be && !body_.empty() && request().headers.get("content-encoding") == "gzip";
}

bool RequestLife::asked_by_waiter() const { return names_waiter(call_->user_agent); }

void RequestLife::validate() {
  if (!unknown_.empty() && !parts_.options.ignore_unknown_members)
    throw unknown_members(call_->operation, unknown_);
  if (!target_.shape->input) return;
  const auto violations = find_violations(*target_.shape->input_shape(), input_);
  if (!violations.empty()) throw violated_input(violations, wire_, errors(), call_->region);
}

void RequestLife::read() {
  std::optional<Shape> nothing;
  const Shape& shape = target_.shape->input ? *target_.shape->input_shape() : nothing.emplace();
  ask_ = target_.operation->read(View(shape, &input_, reading_, ""));
}

void RequestLife::refuse() {
  if (!target_.shape->input) return;
  const Shape& shape = *target_.shape->input_shape();
  for (const MemberShape& member : shape.members) {
    const base::Value* value = input_.find(member.name);
    if (value && member.place == Place::header &&
        is_transport_header(member.wire_name, body_is_gathered_ && target_.shape->body_checksum)) {
      reading_.take_whole(value);
    }
  }
  const auto left = reading_.left(shape, input_, target_.operation->options.defaults);
  if (!left.empty()) throw refused_members(call_->operation, left);
}

Answer RequestLife::act_once() {
  call_->now = parts_.clock.service();
  return target_.operation->act(target_.service->entry->service, *call_, ask_.get());
}

std::optional<Transition> RequestLife::transition_of(const Answer& answer) const {
  const InTransition in_transition = target_.operation->options.in_transition;
  return in_transition ? in_transition(*call_, answer.value()) : std::nullopt;
}

void RequestLife::act() {
  if (target_.operation->act_later) {
    target_.operation->act_later(target_.service->entry->service, call_, ask_.get(),
                                 std::make_shared<LaterAnswer>(shared_from_this()));
    return;
  }
  Answer answer = act_once();
  const auto limit = asked_by_waiter() ? parts_.options.hold
                                       : std::min(parts_.options.hold, parts_.options.short_hold);
  const auto transition = limit.count() > 0 ? transition_of(answer) : std::nullopt;
  if (!transition) return finish(answer);
  std::make_shared<Hold>(shared_from_this(), std::move(answer), transition->arn)->begin(limit);
}

http::Reply RequestLife::written(const Answer& answer) const {
  const auto check = [&] { check_answer(call_->service, *target_.shape, answer.value()); };
  if (wire_.protocol == Protocol::json) {
    return write_json_answer(wire_, *target_.shape, answer.json([&] {
      check();
      return json_body(*target_.shape, answer.value().map());
    }));
  }
  check();
  return write_answer(wire_, *target_.model, *target_.shape, answer.value().map());
}

void RequestLife::finish(const Answer& answer) {
  audit(answer);
  http::Reply reply = written(answer);
  complete(reply);
  send(std::move(reply));
}

// What the call has beside the output's members.
void RequestLife::complete(http::Reply& reply) {
  if (call_->answer_status != 0) reply.status = call_->answer_status;
  if (auto* bytes = std::get_if<std::string>(&call_->answer_payload))
    reply.body = std::move(*bytes);
  if (auto* slice = std::get_if<http::FileSlice>(&call_->answer_payload))
    reply.body = std::move(*slice);
  if (auto* streamed = std::get_if<http::Streamed>(&call_->answer_payload))
    reply.body = std::move(*streamed);
  if (auto* events = std::get_if<std::shared_ptr<Events>>(&call_->answer_payload))
    stream_events(std::move(*events), reply);
  for (const auto& [name, value] : call_->answer_headers) reply.headers.set(name, value);
  if (!reading_.inert().empty())
    reply.headers.set("x-millrace-inert", base::join(reading_.inert(), "; "));
  settle_length(reply, wire_.is_head);
}

// What an RPC protocol answers beside the stream is the stream's first message.
void RequestLife::stream_events(std::shared_ptr<Events> events, http::Reply& reply) {
  std::optional<EventMessage> initial;
  if (!is_rest()) {
    initial = initial_response(std::string(reply.headers.get("content-type")),
                               std::get<std::string>(std::move(reply.body)));
  }
  reply.headers.set("Content-Type", std::string(event_stream_type));
  reply.body = http::Streamed{
      .reader = std::make_shared<AnswerEvents>(
          std::move(events), wire_, *event_member(target_.shape->output_shape())->shape,
          [&log = parts_.log, name = call_->service + ":" + call_->operation](
              const std::exception_ptr& error) { return error_in_stream(error, name, log); },
          std::move(initial))};
}

Error RequestLife::error_of_exception(const std::exception_ptr& error) const {
  try {
    std::rethrow_exception(error);
  } catch (const Error& refusal) {
    return refusal;
  } catch (const SignatureError& fault) {
    const bool is_token = fault.fault == SignatureFault::missing && other_authorization_;
    return aws::error_of(is_token ? *other_authorization_ : fault, wire_);
  } catch (const Malformed& malformed) {
    return malformed_input(malformed, wire_);
  } catch (const ChecksumMismatch& mismatch) {
    return {"BadDigest", mismatch.what(), 400};
  } catch (const EventError& broken) {
    return {has_exception_codes(wire_.protocol) ? "SerializationException" : "MalformedInput",
            broken.what(), 400};
  } catch (const ChunkError& broken) {
    return {wire_.is_s3 ? "IncompleteBody" : "MalformedInput", broken.what(), 400};
  } catch (const http::BodyError&) {
    return {"RequestTimeout",
            "Your socket connection to the server was not read from or written to within the "
            "timeout period. Idle "
            "connections will be closed.",
            400};
  } catch (const std::exception& bug) {
    parts_.log.write(base::Level::error, "request " + wire_.request_id + " " + call_->service +
                                             ":" + call_->operation + " failed: " + bug.what());
    if (wire_.is_s3)
      return {"InternalError", "We encountered an internal error. Please try again.", 500};
    return {"InternalFailure",
            has_exception_codes(wire_.protocol)
                ? "The request processing has failed because of an unknown error, exception or "
                  "failure."
                : "We encountered an internal error. Please try again.",
            500};
  }
}

void RequestLife::fail(const std::exception_ptr& error) {
  if (!is_identifying_)
    parts_.services.settle_form(request(), signature_ ? &*signature_ : nullptr, wire_);
  name_request();
  const Error refusal = error_of_exception(error);
  const Refusal resolved = resolve(refusal, wire_, target_.shape, errors());
  error_code_ = resolved.code;
  error_message_ = resolved.message;
  http::Reply reply = write_refusal(wire_, target_.model, resolved);
  for (const auto& [name, value] : call_->answer_headers) reply.headers.set(name, value);
  send(std::move(reply));
}

void RequestLife::dress(http::Headers& headers) const {
  for (const BesideEntry& entry : parts_.options.beside) {
    const bool may_be = call_->service.empty() || call_->service == entry.model;
    if (entry.dress && may_be) entry.dress(entry.service, request(), headers);
  }
}

void RequestLife::send(http::Reply reply) {
  if (is_answered_.exchange(true)) return;
  dress(reply.headers);
  record(reply.status);
  remember(reply.status);
  observe(reply);
  exchange_->reply(std::move(reply));
}

void RequestLife::record(int status) const {
  if (!parts_.log.takes(base::Level::debug)) return;
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(parts_.clock.steady() - began_);
  std::string line;
  line.reserve(256);
  line.append(request().method).append(" ").append(request().path).append(" ");
  line.append(call_->service).append(":").append(call_->operation).append(" ");
  line.append(std::to_string(status)).append(" ").append(std::to_string(took.count()));
  parts_.log.write(base::Level::debug, line.append(" us ").append(wire_.request_id));
}

void RequestLife::guarded(const std::function<void()>& steps) {
  try {
    steps();
  } catch (...) {
    fail(std::current_exception());
  }
}

void RequestLife::on_worker(std::function<void()> steps) {
  const bool accepted = exchange_->work(
      [self = shared_from_this(), steps = std::move(steps)] { self->guarded(steps); });
  if (!accepted) throw too_many();
}

Error RequestLife::too_many() const {
  if (wire_.is_s3) return {"SlowDown", "Please reduce your request rate.", 503};
  if (wire_.protocol == Protocol::ec2)
    return {"RequestLimitExceeded", "Request limit exceeded.", 503};
  return {std::string(errors().throttled_code), "Rate exceeded"};
}

}  // namespace millrace::aws
