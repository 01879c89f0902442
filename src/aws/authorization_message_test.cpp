// Encoded messages: what AWS's form says, who may open one, and that none is too long to be asked
// about.
#include "aws/authorization_message.hpp"

#include "base/json.hpp"
#include "base/testing/memory_files.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

class AuthorizationMessage : public ::testing::Test {
 protected:
  AuthorizationMessage() {
    question.principal.kind = policy::Principal::Kind::user;
    question.principal.account = "123456789012";
    question.principal.arn = "arn:aws:iam::123456789012:user/ann";
    question.principal.user_id = "AIDAEXAMPLE";
    question.principal.name = "ann";
    question.action = "ec2:RunInstances";
    question.resource = "arn:aws:ec2:us-east-1:123456789012:instance/*";
    question.conditions = {{"ec2:Tenancy", {"default"}}};
    decision.policy_kind = "identity-based policy";
  }
  base::Value decoded() {
    return base::parse_json(
        decoded_message(vault, "123456789012", encoded_message(vault, question, decision)).value());
  }

  base::testing::MemoryFiles files;
  base::SeededRandom random{1};
  identity::Vault vault{files, random, "/v"};
  policy::Question question;
  policy::Decision decision;
};

TEST_F(AuthorizationMessage, SaysWhatWasAskedInAwssForm) {
  EXPECT_EQ(base::write_json(decoded()),
            R"({"allowed":false,"explicitDeny":false,"matchedStatements":{"items":[]},)"
            R"("failures":{"items":[]},"context":{"principal":{"id":"AIDAEXAMPLE","name":"ann",)"
            R"("arn":"arn:aws:iam::123456789012:user/ann"},"action":"ec2:RunInstances",)"
            R"("resource":"arn:aws:ec2:us-east-1:123456789012:instance/*",)"
            R"("conditions":{"items":[{"key":"ec2:Tenancy",)"
            R"("values":{"items":[{"value":"default"}]}}]}}})");
}

TEST_F(AuthorizationMessage, NamesTheStatementThatDenied) {
  decision.effect = policy::Decision::Effect::explicit_deny;
  decision.statement_id = "No";
  const base::Value message = decoded();
  EXPECT_TRUE(message.find("explicitDeny")->flag());
  const base::Value& statement = message.find("matchedStatements")->find("items")->list().at(0);
  EXPECT_EQ(statement.find("statementId")->text(), "No");
  EXPECT_EQ(statement.find("effect")->text(), "DENY");
}

TEST_F(AuthorizationMessage, IsMadeOfWhatUrlsTake) {
  for (int i = 0; i < 20; ++i) {
    const std::string text = encoded_message(vault, question, decision);
    EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-_"),
              std::string::npos);
    question.resource += "x";
  }
}

TEST_F(AuthorizationMessage, IsForItsAccountAndAsItWasMade) {
  std::string text = encoded_message(vault, question, decision);
  EXPECT_FALSE(decoded_message(vault, "210987654321", text));
  text[text.size() / 2] = text[text.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(decoded_message(vault, "123456789012", text));
  for (const char* wrong : {"", "A", "not base64!", "AAAA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    EXPECT_FALSE(decoded_message(vault, "123456789012", wrong)) << wrong;
}

TEST_F(AuthorizationMessage, LeavesConditionsOutWhenItWouldBeTooLong) {
  question.conditions["aws:UserAgent"] = {std::string(9000, 'x')};
  const std::string text = encoded_message(vault, question, decision);
  EXPECT_LE(text.size(), 10'240U);
  const base::Value message =
      base::parse_json(decoded_message(vault, "123456789012", text).value());
  EXPECT_TRUE(message.find("context")->find("conditions")->find("items")->list().empty());
}

}  // namespace
}  // namespace millrace::aws
