// The steps of one request's life, and what each leaves for the next. dispatch.cpp says in which
// order they run.
#pragma once

#include "aws/dispatch.hpp"
#include "aws/identify.hpp"
#include "aws/reading.hpp"
#include "aws/request_call.hpp"
#include "base/buffered_random.hpp"

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace millrace::aws {

// What all requests share.
struct DispatchParts {
  DispatchParts(DispatchOptions dispatch_options, std::vector<ServiceEntry> service_entries,
                identity::Authority& its_authority, store::Changes& its_changes,
                base::Clock& its_clock, base::Random& its_random, base::Log& its_log);

  DispatchOptions options;
  std::vector<ServiceEntry> entries;
  Models models;
  Services services;
  SigningKeys signing_keys;
  identity::Authority& authority;
  store::Changes& changes;
  base::Clock& clock;
  base::BufferedRandom random;
  base::Log& log;
  Throttle throttle;
  std::atomic<bool> holds_ended = false;
};

// Shared: the loop, a worker, a held answer and an asynchronous act each keep it alive.
class RequestLife final : public BesideSteps, public std::enable_shared_from_this<RequestLife> {
 public:
  RequestLife(DispatchParts& parts, http::ExchangePtr exchange);

  // Steps, each throwing what refuses the request.
  void authenticate();  // as far as the head proves it
  void identify();      // reads the service's model
  void parse_head();
  void authorise_head();
  void throttle();  // once the caller is proved
  void take_body(std::string gathered);
  void identify_by_body();  // what the head did not name, or might not before the body proved it
  void open_events();       // of an operation whose input is an event stream
  void parse_body();
  void validate();
  void require_built() const;  // 501 by name for what no table has
  void read();
  void refuse();
  void authorise_rest();
  void act();
  // Of what no model has: whether the head shows such a thing, and all that follows.
  [[nodiscard]] bool is_beside();
  void act_beside();
  base::Timestamp sign_in(const FormProof& proof) override;
  base::Value perform(const http::Request& head, base::Reader* body) override;

  // Where the steps run.
  void guarded(const std::function<void()>& steps);
  void on_worker(std::function<void()> steps);
  [[nodiscard]] bool acts_on_loop() const;
  [[nodiscard]] bool is_streamed() const;
  [[nodiscard]] bool is_rest() const;
  [[nodiscard]] bool has_body() const { return request().has_body(); }
  // Whether only the body shows that the caller holds the key. (In REST protocols the operation
  // says what may be done with a body, so it is identified by the key's id alone.)
  [[nodiscard]] bool is_proved_by_body() const { return signature_is_open_ && !is_rest(); }
  [[nodiscard]] std::size_t body_limit() const;
  [[nodiscard]] http::Exchange& exchange() { return *exchange_; }
  [[nodiscard]] DispatchParts& parts() { return parts_; }
  [[nodiscard]] bool asked_by_waiter() const;

  // The operation's own answer, and again for a held one.
  [[nodiscard]] Answer act_once();
  [[nodiscard]] std::optional<Transition> transition_of(const Answer& answer) const;
  // Serialise and record; once.
  void finish(const Answer& answer);
  void fail(const std::exception_ptr& error);

 private:
  [[nodiscard]] const http::Request& request() const { return exchange_->request(); }
  void name_request();
  void require_tls();  // where the server takes no plain HTTP
  void read_signature();
  void found(Identified identified);
  void authenticate_signed();
  void note_role() const;
  [[nodiscard]] Decided decided() const;
  void remember(int status) const;
  void audit(const Answer& answer) const;
  void note_use();
  void admit() const;
  void admit_unsigned() const;
  void admit_unsigned_payload() const;
  void resolve_names();
  [[nodiscard]] ErrorTable errors() const;
  [[nodiscard]] bool takes_events() const;
  void check_event(const Shape& stream, const base::Value& event,
                   const UnknownMembers& unknown) const;
  void stream_events(std::shared_ptr<Events> events, http::Reply& reply);
  void check_body_signature(std::string_view body);
  void set_caller(policy::Principal principal);
  [[nodiscard]] bool is_compressed() const;
  [[nodiscard]] bool has_query_in_body() const;
  [[nodiscard]] std::vector<Need> needs() const;
  [[nodiscard]] http::Reply written(const Answer& answer) const;
  void complete(http::Reply& reply);
  void dress(http::Headers& headers) const;
  void send(http::Reply reply);
  // Tells the observer, now or when the answer has been sent.
  void observe(http::Reply& reply);
  [[nodiscard]] Outcome outcome_of(const http::Reply& reply) const;
  void record(int status) const;
  [[nodiscard]] Error too_many() const;
  [[nodiscard]] Error error_of_exception(const std::exception_ptr& error) const;

  DispatchParts& parts_;
  http::ExchangePtr exchange_;
  std::shared_ptr<RequestCall> call_;  // shared: an asynchronous act may outlive this
  Wire wire_;
  Identified target_;
  const BesideEntry* beside_entry_ = nullptr;
  const Beside* beside_ = nullptr;
  std::optional<Signature> signature_;
  SigningKeyPtr signing_key_;
  std::optional<SignatureError> other_authorization_;  // neither signed nor unsigned: a token
  bool signature_is_open_ = false;                     // until the body's digest is known
  bool is_identifying_ = false;                        // or done: the wire's form is known by it
  bool is_noted_ = false;                              // its use, once
  BodyPlan body_plan_;
  std::string body_;
  bool body_is_gathered_ = false;
  base::Value input_ = base::Map{};
  UnknownMembers unknown_;
  Reading reading_;
  std::shared_ptr<const void> ask_;  // shared: carries its own destructor
  std::atomic<bool> is_answered_ = false;
  std::chrono::nanoseconds began_;
  std::optional<std::chrono::nanoseconds> received_;  // of a body that was gathered
  std::string error_code_;                            // of a refusal
  std::string error_message_;
};

}  // namespace millrace::aws
