#include "infer/selected_output.hpp"

#include "base/text.hpp"
#include "infer/python_number.hpp"
#include "table/recordio.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace millrace::infer {
namespace {

enum Content { predicted_label, labels, probability, probabilities, raw_score, raw_scores, score };

// In the order in which answers have them.
constexpr std::array<std::string_view, 7> names = {"predicted_label", "labels",    "probability",
                                                   "probabilities",   "raw_score", "raw_scores",
                                                   "predicted_score"};

struct Field {
  std::string name;
  bool list = false;
  bool whole = false;
  std::vector<double> numbers;
};
using Row = std::vector<Field>;

struct Selected {
  std::vector<std::string> keys;     // in the order given, as CSV has them
  std::vector<Content> contents;     // that the objective has
  std::vector<std::string> unknown;  // that it has not
};

bool has_probabilities(std::string_view objective) {
  return objective == "binary:logistic" || objective == "multi:softprob";
}

std::vector<Content> contents_of(std::string_view objective) {
  if (has_probabilities(objective))
    return {predicted_label, labels, probability, probabilities, raw_score, raw_scores};
  for (const char* known : {"binary:logitraw", "binary:hinge", "multi:softmax"})
    if (objective == known) return {predicted_label, labels, raw_score, raw_scores};
  for (const char* known :
       {"reg:squarederror", "reg:logistic", "reg:gamma", "reg:absoluteerror", "reg:tweedie"})
    if (objective == known) return {score};
  throw SelectionError("Objective `" + std::string(objective) +
                       "` unsupported for selectable inference predictions.");
}

Selected parse_selection(std::string_view selection, std::string_view objective) {
  std::string text = base::lower(selection);
  std::erase(text, ' ');
  Selected selected;
  for (const std::string_view key : base::split(text, ',')) selected.keys.emplace_back(key);
  const std::vector<Content> valid = contents_of(objective);
  for (const Content content : valid)
    if (std::ranges::find(selected.keys, names[content]) != selected.keys.end())
      selected.contents.push_back(content);
  for (const std::string& key : selected.keys) {
    const bool known =
        std::ranges::any_of(valid, [&](Content content) { return names[content] == key; });
    if (!known && std::ranges::find(selected.unknown, key) == selected.unknown.end())
      selected.unknown.push_back(key);
  }
  return selected;
}

double label_of(std::string_view objective, std::span<const float> row) {
  if (objective == "binary:logistic") return row[0] > 0.5F ? 1 : 0;
  if (objective == "binary:logitraw") return row[0] > 0 ? 1 : 0;
  if (objective == "multi:softprob")
    return static_cast<double>(std::ranges::max_element(row) - row.begin());
  return row[0];
}

std::vector<double> classes_of(std::string_view objective, std::size_t classes) {
  std::vector<double> all(objective.starts_with("binary:") ? 2 : classes);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<double>(i);
  return all;
}

// Of each class: of two, the first has what the second lacks, whatever the number is.
std::vector<double> all_of(std::span<const float> row) {
  if (row.size() == 1) return {1.0 - static_cast<double>(row[0]), row[0]};
  return {row.begin(), row.end()};
}

Field field_of(Content content, const learn::Model& model, std::span<const float> row) {
  const std::string_view objective = model.objective();
  // The image takes these two as numbers, though they are classes.
  const bool number = objective == "binary:hinge" || objective == "multi:softmax";
  const std::string name(names[content]);
  switch (content) {
    case predicted_label:
      return {.name = name, .whole = !number, .numbers = {label_of(objective, row)}};
    case labels:
      return {name, true, true, classes_of(objective, model.class_count())};
    case probability:
    case raw_score:
    case score:
      return {.name = name, .numbers = {std::ranges::max(row)}};
    case probabilities:
    case raw_scores:
      return {.name = name, .list = true, .numbers = all_of(row)};
  }
  return {};
}

Row row_of(const Selected& selected, const learn::Model& model, std::span<const float> numbers) {
  Row row;
  for (const Content content : selected.contents) row.push_back(field_of(content, model, numbers));
  for (const std::string& key : selected.unknown)
    row.push_back({.name = key, .numbers = {std::numeric_limits<double>::quiet_NaN()}});
  return row;
}

void add_value(std::string& out, const Field& field, std::string_view nan) {
  if (field.list) out += '[';
  for (std::size_t i = 0; i < field.numbers.size(); ++i) {
    if (i > 0) out += ", ";
    if (field.whole)
      out += std::to_string(std::lround(field.numbers[i]));
    else if (std::isnan(field.numbers[i]))
      out += nan;
    else
      add_python_number(out, field.numbers[i]);
  }
  if (field.list) out += ']';
}

void add_object(std::string& out, const Row& row) {
  out += '{';
  for (const Field& field : row) {
    if (&field != row.data()) out += ", ";
    out += '"' + field.name + "\": ";
    add_value(out, field, "NaN");
  }
  out += '}';
}

void add_csv(std::string& out, const Row& row, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    if (&key != keys.data()) out += ',';
    const Field& field = *std::ranges::find(row, key, &Field::name);
    if (field.list) out += '"';
    add_value(out, field, "nan");
    if (field.list) out += '"';
  }
}

std::string recordio(const std::vector<Row>& rows) {
  std::vector<float> numbers;
  for (const Row& row : rows)
    for (const Field& field : row)
      for (const double number : field.numbers) numbers.push_back(static_cast<float>(number));
  std::vector<table::LabelColumn> columns;
  if (!rows.empty())
    for (const Field& field : rows.front())
      columns.push_back({.key = field.name, .width = field.numbers.size()});
  return table::write_recordio(numbers, columns);
}

std::string text(Encoding encoding, const std::vector<Row>& rows,
                 const std::vector<std::string>& keys) {
  std::string out = encoding == Encoding::json ? "{\"predictions\": [" : "";
  const std::string_view between = encoding == Encoding::json ? ", " : "\n";
  for (const Row& row : rows) {
    if (&row != rows.data()) out += between;
    if (encoding == Encoding::csv)
      add_csv(out, row, keys);
    else
      add_object(out, row);
  }
  if (encoding == Encoding::json) out += "]}";
  if (encoding == Encoding::jsonlines && !rows.empty()) out += '\n';
  return out;
}

}  // namespace

std::string encode_selected(Encoding encoding, std::span<const float> numbers,
                            const learn::Model& model, std::string_view selection) {
  const Selected selected = parse_selection(selection, model.objective());
  std::vector<Row> rows;
  for (std::size_t at = 0; at < numbers.size(); at += model.width())
    rows.push_back(row_of(selected, model, numbers.subspan(at, model.width())));
  return encoding == Encoding::recordio ? recordio(rows) : text(encoding, rows, selected.keys);
}

}  // namespace millrace::infer
