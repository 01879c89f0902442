// The grammar of policies: what is taken, and AWS's words for what is not.
#include "policy/policy.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

std::string malformed(std::string_view document, PolicyKind kind = PolicyKind::inline_identity) {
  try {
    (void)parse_policy(document, kind);
  } catch (const MalformedPolicy& error) {
    return error.what();
  }
  return "no error";
}

std::string unsupported(std::string_view document, PolicyKind kind = PolicyKind::inline_identity) {
  try {
    (void)parse_policy(document, kind);
  } catch (const UnsupportedPolicy& error) {
    return error.what();
  }
  return "no error";
}

std::string with_statement(const std::string& members) {
  return R"({"Version":"2012-10-17","Statement":{"Effect":"Allow",)" + members + "}}";
}

constexpr std::string_view syntax = "Syntax errors in policy.";

TEST(ParsePolicy, ReadsOneOrSeveralStatements) {
  const auto one =
      parse_policy(with_statement(R"("Action":"s3:*","Resource":"*")"), PolicyKind::managed);
  EXPECT_EQ(one.statements.size(), 1U);
  const auto two = parse_policy(
      R"({"Version":"2012-10-17","Id":"x","Statement":[
        {"Sid":"A","Effect":"Deny","NotAction":["s3:*","iam:Get?ser"],"NotResource":["arn:aws:s3:::b"]},
        {"Sid":"B","Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}}]})",
      PolicyKind::inline_identity);
  ASSERT_EQ(two.statements.size(), 2U);
  EXPECT_TRUE(two.statements[0].denies);
  EXPECT_TRUE(two.statements[0].all_but_actions);
  EXPECT_TRUE(two.statements[0].all_but_resources);
  EXPECT_EQ(two.statements[1].conditions.size(), 1U);
}

TEST(ParsePolicy, RefusesWhatIsNoPolicy) {
  for (const char* document :
       {"", "{", "[]", "{}", R"({"Statement":[]})", R"({"Statement":[1]})",
        R"({"Version":"2020-01-01","Statement":[]})", R"({"Version":7,"Statement":[]})"}) {
    EXPECT_EQ(malformed(document), syntax) << document;
  }
  EXPECT_EQ(malformed("{", PolicyKind::trust), "This policy contains invalid Json");
}

TEST(ParsePolicy, RefusesStatementsInAwsWords) {
  const auto says = [](const std::string& members) { return malformed(with_statement(members)); };
  EXPECT_EQ(says(R"("Action":"s3:*","Resource":"*","Principal":"*")"),
            "Policy document should not specify a principal.");
  for (const char* members :
       {R"("Action":"s3:*","NotAction":"s3:*","Resource":"*")",
        R"("Action":"s3:*","Resource":"*","NotResource":"*")",
        R"("Action":"s3:*","Resource":"*","Extra":1)", R"("Action":{},"Resource":"*")",
        R"("Action":["s3:*",[]],"Resource":"*")", R"("Action":"s3:*","Resource":["*",null])",
        R"("Action":"s3:*","Resource":"*","Sid":[])",
        R"("Action":"s3:*","Resource":"*","Condition":[])",
        R"("Action":"s3:*","Resource":"*","Condition":{"a":"b"})",
        R"("Action":"s3:*","Resource":"*","Condition":{"StringEqual":{"aws:username":"a"}})",
        R"("Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":{}}})",
        R"("Action":"s3:*","Resource":"*","Condition":{"Null":{"aws:username":"maybe"}})"}) {
    EXPECT_EQ(says(members), syntax) << members;
  }
  for (const char* effect : {"\"Permit\"", "[]", "7"}) {
    EXPECT_EQ(malformed(R"({"Version":"2012-10-17","Statement":{"Effect":)" + std::string(effect) +
                        R"(,"Action":"s3:*","Resource":"*"}})"),
              syntax);
  }
}

TEST(ParsePolicy, TakesConditionsThatCompareNothing) {
  for (const char* block :
       {"{}", R"({"NoOperator":{}})", R"({"DateLessThan":{}})",
        R"({"DateLessThan":{"aws:CurrentTime":[]}})", R"({"StringEquals":{"a":"x"}})"}) {
    EXPECT_EQ(malformed(with_statement(R"("Action":"s3:*","Resource":"*","Condition":)" +
                                       std::string(block))),
              "no error")
        << block;
  }
  // Where principals are named they are errors.
  const auto trust = [](const std::string& block) {
    return malformed(
        with_statement(R"("Principal":"*","Action":"sts:AssumeRole","Condition":)" + block),
        PolicyKind::trust);
  };
  EXPECT_EQ(trust(R"({"NoOperator":{}})"), "Invalid Condition type : NoOperator");
  EXPECT_EQ(trust(R"({"StringEquals":{"aws:username":[]}})"), "This policy contains invalid Json");
  EXPECT_EQ(trust(R"({"StringEquals":{"a":"x"}})"),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
}

std::string with_key(const std::string& key) {
  return with_statement(R"("Action":"*","Resource":"*","Condition":{"StringEquals":{")" + key +
                        R"(":"x"}})");
}

