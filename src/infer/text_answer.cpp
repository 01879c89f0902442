#include "infer/text_answer.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "infer/decode.hpp"
#include "infer/python_number.hpp"

#include <span>

namespace millrace::infer {
namespace {

using base::Value;

Value parse(std::string_view text) {
  try {
    return base::parse_json(text);
  } catch (const base::JsonError& error) {
    throw DecodeError(std::string("the request is no JSON: ") + error.what());
  }
}

const std::string& text_of(const Value* value, const std::string& what) {
  if (!value || !value->is_text()) throw DecodeError(what + " is no text");
  return value->text();
}

// How many labels are asked for: 1 unless the holder of "k" says otherwise.
std::size_t labels_of(const Value* holder) {
  const Value* k = holder ? holder->find("k") : nullptr;
  if (!k) return 1;
  if (!k->is_integer() || k->integer() < 1)
    throw DecodeError("'k' must be a whole number, 1 or more");
  return static_cast<std::size_t>(k->integer());
}

void add_numbers(std::string& out, std::span<const float> numbers) {
  out += '[';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) out += ", ";
    add_python_number(out, static_cast<double>(numbers[i]));
  }
  out += ']';
}

void add_labels(std::string& out, const std::vector<learn::LabelProbability>& labels) {
  out += R"({"label": [)";
  std::vector<float> probabilities;
  for (const learn::LabelProbability& label : labels) {
    if (!probabilities.empty()) out += ", ";
    base::write_json_text(out, label.label);
    probabilities.push_back(label.probability);
  }
  out += R"(], "prob": )";
  add_numbers(out, probabilities);
  out += '}';
}

void add_answer(std::string& out, const learn::TextModel& model, const std::string& text,
                std::size_t labels) {
  if (model.classifies()) return add_labels(out, model.classify(text, labels));
  out += R"({"vector": )";
  add_numbers(out, model.vector_of(text));
  out += R"(, "word": )";
  base::write_json_text(out, text);
  out += '}';
}

std::string answer_json(const learn::TextModel& model, std::string_view body) {
  const Value request = parse(body);
  const Value* instances = request.find("instances");
  if (!instances || !instances->is_list()) throw DecodeError("there is no list 'instances'");
  const std::size_t labels = labels_of(request.find("configuration"));
  std::string out = "[";
  for (const Value& instance : instances->list()) {
    if (out.size() > 1) out += ", ";
    add_answer(out, model, text_of(&instance, "an element of 'instances'"), labels);
  }
  return out + "]";
}

std::string answer_lines(const learn::TextModel& model, std::string_view body) {
  std::string out;
  for (const auto line : base::split(body, '\n')) {
    if (base::trim(line).empty()) continue;
    const Value request = parse(line);
    add_answer(out, model, text_of(request.find("source"), "'source'"), labels_of(&request));
    out += '\n';
  }
  return out;
}

}  // namespace

TextAnswer answer_texts(const learn::TextModel& model, std::string_view content_type,
                        std::string_view body) {
  const std::string type = base::lower(base::trim(content_type.substr(0, content_type.find(';'))));
  if (type == "application/json") return {type, answer_json(model, body)};
  if (type == "application/jsonlines") return {type, answer_lines(model, body)};
  throw DecodeError("Content-type " + std::string(content_type) + " is not supported.");
}

}  // namespace millrace::infer
