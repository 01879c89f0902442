// What dispatch's tests stand on: an exchange without a network, an authority with one key, and a
// small service on real models.
#pragma once

#include "aws/dispatch.hpp"
#include "base/log.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace::aws::testing {

class FakeExchange final : public http::Exchange {
 public:
  FakeExchange(http::Request request, std::string body)
      : request_(std::move(request)), body_(body), source_(std::move(body)), reader_(source_) {
    request_.content_length = body_.size();
  }
  [[nodiscard]] const http::Request& request() const override { return request_; }
  void gather(std::size_t limit, std::function<void(std::optional<std::string>)> done) override {
    done(body_.size() > limit ? std::nullopt : std::optional(body_));
  }
  [[nodiscard]] base::Reader& body() override { return reader_; }
  void reply(http::Reply answer) override { answers.push_back(std::move(answer)); }
  [[nodiscard]] bool work(std::function<void()> steps) override {
    if (is_full) return false;
    steps();
    return true;
  }
  void after(base::Milliseconds delay, std::function<void()> then) override {
    timers.emplace_back(delay, std::move(then));
  }
  void post(std::function<void()> then) override { then(); }
  [[nodiscard]] bool abandoned() const override { return false; }

  std::vector<http::Reply> answers;
  std::vector<std::pair<base::Milliseconds, std::function<void()>>> timers;
  bool is_full = false;

 private:
  http::Request request_;
  std::string body_;
  base::MemorySource source_;
  base::SourceReader reader_;
};

// Everything is allowed but what `denied` names.
class FakeAuthority final : public identity::Authority {
 public:
  policy::Decision decide(const policy::Question& question) override {
    asked.push_back(question);
    if (question.further != nullptr) region = question.further->key_values("aws:RequestedRegion");
    using Effect = policy::Decision::Effect;
    return {.effect = question.action == denied ? Effect::implicit_deny : Effect::allowed};
  }
  std::optional<identity::Credential> credential(std::string_view access_key_id) override {
    if (access_key_id != "AKIDEXAMPLE") return std::nullopt;
    policy::Principal user;
    user.kind = policy::Principal::Kind::user;
    user.account = "123456789012";
    user.arn = "arn:aws:iam::123456789012:user/someone";
    user.name = "someone";
    return identity::Credential{
        .access_key_id = "AKIDEXAMPLE", .secret = "secret", .principal = user};
  }
  policy::Principal assume(const identity::AssumeRequest&) override {
    throw identity::CannotAssume("no roles here");
  }
  identity::Credential issue(const policy::Principal&, base::Timestamp) override { return {}; }
  std::optional<policy::Principal> session_of(std::string_view, std::string_view) override {
    return std::nullopt;
  }

  std::string denied;
  std::vector<policy::Question> asked;
  std::optional<std::vector<std::string>> region;  // of the last question
};

class SilentLog final : public base::Log {
 public:
  void write(base::Level, std::string_view) override {}
};

}  // namespace millrace::aws::testing
