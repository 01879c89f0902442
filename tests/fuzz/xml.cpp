// XML: the tree that is read, written and read again is the same.
#include "base/xml.hpp"

#include "fuzz.hpp"

namespace millrace::fuzz {
namespace {

// Names lost their prefixes, so attributes, which keep theirs, stay out.
void write(std::string& out, const base::XmlElement& element) {
  out += '<' + element.name + '>';
  base::escape_xml(out, element.text);
  for (const base::XmlElement& child : element.children) write(out, child);
  out += "</" + element.name + '>';
}

std::string written(const base::XmlElement& element) {
  std::string out;
  write(out, element);
  return out;
}

}  // namespace

void run(std::string_view input) {
  base::XmlElement root;
  try {
    root = base::parse_xml(input);
  } catch (const base::XmlError&) {
    return;
  }
  const std::string text = written(root);
  MILLRACE_ASSERT(written(base::parse_xml(text)) == text);
}

}  // namespace millrace::fuzz
