// Whom the engine's tests act for, and the bytes that they bring.
#pragma once

#include "base/stream.hpp"
#include "identity/authority.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::objects {

class Anybody final : public identity::Authority {
 public:
  [[nodiscard]] policy::Decision decide(const policy::Question&) override {
    return {.effect = policy::Decision::Effect::allowed, .opened = opened};
  }
  [[nodiscard]] std::optional<identity::Credential> credential(std::string_view) override {
    return std::nullopt;
  }
  [[nodiscard]] policy::Principal assume(const identity::AssumeRequest&) override { return {}; }
  [[nodiscard]] identity::Credential issue(const policy::Principal&, base::Timestamp) override {
    return {};
  }
  [[nodiscard]] std::optional<policy::Principal> session_of(std::string_view,
                                                            std::string_view) override {
    return std::nullopt;
  }

  std::optional<policy::Opened> opened;
};

// Of an account which another one's bucket let in.
inline identity::Permit permit_into(const std::string& bucket_arn, const std::string& owner) {
  Anybody anybody;
  anybody.opened = policy::Opened{.arn = bucket_arn, .account = owner};
  policy::Question question;
  question.principal.account = "222222222222";
  return anybody.permit(question);
}

inline identity::Permit permit_of(const std::string& account) {
  Anybody anybody;
  policy::Principal principal;
  principal.account = account;
  principal.arn = "arn:aws:iam::" + account + ":root";
  return anybody.permit_unchecked(principal);
}

class TextReader final : public base::Reader {
 public:
  explicit TextReader(std::string_view text) : left_(text) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t got = left_.copy(out, size);
    left_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view left_;
};

}  // namespace millrace::objects
