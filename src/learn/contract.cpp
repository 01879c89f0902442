#include "learn/contract.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "learn/blazingtext/contract.hpp"
#include "learn/catboost/contract.hpp"
#include "learn/contract_text.hpp"
#include "learn/factorization_machines/contract.hpp"
#include "learn/ip_insights/contract.hpp"
#include "learn/kmeans/contract.hpp"
#include "learn/knn/contract.hpp"
#include "learn/lda/contract.hpp"
#include "learn/lightgbm/contract.hpp"
#include "learn/linear_learner/contract.hpp"
#include "learn/pca/contract.hpp"
#include "learn/random_cut_forest/contract.hpp"
#include "learn/xgboost/contract.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace::learn {
namespace {

using Message = std::optional<std::string>;

std::string unparsable(const ParameterDoc& parameter) {
  return "Hyperparameter " + std::string(parameter.name) +
         ": could not parse value (caused by ValueError)";
}

bool is_inside(const ParameterDoc& parameter, double value) {
  if (std::isnan(value)) return false;
  if (parameter.least && value < *parameter.least) return false;
  if (parameter.most && value > *parameter.most) return false;
  if (parameter.least_exclusive && parameter.least && value == *parameter.least) return false;
  return !(parameter.most_exclusive && parameter.most && value == *parameter.most);
}

std::string outside(const ParameterDoc& parameter, std::string_view value, std::string_view range) {
  return "Hyperparameter " + std::string(parameter.name) + ": " + std::string(value) +
         " is not in " + std::string(range);
}

Message check_integer(const ParameterDoc& parameter, std::string_view text) {
  const auto value = base::to_integer(base::trim(text));
  if (!value) return unparsable(parameter);
  if (is_inside(parameter, static_cast<double>(*value))) return {};
  return outside(parameter, std::to_string(*value), interval(parameter));
}

Message check_number(const ParameterDoc& parameter, std::string_view text) {
  const auto value = base::to_number(base::trim(text));
  if (!value) return unparsable(parameter);
  if (is_inside(parameter, *value)) return {};
  return outside(parameter, float_text(*value), interval(parameter));
}

bool is_choice(const ParameterDoc& parameter, std::string_view value) {
  return std::ranges::find(parameter.choices, value) != parameter.choices.end();
}

Message check_choice(const ParameterDoc& parameter, std::string_view value) {
  if (is_choice(parameter, value)) return {};
  return outside(parameter, value, quoted_list(parameter.choices));
}

Message check_flag(const ParameterDoc& parameter, std::string_view value) {
  const std::string lowered = base::lower(value);
  if (lowered == "true" || lowered == "false" || lowered == "1" || lowered == "0") return {};
  return unparsable(parameter);
}

Message check_list(const ParameterDoc& parameter, std::string_view text) {
  if (parameter.choices.empty()) return {};
  const auto values = base::split(text, ',');
  const auto known = [&](std::string_view value) { return is_choice(parameter, value); };
  if (std::ranges::all_of(values, known)) return {};
  return not_in_list(parameter.name, values, parameter.choices);
}

// A JSON list of choices.
bool is_json_list(const ParameterDoc& parameter, std::string_view text) {
  try {
    const base::Value list = base::parse_json(std::string(text));
    return list.is_list() && std::ranges::all_of(list.list(), [&](const base::Value& value) {
             return value.is_text() && is_choice(parameter, value.text());
           });
  } catch (const base::JsonError&) {
    return false;
  }
}

Message check_json_list(const ParameterDoc& parameter, std::string_view text) {
  if (is_json_list(parameter, text)) return {};
  return unparsable(parameter);
}

Message check_value(const ParameterDoc& parameter, std::string_view value) {
  if (!parameter.word.empty() && value == parameter.word) return {};
  switch (parameter.kind) {
    case ParameterKind::integer:
      return check_integer(parameter, value);
    case ParameterKind::number:  // its choices are further words beside numbers
      return is_choice(parameter, value) ? Message() : check_number(parameter, value);
    case ParameterKind::choice:
      return check_choice(parameter, value);
    case ParameterKind::flag:
      return check_flag(parameter, value);
    case ParameterKind::list:
      return check_list(parameter, value);
    case ParameterKind::json_list:
      return check_json_list(parameter, value);
    case ParameterKind::text:
      return {};
  }
  return {};
}

const ParameterDoc* find_parameter(const Contract& contract, std::string_view name) {
  for (const auto& [alias, meant] : contract.aliases) {
    if (name == alias) name = meant;
  }
  const auto found = std::ranges::find(contract.parameters, name, &ParameterDoc::name);
  return found == contract.parameters.end() ? nullptr : &*found;
}

Message check_required(const Contract& contract, const HyperparameterMap& given) {
  for (const ParameterDoc& parameter : contract.parameters) {
    if (parameter.required && !given.contains(std::string(parameter.name))) {
      return missing_parameter(contract.container, parameter.name);
    }
  }
  return {};
}

}  // namespace

std::span<const Contract* const> contracts() {
  static const std::array all = {&xgboost::contract(),
                                 &lightgbm::contract(),
                                 &catboost::contract(),
                                 &blazingtext::contract(),
                                 &kmeans::contract(),
                                 &lda::contract(),
                                 &pca::contract(),
                                 &knn::contract(),
                                 &random_cut_forest::contract(),
                                 &factorization_machines::contract(),
                                 &ip_insights::contract(),
                                 &linear_learner::contract()};
  return all;
}

// In the toolkit's order: what is missing, what is unknown, each value, rules across values.
std::optional<std::string> check_hyperparameters(const Contract& contract,
                                                 const HyperparameterMap& given) {
  if (Message wrong = check_required(contract, given)) return wrong;
  for (const auto& [name, value] : given) {
    if (!find_parameter(contract, name)) return unknown_parameter(contract.container, name);
  }
  for (const auto& [name, value] : given) {
    const ParameterDoc& parameter = *find_parameter(contract, name);
    Message wrong = check_value(parameter, value);
    if (!wrong) continue;
    return contract.container == Container::toolkit ? wrong : schema_violation(parameter, value);
  }
  return contract.further ? contract.further(given) : Message();
}

}  // namespace millrace::learn
