// Builds the tree from expat's events. A document type is refused: with it go entities, their
// expansion and files.
#include "base/xml.hpp"

#include <expat.h>

#include <climits>
#include <cstdint>
#include <memory>
#include <utility>

namespace millrace::base {

namespace {

constexpr std::uint32_t first_printable = 0x20;

// Expat, which is not asked about namespaces, takes a colon like any letter. What stands behind one
// must be a name too, and begin as AWS's do.
bool is_local_name(std::string_view name) {
  if (name.empty() || name.find(':') != std::string_view::npos) return false;
  const char first = name.front();
  return first == '_' || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
}

// Without its prefix; empty where prefix or rest is no name.
std::string local_name(std::string_view full) {
  const std::size_t colon = full.find(':');
  if (colon == std::string_view::npos) return std::string(full);
  const std::string_view local = full.substr(colon + 1);
  return std::string(colon > 0 && is_local_name(local) ? local : std::string_view());
}

// Exceptions must not cross expat, so the reason for a stop is kept and thrown afterwards.
struct Builder {
  XML_Parser parser = nullptr;
  XmlElement root;
  std::vector<XmlElement*> open;  // pointers stay valid: only the last one's children grow
  const char* refusal = nullptr;
  std::size_t elements = 0;

  void refuse(const char* reason) {
    refusal = reason;
    XML_StopParser(parser, XML_FALSE);
  }

  void begin(const char* name, const char** attributes) {
    if (open.size() == xml_depth_limit) return refuse("elements are nested too deeply");
    if (++elements > xml_elements_limit) return refuse("there are too many elements");
    std::string local = local_name(name);
    if (local.empty()) return refuse("an element's name has a colon in the wrong place");
    XmlElement& element = open.empty() ? root : open.back()->children.emplace_back();
    element.name = std::move(local);
    for (; *attributes != nullptr; attributes += 2) {
      element.attributes.emplace_back(attributes[0], attributes[1]);
    }
    open.push_back(&element);
  }
};

void XMLCALL on_start(void* data, const char* name, const char** attributes) {
  static_cast<Builder*>(data)->begin(name, attributes);
}

// A stopped parser still reports the end of an empty element, which was not begun here.
void XMLCALL on_end(void* data, const char*) {
  auto& builder = *static_cast<Builder*>(data);
  if (builder.refusal == nullptr) builder.open.pop_back();
}

void XMLCALL on_text(void* data, const char* text, int size) {
  static_cast<Builder*>(data)->open.back()->text.append(text, static_cast<std::size_t>(size));
}

void XMLCALL on_document_type(void* data, const char*, const char*, const char*, int) {
  static_cast<Builder*>(data)->refuse("a document type is not allowed");
}

[[noreturn]] void fail(XML_Parser parser, const char* reason) {
  throw XmlError(std::string(reason) + " at line " +
                 std::to_string(XML_GetCurrentLineNumber(parser)) + ", column " +
                 std::to_string(XML_GetCurrentColumnNumber(parser)));
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  for (const XmlElement& element : children) {
    if (element.name == child_name) return &element;
  }
  return nullptr;
}

const std::string* XmlElement::attribute(std::string_view attribute_name) const {
  for (const auto& [known, value] : attributes) {
    if (known == attribute_name) return &value;
  }
  return nullptr;
}

XmlElement parse_xml(std::string_view document) {
  if (document.size() > INT_MAX) throw XmlError("the document is too large");
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), &XML_ParserFree);
  if (parser == nullptr) throw std::bad_alloc();
  Builder builder;
  builder.parser = parser.get();
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
  const auto status =
      XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE);
  if (builder.refusal != nullptr) fail(parser.get(), builder.refusal);
  if (status != XML_STATUS_OK) {
    fail(parser.get(), XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
  return std::move(builder.root);
}

void escape_xml(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        // Control characters and line ends as references, as S3 does, or parsers would alter or
        // refuse them.
        if (const auto code = static_cast<unsigned char>(c); code < first_printable && c != '\t') {
          out += "&#" + std::to_string(code) + ";";
        } else {
          out += c;
        }
    }
  }
}

}  // namespace millrace::base
