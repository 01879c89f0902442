#include "aws/dispatch.hpp"

#include "aws/inner_caller.hpp"
#include "aws/request_life.hpp"

namespace millrace::aws {

namespace {

using LifePtr = std::shared_ptr<RequestLife>;

// What no model has (`Beside`) is known by its head, and its act does all the rest.
//
// A request's life, in the order in which its steps run:
//
//   authenticate, identify, parse the head                  on the loop
//   authorise what the head shows (REST)                    before a byte of the body is read
//   read the body                                           on the loop, or by act where it streams
//   throttle, parse, validate, read, refuse, authorise the rest, act, serialise, record
//                                                           on a worker, or the loop where the
//                                                           operation is inline
//
// An operation that no table has ends where its input is found valid. Nobody's model is read for
// who has shown no key; where only the body shows it, the operation is identified after it.

void body_to_answer(const LifePtr& life) {
  life->throttle();
  life->parse_body();
  life->validate();
  life->require_built();
  life->read();
  life->refuse();
  life->authorise_rest();
  life->act();
}

void stream_to_answer(const LifePtr& life) {
  life->throttle();
  life->open_events();
  life->validate();
  life->require_built();
  life->read();
  life->refuse();
  life->authorise_rest();
  life->act();
}

// Where the rest of the steps runs: at once where this is the loop and they may, else on a worker.
void go_on(const LifePtr& life, void (*steps)(const LifePtr&)) {
  if (life->acts_on_loop()) {
    steps(life);
  } else {
    life->on_worker([life, steps] { steps(life); });
  }
}

void gather(const LifePtr& life) {
  life->exchange().gather(life->body_limit(), [life](std::optional<std::string> body) {
    life->guarded([&] {
      if (!body)
        throw Error("RequestEntityTooLargeException", "The request is larger than Millrace takes.",
                    413);
      life->take_body(std::move(*body));
      life->identify_by_body();
      go_on(life, body_to_answer);
    });
  });
}

void head_to_answer(const LifePtr& life) {
  life->authorise_head();
  if (life->is_streamed()) return stream_to_answer(life);
  if (life->has_body()) return gather(life);
  life->take_body("");
  body_to_answer(life);
}

class ModelDispatch final : public Dispatch {
 public:
  explicit ModelDispatch(std::unique_ptr<DispatchParts> parts)
      : parts_(std::move(parts)), caller_(*parts_) {}

  void handle(http::ExchangePtr exchange) override {
    const auto life = std::make_shared<RequestLife>(*parts_, std::move(exchange));
    life->guarded([&life] {
      if (life->is_beside()) return life->on_worker([life] { life->act_beside(); });
      life->authenticate();
      if (life->is_proved_by_body()) return gather(life);
      life->identify();
      life->parse_head();
      if (life->is_rest() || life->is_streamed() || !life->has_body()) {
        go_on(life, head_to_answer);
      } else {
        gather(life);
      }
    });
  }

  void end_holds() override {
    parts_->holds_ended = true;
    parts_->changes.announce_all();
  }

  [[nodiscard]] Caller& caller() override { return caller_; }

 private:
  std::unique_ptr<DispatchParts> parts_;
  InnerCaller caller_;
};

}  // namespace

DispatchParts::DispatchParts(DispatchOptions dispatch_options,
                             std::vector<ServiceEntry> service_entries,
                             identity::Authority& its_authority, store::Changes& its_changes,
                             base::Clock& its_clock, base::Random& its_random, base::Log& its_log)
    : options(std::move(dispatch_options)),
      entries(std::move(service_entries)),
      models(options.models_folder),
      services(models, entries, options.check_signatures),
      authority(its_authority),
      changes(its_changes),
      clock(its_clock),
      random(its_random),
      log(its_log),
      throttle(options.rates, its_clock) {}

std::unique_ptr<Dispatch> make_dispatch(DispatchOptions options, std::vector<ServiceEntry> services,
                                        identity::Authority& authority, store::Changes& changes,
                                        base::Clock& clock, base::Random& random, base::Log& log) {
  return std::make_unique<ModelDispatch>(std::make_unique<DispatchParts>(
      std::move(options), std::move(services), authority, changes, clock, random, log));
}

}  // namespace millrace::aws
