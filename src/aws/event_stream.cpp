#include "aws/event_stream.hpp"

#include "aws/protocol_cbor.hpp"
#include "aws/protocol_json.hpp"
#include "aws/sigv4.hpp"
#include "base/encoding.hpp"
#include "base/hash.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::aws {

namespace {

// The date alone is signed of the headers.
std::string signed_text(const ChunkSigning& signing, base::Timestamp date,
                        std::string_view payload) {
  const std::string headers = write_event_headers({.headers = {{":date", date}}});
  return "AWS4-HMAC-SHA256-PAYLOAD\n" + base::basic_iso8601(date) + "\n" + signing.scope + "\n" +
         signing.previous + "\n" + base::sha256_hex(headers) + "\n" + base::sha256_hex(payload);
}

}  // namespace

std::optional<EventMessage> EventMessages::next() {
  if (has_ended_) return std::nullopt;
  auto message = read_event_message(body_);
  if (!message) {
    if (signing_) throw EventError("the stream ends without its last signature");
    return std::nullopt;
  }
  const EventHeader* header = message->find(":chunk-signature");
  const auto* signature = header ? std::get_if<base::Blob>(header) : nullptr;
  if (signing_) check(*message, signature ? std::string_view(signature->bytes) : "");
  return signature ? unwrap(*message) : message;
}

std::optional<EventMessage> EventMessages::unwrap(const EventMessage& outer) {
  if (!outer.payload.empty()) return parse_event_message(outer.payload);
  has_ended_ = true;
  return std::nullopt;
}

void EventMessages::check(const EventMessage& outer, std::string_view signature) {
  const EventHeader* header = outer.find(":date");
  const auto* date = header ? std::get_if<base::Timestamp>(header) : nullptr;
  std::string expected;
  if (date) expected = sign(signing_->key, signed_text(*signing_, *date, outer.payload));
  if (!date || !base::equal_in_constant_time(expected, base::hex(signature))) {
    throw SignatureError(SignatureFault::mismatch,
                         "The signature of an event does not match the one we calculated.");
  }
  signing_->previous = std::move(expected);
}

std::optional<base::Value> RequestEvents::next() {
  const auto message = first_ ? std::exchange(first_, std::nullopt) : messages_.next();
  if (!message) return std::nullopt;
  UnknownMembers unknown;
  base::Value event = parse_event(protocol_, stream_, *message, unknown);
  check_(stream_, event, unknown);
  return event;
}

void RequestEvents::take_initial(const Shape& input, base::Map& into, UnknownMembers& unknown) {
  first_ = messages_.next();
  if (!first_ || !is_initial_request(*first_)) return;
  const EventMessage initial = *std::exchange(first_, std::nullopt);
  if (protocol_ == Protocol::cbor) {
    parse_cbor_members(input, initial.payload, into, unknown);
  } else {
    parse_json_members(input, initial.payload, JsonNames::members, into, unknown);
  }
}

AnswerEvents::AnswerEvents(std::shared_ptr<Events> events, Wire wire, const Shape& stream,
                           Failed failed, std::optional<EventMessage> initial)
    : events_(std::move(events)),
      wire_(std::move(wire)),
      stream_(stream),
      failed_(std::move(failed)) {
  if (initial) buffer_ = write_event_message(*initial);
}

std::string AnswerEvents::next_bytes() {
  try {
    const auto event = events_->next();
    if (event) return write_event_message(write_event(wire_, stream_, event->map()));
    has_ended_ = true;
    return {};
  } catch (...) {
    has_ended_ = true;
    return write_event_message(
        write_event_refusal(wire_, stream_, failed_(std::current_exception())));
  }
}

std::size_t AnswerEvents::read(char* out, std::size_t size) {
  if (at_ == buffer_.size()) {
    at_ = 0;
    buffer_ = has_ended_ ? std::string() : next_bytes();
  }
  const std::size_t count = std::min(size, buffer_.size() - at_);
  std::memcpy(out, buffer_.data() + at_, count);
  at_ += count;
  return count;
}

}  // namespace millrace::aws