TEST(ParsePolicy, RefusesKeysThatRequestsHereShouldHaveAndLack) {
  EXPECT_EQ(unsupported(with_key("s3:isReplicationPauseRequest")),
            "The condition key s3:isReplicationPauseRequest is not supported.");
  EXPECT_EQ(unsupported(with_key("S3:ISREPLICATIONPAUSEREQUEST")),
            "The condition key S3:ISREPLICATIONPAUSEREQUEST is not supported.");
  // No request here can have these, as AWS's own lack them: they are decided on as absent.
  for (const char* key : {"aws:Ec2InstanceSourceVpc", "ec2:InstanceType", "sagemaker:DomainId",
                          "token.actions.githubusercontent.com:sub", "aws:Misspelt"}) {
    EXPECT_EQ(unsupported(with_key(key)), "no error") << key;
  }
  // AWS's own policies ship as they are.
  EXPECT_EQ(parse_policy(with_key("s3:isReplicationPauseRequest"), PolicyKind::aws_managed)
                .statements.size(),
            1U);
}

TEST(ParsePolicy, FindsStatementsByTheServiceOfAnAction) {
  const auto policy = parse_policy(
      R"({"Version":"2012-10-17","Statement":[
        {"Sid":"A","Effect":"Allow","Action":"s3:Get*","Resource":"*"},
        {"Sid":"B","Effect":"Allow","Action":["SQS:*","sns:Publish"],"Resource":"*"},
        {"Sid":"C","Effect":"Deny","NotAction":"iam:*","Resource":"*"},
        {"Sid":"D","Effect":"Allow","Action":"*","Resource":"*"}]})",
      PolicyKind::inline_identity);
  const auto asked = [&](std::string_view action, bool denies) {
    std::string sids;
    policy.each(action, denies, [&](const Statement& statement) {
      sids += statement.sid;
      return true;
    });
    return sids;
  };
  EXPECT_EQ(asked("s3:GetObject", false), "AD");
  EXPECT_EQ(asked("sqs:SendMessage", false), "BD");
  EXPECT_EQ(asked("sns:Publish", false), "BD");
  EXPECT_EQ(asked("ec2:RunInstances", false), "D");
  EXPECT_EQ(asked("ec2:RunInstances", true), "C");
  parse_policy(with_statement(R"("Action":"s3:*","Resource":"*")"), PolicyKind::managed)
      .each("ec2:RunInstances", false, [](const Statement&) {
        ADD_FAILURE() << "a statement about S3";
        return true;
      });
}

// As an organisation's delegations are, put together of several.
TEST(ParsePolicy, AStatementMoreIsFoundOnceItIsIndexed) {
  const auto parsed = [](const std::string& members) {
    return parse_policy(with_statement(members), PolicyKind::resource);
  };
  Policy policy = parsed(R"("Principal":"*","Action":"s3:*","Resource":"*")");
  const Policy more = parsed(R"("Principal":"*","Action":["sq*"],"Resource":"*")");
  policy.statements.push_back(more.statements.front());
  index_statements(policy);
  Question question;
  question.resource = "arn:aws:sqs:us-east-1:111111111111:q";
  for (const char* action : {"sqs:SendMessage", "s3:GetObject"}) {
    question.action = action;
    EXPECT_NE(policy.find(Context(question, {}), false), nullptr) << action;
    EXPECT_EQ(policy.find(Context(question, {}), true), nullptr) << action;
  }
}

