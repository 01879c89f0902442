#include "work/hand/commands.hpp"

#include "infer/answer.hpp"
#include "learn/algorithm.hpp"
#include "work/hand/arguments.hpp"
#include "work/hand/explain.hpp"
#include "work/hand/files.hpp"
#include "work/hand/help.hpp"
#include "work/hand/manual.hpp"
#include "work/hand/partial_folder.hpp"
#include "work/hand/progress.hpp"
#include "work/open_channels.hpp"
#include "work/stamped_log.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

namespace millrace::work::hand {
namespace {

namespace fs = std::filesystem;

bool end_is_pending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

// Of the tags that AWS's image has, the newest version.
std::string newest_version(const learn::Contract& contract) {
  const auto newest = std::find_if(contract.tags.rbegin(), contract.tags.rend(),
                                   [](std::string_view tag) { return tag != "latest"; });
  return std::string(*newest);
}

// "out/", as people write it.
fs::path without_slash(const fs::path& folder) {
  return folder.has_filename() ? folder : folder.parent_path();
}

bool has_parameter(const learn::Contract& contract, std::string_view name) {
  return std::ranges::find(contract.parameters, name, &learn::ParameterDoc::name) !=
         contract.parameters.end();
}

void run(const learn::Algorithm& algorithm, TrainArguments arguments) {
  const learn::Contract& contract = algorithm.contract;
  const auto channels = channels_of(contract, arguments);
  if (has_parameter(contract, "feature_dim") && !arguments.hyperparameters.contains("feature_dim"))
    if (const std::string features = features_of(channels); !features.empty())
      arguments.hyperparameters["feature_dim"] = features;
  const fs::path model = without_slash(arguments.model);
  PartialFolder folder(model);
  const OpenChannels open = open_channels(channels, folder.path());
  double seconds = 0;
  {
    Progress progress(arguments.hyperparameters, isatty(STDERR_FILENO) == 1);
    algorithm.train(arguments.hyperparameters, open.channels,
                    {.version = newest_version(contract),
                     .threads = arguments.threads,
                     .model_folder = folder.path(),
                     .checkpoint_folder = arguments.checkpoints,
                     .print = [&](std::string_view line) { progress.line(line); },
                     .info =
                         [&](std::string_view text) {
                           progress.line(stamped(contract.container, "INFO", text));
                         },
                     .stopped = end_is_pending});
    seconds = progress.seconds();
  }
  folder.keep();
  std::fprintf(stderr, "millrace: trained in %.2f s; the model is in %s\n", seconds, model.c_str());
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read '" + path.string() + "'");
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_answer(const fs::path& output, const std::string& body) {
  if (output.empty()) {
    std::fwrite(body.data(), 1, body.size(), stdout);
    if (!body.empty() && body.back() != '\n') std::fputc('\n', stdout);
    return;
  }
  std::ofstream file(output, std::ios::binary | std::ios::trunc);
  file << body;
  file.close();
  if (!file) throw std::runtime_error("cannot write '" + output.string() + "'");
}

void run(const learn::Algorithm& algorithm, const PredictArguments& arguments) {
  std::unique_ptr<learn::Explainer> explainer;
  if (arguments.importance || arguments.contributions)
    explainer = load_explainer(algorithm, arguments.model);
  if (arguments.importance) return write_answer(arguments.output, importance_page(*explainer));
  const auto model = explainer ? contributions_of(*explainer) : algorithm.load(arguments.model);
  const std::string body = read_file(arguments.rows);
  const std::string type =
      arguments.content_type.empty() ? content_type_of(arguments.rows) : arguments.content_type;
  const infer::Answer answer =
      infer::answer(*model, {.content_type = type, .accept = arguments.accept, .body = body});
  if (answer.status != 200) throw std::runtime_error(answer.body);
  write_answer(arguments.output, answer.body);
}

int complain(const char* prefix, const std::exception& error) {
  std::fprintf(stderr, "millrace: %s%s\n", prefix, error.what());
  return 1;
}

int guarded(const std::function<void()>& act) {
  try {
    act();
    return 0;
  } catch (const UsageError& error) {
    return complain("", error) + 1;
  } catch (const learn::ClientError& error) {
    return complain("ClientError: ", error);
  } catch (const learn::AlgorithmError& error) {
    return complain("AlgorithmError: ", error);
  } catch (const std::exception& error) {
    return complain("", error);
  }
}

bool asks_for_help(std::string_view word) { return word == "--help" || word == "-h"; }

void print(const std::string& page) { std::fputs(page.c_str(), stdout); }

}  // namespace

int train(std::span<const std::string_view> words) {
  if (words.empty() || asks_for_help(words.front())) {
    print(train_usage());
    return words.empty() ? 2 : 0;
  }
  if (words.front() == "--list" || words.front() == "--manual") {
    print(words.front() == "--list" ? list_of_algorithms() : manual());
    return 0;
  }
  return guarded([&] {
    const learn::Contract& contract = find_contract(words.front());
    const auto rest = words.subspan(1);
    if (std::ranges::any_of(rest, asks_for_help)) return print(train_help(contract));
    run(*learn::find_algorithm(contract.name), parse_train(contract, rest));
  });
}

int predict(std::span<const std::string_view> words) {
  if (words.empty() || asks_for_help(words.front())) {
    print(predict_usage());
    return words.empty() ? 2 : 0;
  }
  return guarded([&] {
    const learn::Contract& contract = find_contract(words.front());
    const auto rest = words.subspan(1);
    if (std::ranges::any_of(rest, asks_for_help)) return print(predict_usage());
    run(*learn::find_algorithm(contract.name), parse_predict(rest));
  });
}

}  // namespace millrace::work::hand
