#include "service/s3/select_events.hpp"

#include "base/json.hpp"

#include <utility>

namespace millrace::service::s3 {

namespace {

using base::Map;
using base::Value;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds silence{5000};            // before a Cont event
constexpr std::chrono::milliseconds progress_interval{1000};  // between two Progress events

process::PipedChildSpec spec_of(const SelectWork& work) {
  return {.program = work.program, .arguments = {"select"}, .folder = work.folder};
}

Map counts(const Value& told) {
  return {{"BytesScanned", told.find("scanned")->integer()},
          {"BytesProcessed", told.find("processed")->integer()},
          {"BytesReturned", told.find("returned")->integer()}};
}

[[noreturn]] void died() { throw aws::Error("InternalError", "An internal error occurred.", 500); }

}  // namespace

QueryPlace::QueryPlace(std::atomic<int>& taken) : taken_(&taken) {
  if (++taken <= select_queries_limit) return;
  --taken;
  throw aws::Error("Busy", "The service is unavailable. Try again later.", 503);
}

SelectEvents::SelectEvents(SelectQuery query, QueryPlace place)
    : place_(std::move(place)),
      child_(spec_of(query.work), base::write_frame('q', base::write_json(query.document)),
             std::move(query.object)),
      tell_stats_(std::move(query.tell_stats)),
      tells_progress_(query.tells_progress),
      progress_told_(steady_clock::now()) {}

// A search that finds nothing for so long begins its answer without a word.
void SelectEvents::begin() {
  const auto deadline = steady_clock::now() + silence;
  while (events_.empty()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return;
    const auto frame = child_.next(left);
    if (frame) {
      take(*frame);
    } else if (child_.has_ended()) {
      died();
    }
  }
}

void SelectEvents::finish(Map stats) {
  tell_stats_(stats);
  events_.push_back(Map{{"Stats", Map{{"Details", std::move(stats)}}}});
  events_.push_back(Map{{"End", Map{}}});
  is_finished_ = true;
}

void SelectEvents::take(const base::Frame& frame) {
  if (frame.kind == 'r') {
    events_.push_back(Map{{"Records", Map{{"Payload", base::Blob{frame.bytes}}}}});
    return;
  }
  const Value told = base::parse_json(frame.bytes);
  if (frame.kind == 'x') throw aws::Error(told.find("code")->text(), told.find("message")->text());
  if (frame.kind == 'e') return finish(counts(told));
  const auto now = steady_clock::now();
  if (!tells_progress_ || now - progress_told_ < progress_interval) return;
  progress_told_ = now;
  events_.push_back(Map{{"Progress", Map{{"Details", counts(told)}}}});
}

std::optional<Value> SelectEvents::next() {
  const auto asked = steady_clock::now();
  while (events_.empty()) {
    if (is_finished_) return std::nullopt;
    const auto frame = child_.next(silence);
    if (frame) {
      take(*frame);
    } else if (child_.has_ended()) {
      died();
    }
    if (events_.empty() && steady_clock::now() - asked >= silence)
      events_.push_back(Map{{"Cont", Map{}}});
  }
  Value event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace millrace::service::s3
