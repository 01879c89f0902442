#include "learn/kmeans/settings.hpp"

#include "learn/hyperparameters.hpp"
#include "learn/kmeans/contract.hpp"

namespace millrace::learn::kmeans {
namespace {

Start start_of(std::string_view name) {
  return name == "kmeans++" ? Start::plus_plus : Start::random;
}

}  // namespace

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  Settings settings{
      .feature_dim = values.count("feature_dim"),
      .k = values.count("k"),
      .epochs = values.count("epochs"),
      .mini_batch_size = values.count("mini_batch_size"),
      .half_life = values.number("half_life_time_size"),
      .start = start_of(values.text("init_method")),
      .local_start = start_of(values.text("local_lloyd_init_method")),
      .local_lloyd = LloydOptions{.most_iterations = values.count("local_lloyd_max_iter"),
                                  .tolerance = values.number("local_lloyd_tol")},
      .refinements = values.count("_refine_max_iter"),
      .seed = values.count("_seed"),
      .measures_mean = values.lists("eval_metrics", "msd"),
      .measures_sum = values.lists("eval_metrics", "ssd")};
  if (!values.is("extra_center_factor", "auto"))
    settings.extra_center_factor = values.count("extra_center_factor");
  if (!values.is("local_lloyd_num_trials", "auto"))
    settings.local_trials = values.count("local_lloyd_num_trials");
  return settings;
}

}  // namespace millrace::learn::kmeans
