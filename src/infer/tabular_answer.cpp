#include "infer/tabular_answer.hpp"

#include "base/text.hpp"
#include "infer/decode.hpp"
#include "infer/encode.hpp"
#include "infer/python_number.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace millrace::infer {
namespace {

enum class Detail { plain, verbose };

Detail parse_accept(std::string_view accept) {
  const std::string lowered = base::lower(accept);
  const auto pieces = base::split(lowered, ';');
  const std::string_view type = base::trim(pieces.front());
  if (!type.empty() && type != "*/*" && type != "application/json")
    throw AcceptError("Accept type " + std::string(base::trim(accept)) +
                      " is not supported. Please use supported accept types: "
                      "['application/json', 'application/json;verbose'].");
  const auto is_verbose = [](std::string_view piece) { return base::trim(piece) == "verbose"; };
  return std::any_of(pieces.begin() + 1, pieces.end(), is_verbose) ? Detail::verbose
                                                                   : Detail::plain;
}

// As `json.dumps` writes it.
void add_number(std::string& out, double number) {
  if (std::isnan(number))
    out += "NaN";
  else if (std::isinf(number))
    out += number > 0 ? "Infinity" : "-Infinity";
  else
    add_python_number(out, number);
}

void add_numbers(std::string& out, std::span<const double> numbers) {
  out += '[';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) out += ", ";
    add_number(out, numbers[i]);
  }
  out += ']';
}

void add_rows(std::string& out, std::span<const double> numbers, std::size_t width) {
  out += '[';
  for (std::size_t at = 0; at < numbers.size(); at += width) {
    if (at > 0) out += ", ";
    add_numbers(out, numbers.subspan(at, width));
  }
  out += ']';
}

// The most probable class of each row; the first of equal ones.
std::vector<std::string> predicted(std::span<const double> numbers,
                                   const std::vector<std::string>& classes) {
  std::vector<std::string> labels;
  for (std::size_t at = 0; at < numbers.size(); at += classes.size()) {
    const auto row = numbers.subspan(at, classes.size());
    const auto best = std::ranges::max_element(row) - row.begin();
    labels.push_back(classes[static_cast<std::size_t>(best)]);
  }
  return labels;
}

std::string answer_classes(const std::vector<std::string>& classes, std::span<const double> numbers,
                           Detail detail) {
  std::string out = R"({"probabilities": )";
  add_rows(out, numbers, classes.size());
  if (detail == Detail::verbose) {
    out += R"(, "labels": [)" + base::join(classes, ", ") + R"(], "predicted_label": [)" +
           base::join(predicted(numbers, classes), ", ") + "]";
  }
  return out + "}";
}

}  // namespace

void check_tabular_type(std::string_view content_type) {
  const auto type = base::lower(base::trim(content_type.substr(0, content_type.find(';'))));
  if (type == "text/csv") return;
  throw DecodeError("Content-type " + std::string(content_type) +
                    " is not supported. Please use supported content types: ['text/csv'].");
}

std::string answer_tabular(const learn::TabularModel& model, const table::Matrix& rows,
                           std::string_view accept) {
  const Detail detail = parse_accept(accept);
  const std::vector<std::string>& classes = model.classes();
  std::vector<double> numbers(rows.rows * std::max<std::size_t>(1, classes.size()));
  model.predict(rows, numbers);
  if (!classes.empty()) return answer_classes(classes, numbers, detail);
  std::string out = R"({"prediction": )";
  add_numbers(out, numbers);
  return out + "}";
}

}  // namespace millrace::infer
