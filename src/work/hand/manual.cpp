#include "work/hand/manual.hpp"

#include "base/text.hpp"
#include "learn/contract_text.hpp"

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace millrace::work::hand {
namespace {

constexpr std::string_view head =
    "# Built-in algorithms\n\n"
    "Printed by `millrace train --manual` and compared with it by a test. They train and answer "
    "natively, without an image: a job or\nmodel that names AWS's image, in any account and "
    "region, leads to them, and so does `millrace train` ([by hand](by_hand.md)).\n\n";

std::string row(std::initializer_list<std::string> cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + base::replace_all(cell, "|", "\\|") + " |";
  return line + "\n";
}

std::string code(std::string_view text) {
  return text.empty() ? std::string() : "`" + std::string(text) + "`";
}

std::string codes(std::span<const std::string_view> texts) {
  std::vector<std::string> pieces;
  for (const std::string_view text : texts) pieces.push_back(code(text));
  return base::join(pieces, ", ");
}

std::string otherwise(const learn::ParameterDoc& parameter) {
  return parameter.required ? "required" : code(parameter.otherwise);
}

std::string tunable(const learn::ParameterDoc& parameter) {
  if (!parameter.tunable) return {};
  return parameter.scale == learn::Scale::logarithmic ? "logarithmic" : "linear";
}

std::string overview() {
  std::string page =
      row({"algorithm", "AWS's image", "tags", "what it does"}) + "|---|---|---|---|\n";
  for (const learn::Contract* contract : learn::contracts()) {
    page += row({"[" + std::string(contract->name) + "](#" + std::string(contract->name) + ")",
                 codes(contract->repositories), codes(contract->tags),
                 std::string(contract->sentence)});
  }
  return page;
}

std::string channels(const learn::Contract& contract) {
  std::string page = row({"channel", "", "content types", ""}) + "|---|---|---|---|\n";
  for (const learn::ChannelDoc& channel : contract.channels) {
    page += row({code(channel.name), channel.required ? "required" : "",
                 codes(channel.content_types), std::string(channel.sentence)});
  }
  return page;
}

std::string parameters(const learn::Contract& contract) {
  std::string page = row({"hyperparameter", "accepted", "unless given", "tunable", ""}) +
                     "|---|---|---|---|---|\n";
  for (const learn::ParameterDoc& parameter : contract.parameters) {
    page += row({code(parameter.name), learn::accepted_values(parameter), otherwise(parameter),
                 tunable(parameter), std::string(parameter.sentence)});
  }
  return page;
}

std::string metrics(const learn::Contract& contract) {
  std::string page = row({"metric", "better is", ""}) + "|---|---|---|\n";
  for (const learn::MetricDoc& metric : contract.metrics) {
    page +=
        row({code(metric.name), metric.maximize ? "more" : "less", std::string(metric.sentence)});
  }
  return page;
}

}  // namespace

std::string manual() {
  std::string page = std::string(head) + overview();
  for (const learn::Contract* contract : learn::contracts()) {
    page += "\n## " + std::string(contract->name) + "\n\n" + std::string(contract->sentence) + " " +
            learn::instance_rules(contract->instances) + "\n\n" + channels(*contract) + "\n" +
            parameters(*contract) + "\n" + metrics(*contract);
  }
  return page;
}

}  // namespace millrace::work::hand
