// A refusal to the client, under AWS's code and in its words. Thrown where it is known, caught
// once, in dispatch.
#pragma once

#include "base/value.hpp"

#include <exception>
#include <optional>
#include <string>

namespace millrace::aws {

class Error : public std::exception {
 public:
  // The status comes from the model's declaration of `code`, else the service's table of undeclared
  // errors, else 400.
  Error(std::string code, std::string message)
      : code_(std::move(code)), message_(std::move(message)) {}
  Error(std::string code, std::string message, int status)
      : code_(std::move(code)), message_(std::move(message)), status_(status) {}

  // A further member of the error's shape ("ResourceName", S3's "Key").
  Error& with(std::string name, base::Value value) {
    fields_.set(std::move(name), std::move(value));
    return *this;
  }

  [[nodiscard]] const std::string& code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const std::optional<int>& status() const { return status_; }
  [[nodiscard]] const base::Map& fields() const { return fields_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string code_;
  std::string message_;
  std::optional<int> status_;
  base::Map fields_;
};

}  // namespace millrace::aws
