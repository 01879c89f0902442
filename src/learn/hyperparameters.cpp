#include "learn/hyperparameters.hpp"

#include "base/assert.hpp"
#include "base/text.hpp"
#include "learn/algorithm.hpp"

#include <algorithm>

namespace millrace::learn {

Hyperparameters::Hyperparameters(const Contract& contract, const HyperparameterMap& given)
    : contract_(contract), given_(given) {
  if (const auto wrong = check_hyperparameters(contract, given)) throw ClientError(*wrong);
}

std::string_view Hyperparameters::text(std::string_view name) const {
  if (const auto found = given_.find(std::string(name)); found != given_.end())
    return base::trim(found->second);
  const auto doc = std::ranges::find(contract_.parameters, name, &ParameterDoc::name);
  MILLRACE_ASSERT(doc != contract_.parameters.end());
  return doc->otherwise;
}

std::uint64_t Hyperparameters::count(std::string_view name) const {
  return static_cast<std::uint64_t>(base::to_integer(text(name)).value());
}

double Hyperparameters::number(std::string_view name) const {
  return base::to_number(text(name)).value();
}

bool Hyperparameters::lists(std::string_view name, std::string_view value) const {
  return text(name).find("\"" + std::string(value) + "\"") != std::string_view::npos;
}

}  // namespace millrace::learn
