// The tree that is read, what is refused, and escaping.
#include "base/xml.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

TEST(Xml, ReadsNamesWithoutPrefixAndAttributesWithIt) {
  const XmlElement root = parse_xml(
      R"(<?xml version="1.0"?><s:List xmlns:s="urn:x"><s:Item xsi:type="User">a&amp;<b/>c</s:Item><Item/></s:List>)");
  EXPECT_EQ(root.name, "List");
  ASSERT_EQ(root.children.size(), 2U);
  const XmlElement* item = root.child("Item");
  EXPECT_EQ(item->text, "a&c");
  EXPECT_EQ(*item->attribute("xsi:type"), "User");
  EXPECT_EQ(item->attribute("type"), nullptr);
  EXPECT_EQ(root.child("Other"), nullptr);
}

TEST(Xml, RefusesDocumentTypesAndBrokenDocuments) {
  for (const char* text :
       {"", "<a>", "<a></b>", "<a/><b/>", "text", "<a>&lol;</a>",
        R"(<!DOCTYPE a [<!ENTITY lol "lol">]><a>&lol;</a>)", "<!DOCTYPE a SYSTEM 'x'><a/>"}) {
    EXPECT_THROW(static_cast<void>(parse_xml(text)), XmlError) << text;
  }
}

TEST(Xml, LimitsDepth) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += "<a>";
    for (std::size_t i = 0; i < depth; ++i) text += "</a>";
    return text;
  };
  EXPECT_NO_THROW(static_cast<void>(parse_xml(nested(xml_depth_limit))));
  EXPECT_THROW(static_cast<void>(parse_xml(nested(xml_depth_limit + 1))), XmlError);
}

TEST(Xml, RefusesNamesWithAColonInTheWrongPlace) {
  EXPECT_EQ(parse_xml("<p:a xmlns:p='u'/>").name, "a");
  for (const char* const text : {"<:/>", "<p:/>", "<p:1/>", "<p:-a/>", "<p:a:b/>", "<a><:b/></a>"})
    EXPECT_THROW(static_cast<void>(parse_xml(text)), XmlError) << text;
}

TEST(Xml, LimitsElements) {
  const auto many = [](std::size_t count) {
    std::string text = "<a>";
    for (std::size_t i = 1; i < count; ++i) text += "<b/>";
    return text + "</a>";
  };
  EXPECT_EQ(parse_xml(many(xml_elements_limit)).children.size(), xml_elements_limit - 1);
  EXPECT_THROW(static_cast<void>(parse_xml(many(xml_elements_limit + 1))), XmlError);
}

TEST(Xml, EscapesWhatWouldChange) {
  std::string out;
  escape_xml(out, "a<b>&\"'\r\n\t\x01");
  EXPECT_EQ(out, "a&lt;b&gt;&amp;&quot;&apos;&#13;&#10;\t&#1;");
}

}  // namespace
}  // namespace millrace::base
