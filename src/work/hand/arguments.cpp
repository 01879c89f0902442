#include "work/hand/arguments.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <thread>

namespace millrace::work::hand {
namespace {

struct Option {
  std::string name;
  std::string value;
};

// The words one after another: options as --name VALUE or --name=VALUE, and others.
class Words {
 public:
  explicit Words(std::span<const std::string_view> words) : rest_(words) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] bool at_option() const { return rest_.front().starts_with("--"); }
  [[nodiscard]] std::string_view next() const { return rest_.front(); }
  std::string_view take() {
    const std::string_view word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
  }
  Option take_option() {
    const std::string_view word = take().substr(2);
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos)
      return {std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
    if (empty()) throw UsageError("--" + std::string(word) + " needs a value");
    return {std::string(word), std::string(take())};
  }

 private:
  std::span<const std::string_view> rest_;
};

int threads_of(const std::string& text) {
  constexpr std::int64_t most = 1024;
  const auto count = base::to_integer(text);
  if (!count || *count < 1 || *count > most)
    throw UsageError("--threads must be a whole number from 1 to 1024, not '" + text + "'");
  return static_cast<int>(*count);
}

bool has_channel(const learn::Contract& contract, const std::string& name) {
  const auto is_it = [&](const learn::ChannelDoc& channel) { return channel.name == name; };
  return std::ranges::any_of(contract.channels, is_it);
}

// --num-round is num_round; what an alias stands for is the contract's to say.
std::optional<std::string> hyperparameter(const learn::Contract& contract, std::string name) {
  std::ranges::replace(name, '-', '_');
  const bool known =
      std::ranges::find(contract.parameters, name, &learn::ParameterDoc::name) !=
          contract.parameters.end() ||
      std::ranges::any_of(contract.aliases, [&](const auto& alias) { return alias.first == name; });
  return known ? std::optional(name) : std::nullopt;
}

std::filesystem::path existing(const std::string& path) {
  if (!std::filesystem::exists(path)) throw UsageError("there is no file or folder '" + path + "'");
  return path;
}

void take(TrainArguments& arguments, const learn::Contract& contract, const Option& option) {
  if (option.name == "model") {
    arguments.model = option.value;
  } else if (option.name == "checkpoints") {
    if (!contract.checkpoints)
      throw UsageError("there is no option '--checkpoints': " + std::string(contract.name) +
                       " writes none");
    arguments.checkpoints = option.value;
  } else if (option.name == "content-type") {
    arguments.content_type = option.value;
  } else if (option.name == "threads") {
    arguments.threads = threads_of(option.value);
  } else if (has_channel(contract, option.name)) {
    arguments.channels.push_back({option.name, existing(option.value)});
  } else if (const auto name = hyperparameter(contract, option.name)) {
    arguments.hyperparameters[*name] = option.value;
  } else {
    throw UsageError("there is no option '--" + option.name + "'; `millrace train " +
                     std::string(contract.name) + " --help` lists them");
  }
}

}  // namespace

const learn::Contract& find_contract(std::string_view algorithm) {
  const auto all = learn::contracts();
  const auto found = std::ranges::find_if(
      all, [&](const learn::Contract* contract) { return contract->name == algorithm; });
  if (found == all.end()) {
    throw UsageError("there is no algorithm '" + std::string(algorithm) +
                     "'; `millrace train --list` lists them");
  }
  return **found;
}

TrainArguments parse_train(const learn::Contract& contract,
                           std::span<const std::string_view> words) {
  TrainArguments arguments{.threads =
                               std::max(1, static_cast<int>(std::thread::hardware_concurrency()))};
  for (Words rest(words); !rest.empty();) {
    if (!rest.at_option())
      throw UsageError("'" + std::string(rest.take()) + "' stands behind no option");
    take(arguments, contract, rest.take_option());
  }
  if (arguments.model.empty()) throw UsageError("--model, the folder for the model, is missing");
  return arguments;
}

PredictArguments parse_predict(std::span<const std::string_view> words) {
  PredictArguments arguments;
  for (Words rest(words); !rest.empty();) {
    if (!rest.at_option()) {
      if (!arguments.rows.empty()) throw UsageError("only one file of rows can be given");
      arguments.rows = existing(std::string(rest.take()));
      continue;
    }
    if (const std::string_view word = rest.next();
        word == "--contributions" || word == "--importance") {
      (word == "--importance" ? arguments.importance : arguments.contributions) = true;
      (void)rest.take();
      continue;
    }
    const Option option = rest.take_option();
    if (option.name == "model")
      arguments.model = existing(option.value);
    else if (option.name == "content-type")
      arguments.content_type = option.value;
    else if (option.name == "accept")
      arguments.accept = option.value;
    else if (option.name == "output")
      arguments.output = option.value;
    else
      throw UsageError("there is no option '--" + option.name + "'");
  }
  if (arguments.model.empty()) throw UsageError("--model, the model's folder, is missing");
  if (arguments.importance && arguments.contributions)
    throw UsageError("only one of --contributions and --importance can be asked for");
  if (arguments.importance && !arguments.rows.empty())
    throw UsageError("--importance is the model's alone, without a file of rows");
  if (arguments.rows.empty() && !arguments.importance)
    throw UsageError("the file of rows is missing");
  return arguments;
}

}  // namespace millrace::work::hand