// AWS's examples of its simulator give these positions.
TEST(ParsePolicy, KnowsWhereStatementsStand) {
  const auto one = parse_policy(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}})",
      PolicyKind::inline_identity);
  const Span& span = one.statements.front().span;
  EXPECT_EQ(span.start_line, 1U);
  EXPECT_EQ(span.start_column, 38U);
  EXPECT_EQ(span.end_line, 1U);
  EXPECT_EQ(span.end_column, 167U);
  const auto two = parse_policy(R"({
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "A",
            "Condition": {"StringEquals": {"aws:username": "}]"}},
            "Effect": "Allow",
            "Action": "codecommit:ListRepositories",
            "Resource": "*"
        },
        { "Effect": "Deny", "Action": "s3:*", "Resource": [ "*" ] }
    ]
})",
                                PolicyKind::inline_identity);
  ASSERT_EQ(two.statements.size(), 2U);
  EXPECT_EQ(two.statements[0].span.start_line, 3U);
  EXPECT_EQ(two.statements[0].span.start_column, 19U);
  EXPECT_EQ(two.statements[0].span.end_line, 10U);
  EXPECT_EQ(two.statements[0].span.end_column, 10U);
  EXPECT_EQ(two.statements[1].span.end_line, 11U);
}

TEST(ParseResourceControl, OnlyDeniesToEverybody) {
  const auto says = [](const std::string& statement) {
    return malformed(R"({"Version":"2012-10-17","Statement":)" + statement + "}",
                     PolicyKind::resource_control);
  };
  EXPECT_EQ(says(R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})"),
            "no error");
  for (const char* statement :
       {R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"})",
        R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})",
        R"({"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"})",
        R"({"Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"*"})",
        R"({"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"})"}) {
    EXPECT_EQ(says(statement),
              "The provided policy document does not meet the requirements of the specified "
              "policy type.")
        << statement;
  }
}

TEST(ParseTrust, RefusesInAwsWords) {
  const auto says = [](const std::string& members) {
    return malformed(with_statement(members), PolicyKind::trust);
  };
  EXPECT_EQ(says(R"("Action":"sts:AssumeRole")"), "Missing required field Principal");
  EXPECT_EQ(says(R"("Principal":"*")"), "Missing required field Action");
  EXPECT_EQ(says(R"("Principal":"*","Action":"sts:AssumeRole","Resource":"*")"),
            "Has prohibited field Resource");
  EXPECT_EQ(says(R"("Principal":"*","Action":"s3:GetObject")"),
            "AssumeRole policy may only specify STS AssumeRole actions.");
  EXPECT_EQ(says(R"("Principal":{"AWS":"someone"},"Action":"sts:AssumeRole")"),
            R"(Invalid principal in policy: "AWS":"someone")");
  EXPECT_EQ(says(R"("Principal":{"Service":"sagemaker"},"Action":"sts:AssumeRole")"),
            R"(Invalid principal in policy: "Service":"sagemaker")");
  EXPECT_EQ(says(R"("Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole")"),
            "no error");
  EXPECT_EQ(says(R"("Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"STS:assumerole")"),
            "no error");
  EXPECT_EQ(says(R"("NotPrincipal":"*","Action":"sts:AssumeRole")"),
            "Has prohibited field NotPrincipal");
  EXPECT_EQ(says(R"("Principal":{"Federated":"nobody"},"Action":"sts:AssumeRole")"),
            R"(Invalid principal in policy: "Federated":"nobody")");
  EXPECT_EQ(malformed("{}", PolicyKind::trust), "Missing required field Statement");
}

TEST(PolicySize, CountsAllButWhiteSpace) { EXPECT_EQ(policy_size("{ \"a\" :\r\n\t1 }"), 7U); }

}  // namespace
}  // namespace millrace::policy
