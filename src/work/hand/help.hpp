// What `millrace train` and `millrace predict` say of themselves, made from the contracts; 80
// columns wide.
#pragma once

#include "learn/contract.hpp"

#include <string>

namespace millrace::work::hand {

[[nodiscard]] std::string train_usage();
[[nodiscard]] std::string predict_usage();
// A line for each algorithm.
[[nodiscard]] std::string list_of_algorithms();
// Channels, hyperparameters, metrics and options of one.
[[nodiscard]] std::string train_help(const learn::Contract& contract);

}  // namespace millrace::work::hand
