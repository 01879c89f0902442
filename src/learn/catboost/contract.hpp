// What the built-in CatBoost promises: see learn/contract.hpp.
#pragma once

#include "learn/contract.hpp"

namespace millrace::learn::catboost {

[[nodiscard]] const Contract& contract();

}  // namespace millrace::learn::catboost
