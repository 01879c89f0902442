// Structures as XML: the bodies of REST-XML and the answers of the query protocol.
#pragma once

#include "aws/scalar.hpp"
#include "base/xml.hpp"

#include <string>
#include <string_view>

namespace millrace::aws {

// The members of `shape` that are children of the document's root, added to `into`. Throws
// Malformed.
void parse_xml_members(const Shape& shape, std::string_view document, base::Map& into,
                       UnknownMembers& unknown);

struct XmlStyle {
  bool milliseconds = false;  // S3 writes times as ...:00.000Z
};
// The members as elements, without a root.
[[nodiscard]] std::string write_xml_members(const Shape& shape, const base::Map& members,
                                            XmlStyle style);
// `<name xmlns="...">` ... `</name>`, with the attributes that the shape's members declare.
[[nodiscard]] std::string write_xml_root(std::string_view name, std::string_view xml_namespace,
                                         const Shape& shape, const base::Map& members,
                                         XmlStyle style);
void write_xml_element(std::string& out, std::string_view name, std::string_view text);

}  // namespace millrace::aws
