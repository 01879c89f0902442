// S3's refusals: those that its model does not declare, and what the object engine's errors become.
#pragma once

#include "aws/error.hpp"
#include "aws/operation.hpp"
#include "objects/object_store.hpp"

#include <span>
#include <string>
#include <string_view>

namespace millrace::service::s3 {

[[nodiscard]] std::span<const aws::ErrorTable::Undeclared> undeclared_errors();

// What it is answered with.
[[nodiscard]] int status_of(const aws::Error& error);

[[nodiscard]] aws::Error access_denied();
[[nodiscard]] aws::Error no_such_bucket(std::string_view bucket);
[[nodiscard]] aws::Error no_such_key(std::string_view key);
[[nodiscard]] aws::Error no_such_upload(std::string_view id);
[[nodiscard]] aws::Error precondition_failed(std::string_view condition);
[[nodiscard]] aws::Error invalid_argument(std::string_view name, std::string_view value,
                                          std::string message);
// A body whose members do not go together.
[[nodiscard]] aws::Error malformed_document();
[[nodiscard]] aws::Error missing_document();
[[nodiscard]] aws::Error invalid_request(std::string message);
[[nodiscard]] aws::Error entity_too_large(std::uint64_t proposed, std::uint64_t allowed);
// What is asked for exists in S3 and not here.
[[nodiscard]] aws::Error not_implemented(std::string message);

// Throws the refusal that the engine's error in flight stands for; rethrows what it does not know.
[[noreturn]] void rethrow_as_refusal();

// Runs `work`, giving the engine's errors their codes.
template <class Work>
auto translated(const Work& work) {
  try {
    return work();
  } catch (...) {
    rethrow_as_refusal();
  }
}

}  // namespace millrace::service::s3
