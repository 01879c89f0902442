#include "learn/blazingtext/json_sentence.hpp"

#include "base/json.hpp"

#include <algorithm>

namespace millrace::learn::blazingtext {
namespace {

constexpr std::string_view label_prefix = "__label__";

bool is_blank(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '\0'; }

const base::Value& attribute(const base::Value& object, std::string_view name) {
  const base::Value* const found = object.find(name);
  if (found == nullptr) throw BadSentence("it has no attribute " + std::string(name));
  return *found;
}

std::string label_text(const base::Value& label) {
  if (label.is_integer()) return std::to_string(label.integer());
  if (!label.is_text() || label.text().empty())
    throw BadSentence("label is neither a text, a whole number nor a list of such");
  std::string text = label.text();
  std::ranges::replace_if(text, is_blank, '_');
  return text;
}

void add_label(const base::Value& label, std::string& line) {
  const std::string text = label_text(label);
  if (!text.starts_with(label_prefix)) line += label_prefix;
  line += text + ' ';
}

}  // namespace

std::string sentence_of(std::string_view json_line) {
  base::Value object;
  try {
    object = base::parse_json(json_line);
  } catch (const base::JsonError& error) {
    throw BadSentence(error.what());
  }
  if (!object.is_map()) throw BadSentence("it is no JSON object");
  const base::Value& source = attribute(object, "source");
  const base::Value& label = attribute(object, "label");
  if (!source.is_text()) throw BadSentence("source is no text");
  std::string line;
  if (label.is_list())
    for (const base::Value& one : label.list()) add_label(one, line);
  else
    add_label(label, line);
  line += source.text();
  std::ranges::replace_if(line, is_blank, ' ');
  return line;
}

}  // namespace millrace::learn::blazingtext
