#include "policy/testing/any_condition.hpp"

#include <string>
#include <utility>
#include <vector>

namespace millrace::policy::testing {
namespace {

// What a policy may say of a key, and what a request may have for it.
struct Subject {
  Texts keys;
  Texts operators;
  Texts wanted;
  Texts given;  // none: such keys follow from who asks
  bool has_many = false;
};

const Texts string_operators = {
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
    "StringLike",   "StringNotLike"};
const Texts date_operators = {"DateEquals",         "DateNotEquals",   "DateLessThan",
                              "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"};

std::vector<Subject> texts() {
  return {
      {.keys = {"aws:RequestTag/team", "aws:ResourceTag/team", "s3:prefix", "aws:UserAgent"},
       .operators = string_operators,
       .wanted = {"a", "ab", "A", "a*", "?", "*", "", "${aws:username}", "${aws:PrincipalTag/team}",
                  "${aws:PrincipalTag/team, 'a'}", "${*}", "a${?}", "${$}",
                  "${aws:PrincipalTag/no}", "${AWS:principaltag/TEAM}b", "${s3:prefix}"},
       .given = {"a", "ab", "A", "b", "*", "a?", "$", "ann"}},
      {.keys = {"aws:PrincipalTag/team", "aws:username", "aws:PrincipalType",
                "aws:PrincipalAccount", "aws:ResourceAccount", "aws:PrincipalServiceName",
                "aws:FederatedProvider"},
       .operators = string_operators,
       .wanted = {"a", "ann", "a*", "User", "AssumedRole", "Account", "111111111111", "1*",
                  "${aws:ResourceAccount}", "logging.s3.amazonaws.com", "anonymous", "Anonymous",
                  "accounts.google.com"}},
      {.keys = {"aws:PrincipalOrgID", "aws:ResourceOrgID"},
       .operators = string_operators,
       .wanted = {"o-aaaaaaaaaa", "o-*", "o-bbbbbbbbbb", "${aws:ResourceOrgID}"}},
      {.keys = {"aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"},
       .operators = {"StringEquals", "StringLike", "StringNotLike"},
       .wanted = {"o-aaaaaaaaaa/*", "o-aaaaaaaaaa/r-aaaa/", "*/ou-*", "o-aaaaaaaaaa/r-aaaa/ou-*/"},
       .has_many = true},
      {.keys = {"aws:TagKeys", "s3:RequestObjectTagKeys"},
       .operators = string_operators,
       .wanted = {"team", "t*", "cost", "Team"},
       .given = {"team", "cost", "Team"},
       .has_many = true},
  };
}

std::vector<Subject> measures_and_names() {
  return {
      {.keys = {"s3:max-keys", "s3:signatureAge"},
       .operators = {"NumericEquals", "NumericNotEquals", "NumericLessThan",
                     "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"},
       .wanted = {"10", "10.0", "9.5", "-1", "1e1", "a"},
       .given = {"10", "9", "11", "10.5", "b"}},
      {.keys = {"aws:MultiFactorAuthAge"},
       .operators = {"NumericLessThan", "NumericGreaterThanEquals"},
       .wanted = {"60", "3600"}},
      {.keys = {"aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"},
       .operators = date_operators,
       .wanted = {"2027-01-15T08:00:00Z", "1800000000", "2027-01-15", "2027-01",
                  "2027-01-15T10:00:00+02:00", "2027-01-15T08:00Z", "2027-01-15T07:59:59.999Z",
                  "2027-01-15T03:30:00-04:30"}},
      {.keys = {"s3:object-lock-retain-until-date"},
       .operators = date_operators,
       .wanted = {"2027-01-15T08:00:00Z", "2027-01-16", "tomorrow"},
       .given = {"2027-01-15T08:00:00Z", "2027-01-16T00:00:00Z", "2027-01-17"}},
      {.keys = {"aws:SecureTransport", "aws:ViaAWSService"},
       .operators = {"Bool"},
       .wanted = {"true", "false", "True"},
       .given = {"true", "false"}},
      {.keys = {"aws:PrincipalIsAWSService", "aws:MultiFactorAuthPresent"},
       .operators = {"Bool"},
       .wanted = {"true", "false"}},
      {.keys = {"s3:VersionId"},
       .operators = {"BinaryEquals"},
       .wanted = {"QQ==", "QUE=", "not base64"},
       .given = {"QQ==", "QkI="}},
      {.keys = {"aws:SourceIp", "aws:VpcSourceIp"},
       .operators = {"IpAddress", "NotIpAddress"},
       .wanted = {"10.0.0.0/8", "10.1.2.3", "10.1.2.3/32", "10.1.2.0/23", "0.0.0.0/0",
                  "2001:db8::/33", "::/0", "2001:DB8::1", "10.0.0.0/33", "a"},
       .given = {"10.1.2.3", "10.1.3.3", "11.1.2.3", "2001:db8::1", "2001:db8:8000::1"}},
      {.keys = {"aws:PrincipalArn"},
       .operators = {"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike",
                     "StringEquals"},
       .wanted = {"arn:aws:iam::111111111111:user/ann", "arn:aws:iam::*:role/*",
                  "arn:aws:iam::111111111111:*", "arn:aws:*:111111111111:user/ann",
                  "arn:aws:iam::${aws:PrincipalAccount}:user/a??",
                  "arn:aws:sts::111111111111:assumed-role/reader/s",
                  "arn:aws:iam::111111111111:root", "arn:aws:sts::111111111111:federated-user/*"}},
      {.keys = {"aws:SourceArn"},
       .operators = {"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"},
       .wanted = {"arn:aws:s3:::b", "arn:aws:s3:::${aws:username}", "arn:aws:s3:*:*:b*",
                  "arn:aws:sns:*:111111111111:a*"},
       .given = {"arn:aws:s3:::b", "arn:aws:s3:::ann", "arn:aws:sns:us-east-1:111111111111:ab",
                 "arn:aws:sns:us-east-1:2:111111111111:ab"}},
  };
}

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> all = [] {
    std::vector<Subject> both = texts();
    for (const Subject& one : measures_and_names()) both.push_back(one);
    return both;
  }();
  return all;
}

// Names of keys compare without case.
std::string spelled(Chance& chance, std::string key) {
  if (chance.one_in(6)) {
    for (char& letter : key) {
      if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    }
  }
  return key;
}

std::string any_operator(Chance& chance, const Subject& subject) {
  static const Texts sets = {"ForAllValues:", "ForAnyValue:"};
  std::string name = chance.any(subject.operators);
  // Several values are compared as sets; of a single one that is allowed too.
  if (subject.has_many || chance.one_in(8)) name = chance.any(sets) + name;
  if (chance.one_in(4)) name += "IfExists";
  return name;
}

base::Value any_wanted(Chance& chance, const Texts& from) {
  if (!chance.one_in(3)) return chance.any(from);
  base::List several;
  for (std::uint64_t i = chance.below(3) + 1; i > 0; --i) several.emplace_back(chance.any(from));
  return several;
}

void add_line(base::Map& block, const std::string& operation, const std::string& key,
              base::Value wanted) {
  if (auto* lines = block.find(operation)) {
    lines->map().set(key, std::move(wanted));
  } else {
    block.set(operation, base::Map{{key, std::move(wanted)}});
  }
}

}  // namespace

base::Map any_conditions(Chance& chance) {
  base::Map block;
  for (std::uint64_t lines = chance.below(3) + 1; lines > 0; --lines) {
    const Subject& subject = chance.any(subjects());
    const std::string key = spelled(chance, chance.any(subject.keys));
    if (chance.one_in(8)) {
      add_line(block, "Null", key, chance.one_in(2) ? "true" : "false");
    } else {
      add_line(block, any_operator(chance, subject), key, any_wanted(chance, subject.wanted));
    }
  }
  return block;
}

Keys any_keys(Chance& chance) {
  Keys keys;
  for (const Subject& subject : subjects()) {
    if (subject.given.empty()) continue;
    for (const std::string& key : subject.keys) {
      if (chance.one_in(3)) continue;
      keys[key] = {chance.any(subject.given)};
      if (subject.has_many && chance.one_in(2)) keys[key].push_back(chance.any(subject.given));
    }
  }
  return keys;
}

}  // namespace millrace::policy::testing
