// Wildcards beside a plain reading of them, on texts by chance, and how long they may take.
#include "policy/glob.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::policy {
namespace {

std::string marked(std::string text) {
  for (char& c : text) {
    if (c == '*') c = any_run.front();
    if (c == '?') c = any_one.front();
  }
  return text;
}

std::size_t character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
  return size;
}

bool plainly(std::string_view glob, std::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob.front() == '*') {
    if (plainly(glob.substr(1), text)) return true;
    return !text.empty() && plainly(glob, text.substr(character(text)));
  }
  if (text.empty()) return false;
  if (glob.front() == '?') return plainly(glob.substr(1), text.substr(character(text)));
  const std::size_t size = character(glob);
  return text.starts_with(glob.substr(0, size)) && plainly(glob.substr(size), text.substr(size));
}

TEST(Glob, MatchesAsItReads) {
  const auto matches = [](const char* glob, const char* text) {
    return glob_matches(marked(glob), text);
  };
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("a*b*c", "abbc"));
  EXPECT_FALSE(matches("a*b*c", "acb"));
  EXPECT_FALSE(matches("ab*ba", "aba"));
  EXPECT_TRUE(matches("*?b", "éb"));
  EXPECT_FALSE(matches("*??b", "éb"));
  EXPECT_TRUE(matches("*a?*c", "xaéc"));
  EXPECT_FALSE(matches("*?é?*", "é"));
  EXPECT_TRUE(glob_matches(marked("S3:*oBject?"), "s3:GetObjects", Letters::ignored));
  EXPECT_FALSE(glob_matches(marked("S3:*oBject?"), "s3:GetObjects"));
}

TEST(Glob, AgreesWithAPlainReading) {
  base::SeededRandom random{7};
  const auto drawn = [&random](std::initializer_list<const char*> pieces, std::size_t most) {
    std::string text;
    const std::size_t count = base::random_number(random) % (most + 1);
    for (std::size_t i = 0; i < count; ++i)
      text += *(pieces.begin() +
                static_cast<std::ptrdiff_t>(base::random_number(random) % pieces.size()));
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string glob = drawn({"a", "b", "é", "*", "?", "ab"}, 8);
    const std::string text = drawn({"a", "b", "é", "ab"}, 10);
    ASSERT_EQ(glob_matches(marked(glob), text), plainly(glob, text)) << glob << " " << text;
  }
}

// Beyond the bits of one word.
TEST(Glob, FindsLongPieces) {
  const std::string piece = std::string(150, 'a') + "?" + std::string(150, 'b');
  const std::string text = std::string(200, 'a') + "é" + std::string(150, 'b') + "c";
  EXPECT_TRUE(glob_matches(marked("*" + piece + "*"), text));
  EXPECT_FALSE(glob_matches(marked("*" + piece + "b*"), text));
}

TEST(Glob, LettersMayBeIgnoredInEachPiece) {
  EXPECT_TRUE(glob_matches(marked("a*AZ*z*Z"), "Axazbzz", Letters::ignored));
  EXPECT_TRUE(glob_matches(marked("*" + std::string(64, 'A') + "*"), std::string(100, 'a'),
                           Letters::ignored));
  EXPECT_FALSE(glob_matches(marked("*[*"), "{", Letters::ignored));
  EXPECT_FALSE(glob_matches(marked("*@*"), "`", Letters::ignored));
}

// Each takes what it took, whole and nothing else: what follows begins behind it.
TEST(Glob, LongPiecesBeginAndEndWhereTheyDo) {
  for (const std::size_t size : {63U, 64U, 65U, 128U, 129U}) {
    for (const char* middle : {"", "?"}) {
      const std::string half(size - 1, 'a');
      const std::string piece = "x" + half + middle;
      const std::string glob = marked("*" + piece + "*" + piece + "*");
      const std::string given = "x" + half + (*middle == '?' ? "é" : "");
      const std::string apart(100, 'c');
      EXPECT_TRUE(glob_matches(glob, apart + given + given + apart)) << size << middle;
      EXPECT_FALSE(glob_matches(glob, apart + given + apart + half)) << size << middle;
      EXPECT_FALSE(glob_matches(glob, apart + "y" + half + given + apart)) << size << middle;
      EXPECT_FALSE(glob_matches(glob, apart + given + "y" + half + "éé")) << size << middle;
      EXPECT_FALSE(glob_matches(marked("*" + piece + "*?*"), apart + given)) << size << middle;
      // What stands around the text is none of it.
      const std::string around = given + apart + apart + given + apart + apart + given;
      const std::string_view inside =
          std::string_view(around).substr(given.size(), around.size() - 2 * given.size());
      EXPECT_FALSE(glob_matches(glob, inside)) << size << middle;
    }
  }
}

TEST(Glob, LongPiecesShareNoCharacter) {
  const std::string half(100, 'a');
  const std::string glob = marked("*x" + half + "?*x" + half + "?*");
  EXPECT_TRUE(glob_matches(glob, "x" + half + "b" + "x" + half + "b"));
  EXPECT_FALSE(glob_matches(glob, "x" + half + "x" + half + "b"));
}

// Texts that are no UTF-8 are not read beyond.
TEST(Glob, AByteThatContinuesNothingIsACharacterAtTheEnd) {
  EXPECT_TRUE(glob_matches(marked("*?"), "\xa9"));
}

// With the product of their lengths each of these took seconds; as it is, all take milliseconds.
TEST(Glob, IsNotMadeToTakeLong) {
  const std::string text(65'536, 'a');
  const std::string half(3000, 'a');
  for (const std::string& glob :
       {"*" + half + "b", "*" + half + "b*", "*?" + half + "b*", "*" + half + "?b*"}) {
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(glob_matches(marked(glob), text));
  }
}

}  // namespace
}  // namespace millrace::policy
