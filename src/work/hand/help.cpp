#include "work/hand/help.hpp"

#include "base/text.hpp"
#include "learn/contract_text.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace millrace::work::hand {
namespace {

constexpr std::size_t page_columns = 80;
constexpr std::size_t name_column = 20;

// The words of `text` behind `first`, broken before the page's edge; further lines begin as far in
// as `indent`.
std::string wrapped(std::string first, std::string_view text, std::size_t indent) {
  std::string page = std::move(first);
  page.append(page.size() < indent ? indent - page.size() : 0, ' ');
  std::size_t column = page.size();
  bool at_start = true;
  for (const std::string_view word : base::split(text, ' ')) {
    if (!at_start && column + 1 + word.size() > page_columns) {
      page += "\n" + std::string(indent, ' ');
      column = indent;
      at_start = true;
    }
    if (!at_start) page += ' ';
    page += word;
    column += word.size() + (at_start ? 0 : 1);
    at_start = false;
  }
  return page + "\n";
}

// What is accepted, the default, and whether a tuner may choose it.
std::string facts(const learn::ParameterDoc& parameter) {
  std::string text = learn::accepted_values(parameter);
  if (parameter.required)
    text += "; required";
  else if (!parameter.otherwise.empty())
    text += "; " + std::string(parameter.otherwise) + " unless given";
  if (parameter.tunable) text += "; tunable";
  if (parameter.tunable && parameter.scale == learn::Scale::logarithmic)
    text += " on a logarithmic scale";
  return text;
}

std::string parameter_lines(const learn::ParameterDoc& parameter) {
  const std::string name = "  --" + std::string(parameter.name);
  constexpr std::size_t indent = 6;
  return name + "\n" + wrapped(std::string(indent, ' '), parameter.sentence, indent) +
         wrapped(std::string(indent, ' '), "(" + facts(parameter) + ")", indent);
}

std::string channel_lines(const learn::ChannelDoc& channel) {
  std::string text = std::string(channel.sentence) + (channel.required ? " Required." : "") + " (";
  for (const std::string_view type : channel.content_types) {
    if (text.back() != '(') text += ", ";
    text += type;
  }
  return wrapped("  --" + std::string(channel.name) + " PATH", text + ")", name_column);
}

constexpr std::string_view train_options =
    "Options:\n"
    "  --model DIR       Where the model goes: a folder that is not there, or empty.\n"
    "  --content-type T  Of all channels; else by the files' names (.csv, .libsvm,\n"
    "                    .parquet, .pbr, .jsonl, .txt).\n"
    "  --threads N       The number of cores unless given.\n";

constexpr std::string_view checkpoint_option =
    "  --checkpoints DIR Where the model so far goes after each round; a training\n"
    "                    that finds some there goes on behind the newest.\n";

}  // namespace

std::string train_usage() {
  return "usage: millrace train ALGORITHM --train PATH --model DIR [--NAME VALUE]...\n"
         "       millrace train ALGORITHM --help\n"
         "       millrace train --list | --manual\n\n"
         "Trains a built-in algorithm on files of this machine, without a server. The\n"
         "options are the algorithm's channels and hyperparameters; Ctrl-C ends it early\n"
         "and keeps the best model so far.\n";
}

std::string predict_usage() {
  return "usage: millrace predict ALGORITHM --model DIR FILE [OPTION...]\n\n"
         "Answers for the rows of a file as an endpoint does.\n\n"
         "Options:\n"
         "  --model DIR       A folder that `millrace train` wrote, or an unpacked\n"
         "                    model.tar.gz of a training job.\n"
         "  --content-type T  Of the rows; else by the file's name.\n"
         "  --accept T        Of the answer: text/csv, application/json,\n"
         "                    application/jsonlines, application/x-recordio-protobuf.\n"
         "  --output FILE     Where the answer goes; else it is printed.\n"
         "  --contributions   Instead: what each column adds to each prediction, and\n"
         "                    last the mean to which they add (XGBoost, LightGBM,\n"
         "                    CatBoost).\n"
         "  --importance      Instead: how much the model uses each column; without\n"
         "                    FILE (XGBoost, LightGBM, CatBoost).\n";
}

std::string list_of_algorithms() {
  std::string page;
  for (const learn::Contract* contract : learn::contracts())
    page += wrapped(std::string(contract->name), contract->sentence, 26);
  return page;
}

std::string train_help(const learn::Contract& contract) {
  std::string page = "usage: millrace train " + std::string(contract.name) +
                     " --train PATH\n         --model DIR [--NAME VALUE]...\n\n" +
                     wrapped("", contract.sentence, 0);
  page += "\nChannels, each a file or a folder of files:\n";
  for (const learn::ChannelDoc& channel : contract.channels) page += channel_lines(channel);
  page += "\n" + std::string(train_options);
  if (contract.checkpoints) page += checkpoint_option;
  page += "\nHyperparameters:\n";
  for (const learn::ParameterDoc& parameter : contract.parameters)
    page += parameter_lines(parameter);
  page += "\nInstances:\n" + wrapped("  ", learn::instance_rules(contract.instances), 2);
  page += "\nMetrics:\n";
  for (const learn::MetricDoc& metric : contract.metrics)
    page += wrapped("  " + std::string(metric.name) + " ", metric.sentence, 34);
  return page;
}

}  // namespace millrace::work::hand
