// What becomes of a request, told to the service's observer: at once where the answer is text, else
// when its last byte has gone or nobody takes any more.
#include "aws/request_life.hpp"

namespace millrace::aws {

namespace {

// Tells when it is let go of, which the server does with an answer's body when it is done with it.
class Telling {
 public:
  Telling(Observer& observer, Outcome outcome, base::Clock& clock, std::chrono::nanoseconds began)
      : observer_(observer), outcome_(std::move(outcome)), clock_(clock), began_(began) {}
  Telling(const Telling&) = delete;
  Telling& operator=(const Telling&) = delete;
  ~Telling() {
    outcome_.total = clock_.steady() - began_;
    observer_.tell(outcome_);
  }

  void count(std::uint64_t bytes) { outcome_.sent += bytes; }

 private:
  Observer& observer_;
  Outcome outcome_;
  base::Clock& clock_;
  const std::chrono::nanoseconds began_;
};

class CountedReader final : public base::Reader {
 public:
  CountedReader(std::shared_ptr<base::Reader> reader, std::unique_ptr<Telling> telling)
      : telling_(std::move(telling)), reader_(std::move(reader)) {}

  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = reader_->read(out, size);
    telling_->count(count);
    return count;
  }

 private:
  std::unique_ptr<Telling> telling_;
  std::shared_ptr<base::Reader> reader_;  // shared: as the answer has it
};

struct OwnedSlice {
  std::unique_ptr<Telling> telling;
  std::shared_ptr<const void> owner;
};

std::optional<std::uint64_t> length_of(const http::Reply& reply) {
  if (reply.head_length) return reply.head_length;
  if (const auto* text = std::get_if<std::string>(&reply.body)) return text->size();
  if (const auto* slice = std::get_if<http::FileSlice>(&reply.body)) return slice->length;
  return std::get<http::Streamed>(reply.body).length;
}

}  // namespace

Outcome RequestLife::outcome_of(const http::Reply& reply) const {
  const std::chrono::nanoseconds now = parts_.clock.steady();
  Outcome outcome{.call = call_,
                  .request_id = wire_.request_id,
                  .host_id = wire_.host_id,
                  .received = parts_.clock.service() -
                              std::chrono::duration_cast<base::Milliseconds>(now - began_),
                  .tls = http::tls_session_of(*exchange_),
                  .status = reply.status,
                  .error = error_code_,
                  .content_range = std::string(reply.headers.get("content-range")),
                  .body_length = length_of(reply),
                  .turn = now - received_.value_or(began_),
                  .total = now - began_};
  if (signature_) {
    outcome.signed_by = beside_                ? SignedBy::form
                        : signature_->in_query ? SignedBy::query
                                               : SignedBy::header;
    outcome.signature_is_old = signature_->is_old;
  }
  if (outcome.error.empty() && reply.status >= 400)
    outcome.error = reply.headers.get("x-amz-error-code");
  return outcome;
}

void RequestLife::observe(http::Reply& reply) {
  const ObserverEntry& entry = parts_.options.observer;
  const bool is_its = call_->service == entry.model || (call_->service.empty() && wire_.is_s3);
  if (!entry.observer || !is_its) return;
  Observer& observer = *entry.observer;
  if (!observer.wants(request(), wire_.request_id)) return;
  Outcome outcome = outcome_of(reply);
  if (const auto* text = std::get_if<std::string>(&reply.body)) {
    outcome.sent = wire_.is_head ? 0 : text->size();
    return observer.tell(outcome);
  }
  auto telling = std::make_unique<Telling>(observer, std::move(outcome), parts_.clock, began_);
  if (auto* slice = std::get_if<http::FileSlice>(&reply.body)) {
    telling->count(slice->length);
    slice->owner = std::make_shared<OwnedSlice>(std::move(telling), std::move(slice->owner));
  } else {
    auto& streamed = std::get<http::Streamed>(reply.body);
    streamed.reader =
        std::make_shared<CountedReader>(std::move(streamed.reader), std::move(telling));
  }
}

}  // namespace millrace::aws
