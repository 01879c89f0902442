// Hyperparameters that were checked, as values: what was given, else the contract's default.
#pragma once

#include "learn/contract.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::learn {

class Hyperparameters {
 public:
  // Throws ClientError with the first violation of the contract.
  Hyperparameters(const Contract& contract, const HyperparameterMap& given);

  // Empty where there is neither a value nor a default.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  [[nodiscard]] bool is(std::string_view name, std::string_view value) const {
    return text(name) == value;
  }
  [[nodiscard]] std::uint64_t count(std::string_view name) const;  // not negative, by contract
  [[nodiscard]] double number(std::string_view name) const;
  // Whether a JSON list has this text.
  [[nodiscard]] bool lists(std::string_view name, std::string_view value) const;

 private:
  const Contract& contract_;
  const HyperparameterMap& given_;
};

}  // namespace millrace::learn
