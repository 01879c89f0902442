#include "learn/tabular.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "learn/channels.hpp"
#include "learn/draw.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace millrace::learn {
namespace {

constexpr double held_out_part = 0.2;
constexpr std::string_view index_file = "categorical_index.json";
constexpr std::int64_t last_index = 2147483646;  // below Int32.MaxValue, as documented

std::string_view file_name(std::string_view name) { return name.substr(name.rfind('/') + 1); }

// The folder that a file lies in: "a/validation/b.csv" lies in "validation".
std::string_view folder_of(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : file_name(name.substr(0, slash));
}

[[noreturn]] void wrong_index(const table::Input& file, const std::string& why) {
  throw ClientError(file.name + ": " + why +
                    "; it should be {\"cat_index_list\": [...]} with the numbers of the "
                    "categorical columns, greater than 0, which is the label");
}

std::vector<std::size_t> parse_index(const table::Input& file, const base::Value& index) {
  const base::Value* const list = index.find("cat_index_list");
  if (!list || !list->is_list()) wrong_index(file, "there is no list cat_index_list");
  std::vector<std::size_t> columns;
  for (const base::Value& value : list->list()) {
    if (!value.is_integer() || value.integer() < 1 || value.integer() > last_index)
      wrong_index(file, "a value of cat_index_list is no such number");
    columns.push_back(static_cast<std::size_t>(value.integer()));
  }
  std::ranges::sort(columns);
  if (std::ranges::adjacent_find(columns) != columns.end())
    wrong_index(file, "a value of cat_index_list occurs twice");
  return columns;
}

std::vector<std::size_t> read_index(const table::Input& file) {
  try {
    return parse_index(file, base::parse_json(base::read_all(*file.source)));
  } catch (const base::JsonError& error) {
    wrong_index(file, std::string("it is no JSON (") + error.what() + ")");
  }
}

void check_type(const Channel& channel) {
  const std::string_view type = channel.content_type;
  const std::string name = base::lower(base::trim(type.substr(0, type.find(';'))));
  if (name.empty() || name == "text/csv" || name == "csv") return;
  throw ClientError("Channel " + channel.name + " has the content type " + channel.content_type +
                    ", which is not supported: valid is text/csv");
}

void take_files(const Channel& channel, TabularFiles& files, bool& has_index) {
  check_type(channel);
  for (const table::Input& file : data_files(channel)) {
    if (file_name(file.name) == index_file) {
      if (std::exchange(has_index, true))
        throw ClientError("There should only be one " + std::string(index_file));
      files.categorical = read_index(file);
    } else if (channel.name == "validation" || folder_of(file.name) == "validation") {
      files.validation.push_back(file);
    } else {
      files.training.push_back(file);
    }
  }
}

void check_labels(const table::Dataset& rows) {
  const auto wrong =
      std::ranges::find_if_not(rows.labels, [](float label) { return std::isfinite(label); });
  if (wrong == rows.labels.end()) return;
  throw ClientError("The label of row " + std::to_string(wrong - rows.labels.begin() + 1) +
                    " is no finite number");
}

// With memory for so many rows.
table::Dataset empty_like(const table::Dataset& rows, std::size_t expected) {
  table::Dataset made;
  made.features.columns = rows.features.columns;
  made.features.values.reserve(expected * rows.features.columns);
  made.labels.reserve(expected);
  return made;
}

void move_row(table::Dataset& from, std::size_t row, table::Dataset& to) {
  const std::size_t columns = from.features.columns;
  const float* const begin = from.features.values.data() + row * columns;
  to.features.values.insert(to.features.values.end(), begin, begin + columns);
  to.labels.push_back(from.labels[row]);
  ++to.features.rows;
}

// Which rows are held out; at least one, and never all.
std::vector<bool> draw_rows(std::size_t rows, std::uint64_t seed) {
  const auto fifth = static_cast<std::size_t>(std::ceil(static_cast<double>(rows) * held_out_part));
  Draw draw(seed);
  std::vector<bool> held(rows);
  for (const std::size_t row : draw_distinct(draw, std::min(fifth, rows - 1), rows))
    held[row] = true;
  return held;
}

}  // namespace

TabularFiles find_tabular_files(const Contract& contract, const std::vector<Channel>& channels) {
  check_channels(contract, channels);
  if (!find_channel(channels, "training") && !find_channel(channels, "train"))
    throw ClientError("Missing required channel: training");
  TabularFiles files;
  bool has_index = false;
  for (const Channel& channel : channels) take_files(channel, files, has_index);
  if (files.training.empty()) throw ClientError("There is no file of rows in channel training");
  return files;
}

table::Dataset read_tabular(const std::vector<table::Input>& files, const TabularFiles& all,
                            int threads, const table::TextColumns* texts) {
  try {
    table::Dataset rows =
        table::read_csv(files, {.label = true, .threads = threads, .texts = texts});
    if (rows.features.rows == 0) throw ClientError("There are no rows in " + files.front().name);
    if (!all.categorical.empty() && all.categorical.back() > rows.features.columns)
      throw ClientError("cat_index_list names column " + std::to_string(all.categorical.back()) +
                        ", but the columns behind the label are " +
                        std::to_string(rows.features.columns));
    check_labels(rows);
    return rows;
  } catch (const table::DataError& error) {
    throw ClientError(error.what());
  }
}

table::Dataset hold_out_validation(table::Dataset& training, std::uint64_t seed) {
  const std::size_t rows = training.features.rows;
  if (rows < 2) throw ClientError("One row is too few to hold some out for validation");
  const std::vector<bool> drawn = draw_rows(rows, seed);
  const auto count = static_cast<std::size_t>(std::ranges::count(drawn, true));
  table::Dataset kept = empty_like(training, rows - count);
  table::Dataset held = empty_like(training, count);
  for (std::size_t row = 0; row < rows; ++row) move_row(training, row, drawn[row] ? held : kept);
  training = std::move(kept);
  return held;
}

}  // namespace millrace::learn
