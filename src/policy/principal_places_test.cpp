// Names of principals are changed in their places, and nothing else of a document is.
#include "policy/principal_places.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

TEST(PrincipalPlaces, AreThoseOfStatementsAlone) {
  const auto change = [](const NamedPrincipal& principal) -> std::optional<std::string> {
    if (principal.type != "AWS") return std::nullopt;
    return "<" + principal.name + ">";
  };
  const std::string before =
      R"({"Id":"{\"AWS\":\"a\"}", "Statement" : [ {"Principal":{"AWS":[ "a" , "b"],"Service":["c"]},)"
      R"("Condition":{"X":{"Principal":["a",1,true,null,{"AWS":"a"}]}}},{"NotPrincipal":{"\u0041WS":"d"}},)"
      R"({"Principal":"*"}],"Principal":{"AWS":"a"}} )";
  const std::string after =
      R"({"Id":"{\"AWS\":\"a\"}", "Statement" : [ {"Principal":{"AWS":[ "<a>" , "<b>"],"Service":["c"]},)"
      R"("Condition":{"X":{"Principal":["a",1,true,null,{"AWS":"a"}]}}},{"NotPrincipal":{"\u0041WS":"<d>"}},)"
      R"({"Principal":"*"}],"Principal":{"AWS":"a"}} )";
  EXPECT_EQ(with_principals(before, change), after);
  EXPECT_EQ(with_principals(R"({"Statement":{"Principal":{"AWS":"a"}}})", change),
            R"({"Statement":{"Principal":{"AWS":"<a>"}}})");
  for (const char* without : {"[1,2]", R"({"Statement":{"Principal":{"AWS":{}}}})", "{}", " 1"})
    EXPECT_EQ(with_principals(without, change), without);
}

}  // namespace
}  // namespace millrace::policy
