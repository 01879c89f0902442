// Operations of a service whose engine throws errors of its own.
#pragma once

#include "aws/operation.hpp"

#include <stdexcept>
#include <string_view>

namespace millrace::aws {

template <auto Act, auto Rethrow>
struct Translated;
template <class Service, class Ask, Value (*Act)(Service&, const Call&, const Ask&), auto Rethrow>
struct Translated<Act, Rethrow> {
  static Value act(Service& service, const Call& call, const Ask& ask) {
    try {
      return Act(service, call, ask);
    } catch (const std::runtime_error&) {
      Rethrow();
    }
  }
};

// `Rethrow` throws the engine's error in flight as AWS's.
template <auto Read, auto Act, auto Rethrow>
[[nodiscard]] constexpr Operation translated_operation(std::string_view name,
                                                       OperationOptions options = {}) {
  return operation<Read, &Translated<Act, Rethrow>::act>(name, options);
}

}  // namespace millrace::aws
