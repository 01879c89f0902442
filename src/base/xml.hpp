// XML as a small tree, read by expat without DTDs or entities of the document's own, and written by
// hand.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::base {

struct XmlError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr std::size_t xml_depth_limit = 64;
constexpr std::size_t xml_elements_limit =
    250'000;  // AWS's largest, of 10,000 parts, has some 120,000

// Names are without their namespace prefix; `text` is all character data of the element itself.
struct XmlElement {
  std::string name;
  std::string text;
  std::vector<std::pair<std::string, std::string>>
      attributes;  // with prefix, as written (xsi:type)
  std::vector<XmlElement> children;

  [[nodiscard]] const XmlElement* child(std::string_view child_name) const;
  [[nodiscard]] const std::string* attribute(std::string_view attribute_name) const;
};

[[nodiscard]] XmlElement parse_xml(std::string_view document);  // throws XmlError
void escape_xml(std::string& out, std::string_view text);

}  // namespace millrace::base
