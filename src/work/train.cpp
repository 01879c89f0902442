#include "work/train.hpp"

#include "learn/algorithm.hpp"
#include "learn/contract_jumpstart.hpp"
#include "work/hosts.hpp"
#include "work/open_channels.hpp"
#include "work/spec.hpp"
#include "work/stamped_log.hpp"

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::work {
namespace {

bool term_is_pending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1;
}

int fail(const std::filesystem::path& root, const std::string& reason) {
  print_stamped(learn::Container::toolkit, "ERROR", reason);
  leave_reason(root / "output/failure", reason);
  return 1;
}

// AWS's bundles leave their inference script beside the model, where a container finds it.
void add_inference_script(const std::string& bundle, const std::filesystem::path& model_folder) {
  const learn::JumpStartModel* model = learn::find_jumpstart_model(bundle);
  if (!model) throw SpecError("there is no JumpStart model '" + bundle + "'");
  std::filesystem::create_directories(model_folder / "code");
  for (const auto& [name, text] : learn::inference_files(*model)) {
    std::ofstream file(model_folder / "code" / name, std::ios::binary);
    if (!(file << text).flush()) throw learn::AlgorithmError("cannot write " + name);
  }
}

const learn::Algorithm& algorithm_of(const Spec& spec) {
  const learn::Algorithm* algorithm = learn::find_algorithm(spec.algorithm);
  if (!algorithm) throw SpecError("there is no algorithm '" + spec.algorithm + "'");
  return *algorithm;
}

// Hosts unpack files of the same names.
std::filesystem::path scratch_of(const std::filesystem::path& root, const learn::Hosts& hosts) {
  const std::string own = "host-" + std::to_string(hosts.rank);
  std::filesystem::path folder = root / (hosts.count == 1 ? "input/data" : own);
  std::filesystem::create_directories(folder);
  return folder;
}

void run(const std::filesystem::path& root, const Spec& spec, const learn::Hosts& hosts) {
  const learn::Algorithm& algorithm = algorithm_of(spec);
  const OpenChannels open = open_channels(spec.channels, scratch_of(root, hosts));
  algorithm.train(read_hyperparameters(root), open.channels,
                  {.version = spec.version,
                   .threads = spec.threads,
                   .hosts = hosts,
                   .model_folder = root / "model",
                   .checkpoint_folder = spec.checkpoints ? root / "checkpoints" : "",
                   .print = print,
                   .info = [container = algorithm.contract.container](
                               std::string_view text) { print_stamped(container, "INFO", text); },
                   .stopped = term_is_pending});
  if (!spec.bundle.empty()) add_inference_script(spec.bundle, root / "model");
}

int guarded(const std::filesystem::path& root, const std::function<int()>& act) {
  try {
    return act();
  } catch (const learn::ClientError& error) {
    return fail(root, std::string("ClientError: ") + error.what());
  } catch (const learn::AlgorithmError& error) {
    return fail(root, std::string("AlgorithmError: ") + error.what());
  } catch (const std::exception& error) {
    return fail(root, std::string("InternalServerError: ") + error.what());
  }
}

std::string names_of_hosts(int count) {
  std::string names;
  for (int host = 1; host <= count; ++host)
    names += (names.empty() ? "'" : ", '") + host_name(host) + "'";
  return "[" + names + "]";
}

// AWS's image leaves them out too, and says so in their logs.
void say_left_out(const Spec& spec, const std::vector<int>& hosts) {
  for (int host = 1; host <= spec.hosts; ++host) {
    if (std::ranges::find(hosts, host) != hosts.end()) continue;
    print(line_of(host, stamped(learn::Container::toolkit, "WARNING",
                                "Host " + host_name(host) +
                                    " does not have data in every channel, and will not be used "
                                    "in distributed training. Please divide the data across "
                                    "instances properly.")));
  }
}

int train_on_hosts(const std::filesystem::path& root, const Spec& spec) {
  const std::vector<int> hosts = hosts_with_data(spec);
  say_left_out(spec, hosts);
  return run_hosts(hosts, root / "output/failure", [&](int host, const learn::Hosts& place) {
    return guarded(root, [&] {
      print_stamped(algorithm_of(spec).contract.container, "INFO",
                    "Distributed node training with " + std::to_string(spec.hosts) +
                        " hosts: " + names_of_hosts(spec.hosts));
      run(root, spec_of(spec, host, hosts.size()), place);
      return 0;
    });
  });
}

}  // namespace

int train(const std::filesystem::path& root) {
  return guarded(root, [&] {
    const Spec spec = read_spec(root);
    if (spec.hosts > 1) return train_on_hosts(root, spec);
    run(root, spec, {});
    return 0;
  });
}

}  // namespace millrace::work
