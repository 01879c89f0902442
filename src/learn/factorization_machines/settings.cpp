#include "learn/factorization_machines/settings.hpp"

#include "learn/factorization_machines/contract.hpp"
#include "learn/hyperparameters.hpp"

#include <string>

namespace millrace::learn::factorization_machines {
namespace {

Start read_start(const Hyperparameters& values, const std::string& term) {
  const std::string prefix = term + "_init_";
  if (values.is(prefix + "method", "uniform"))
    return {.method = StartMethod::uniform, .size = values.number(prefix + "scale")};
  if (values.is(prefix + "method", "constant"))
    return {.method = StartMethod::constant, .size = values.number(prefix + "value")};
  return {.method = StartMethod::normal, .size = values.number(prefix + "sigma")};
}

TermSettings read_term(const Hyperparameters& values, const std::string& term) {
  return {.rate = static_cast<float>(values.number(term + "_lr")),
          .decay = static_cast<float>(values.number(term + "_wd")),
          .start = read_start(values, term)};
}

}  // namespace

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  Settings settings{.feature_dim = values.count("feature_dim"),
                    .factors = values.count("num_factors"),
                    .predictor = values.is("predictor_type", "regressor")
                                     ? Predictor::regressor
                                     : Predictor::binary_classifier,
                    .epochs = values.count("epochs"),
                    .mini_batch_size = values.count("mini_batch_size"),
                    .bias = read_term(values, "bias"),
                    .linear = read_term(values, "linear"),
                    .factor = read_term(values, "factors"),
                    .seed = values.count("_seed")};
  if (given.contains("clip_gradient"))
    settings.clip = static_cast<float>(values.number("clip_gradient"));
  if (given.contains("eps")) settings.epsilon = static_cast<float>(values.number("eps"));
  if (given.contains("rescale_grad"))
    settings.rescale = static_cast<float>(values.number("rescale_grad"));
  return settings;
}

}  // namespace millrace::learn::factorization_machines
