#include "work/train.hpp"

#include "learn/algorithm.hpp"
#include "learn/contract_jumpstart.hpp"
#include "work/open_channels.hpp"
#include "work/spec.hpp"
#include "work/stamped_log.hpp"

#include <signal.h>

#include <fstream>
#include <string>
#include <string_view>

namespace millrace::work {
namespace {

bool term_is_pending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1;
}

int fail(const std::filesystem::path& root, const std::string& reason) {
  print_stamped(learn::Container::toolkit, "ERROR", reason);
  std::filesystem::create_directories(root / "output");
  std::ofstream(root / "output/failure", std::ios::binary | std::ios::trunc) << reason;
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

void run(const std::filesystem::path& root) {
  const Spec spec = read_spec(root);
  const learn::Algorithm* algorithm = learn::find_algorithm(spec.algorithm);
  if (!algorithm) throw SpecError("there is no algorithm '" + spec.algorithm + "'");
  const OpenChannels open = open_channels(spec.channels, root / "input/data");
  algorithm->train(read_hyperparameters(root), open.channels,
                   {.version = spec.version,
                    .threads = spec.threads,
                    .model_folder = root / "model",
                    .checkpoint_folder = spec.checkpoints ? root / "checkpoints" : "",
                    .print = print,
                    .info = [container = algorithm->contract.container](
                                std::string_view text) { print_stamped(container, "INFO", text); },
                    .stopped = term_is_pending});
  if (!spec.bundle.empty()) add_inference_script(spec.bundle, root / "model");
}

}  // namespace

int train(const std::filesystem::path& root) {
  try {
    run(root);
    return 0;
  } catch (const learn::ClientError& error) {
    return fail(root, std::string("ClientError: ") + error.what());
  } catch (const learn::AlgorithmError& error) {
    return fail(root, std::string("AlgorithmError: ") + error.what());
  } catch (const std::exception& error) {
    return fail(root, std::string("InternalServerError: ") + error.what());
  }
}

}  // namespace millrace::work
