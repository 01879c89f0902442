// The whole story of one decision: each policy that was asked, what each of its statements said and
// why, stage by stage. Plain data, for whoever shows it.
#pragma once

#include "policy/question.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace millrace::policy {

struct ConditionStory {
  std::string operation;  // as the policy writes it: "ForAllValues:StringLikeIfExists"
  std::string key;
  std::vector<std::string> expected;               // as the policy writes them, variables and all
  std::optional<std::vector<std::string>> actual;  // nothing: the request has no such key
  bool holds = false;
};

struct StatementStory {
  std::size_t number = 1;  // its place in the policy, from 1
  std::string sid;
  bool denies = false;
  // Each part is looked at, also where another one settled the matter already.
  bool principal_matches = true;  // of policies that name principals
  bool action_matches = false;
  bool resource_matches = false;
  std::vector<ConditionStory> conditions;
  bool applies = false;  // all of them
};

struct PolicyStory {
  std::string name;
  std::string arn;  // of a managed policy or a control policy
  std::vector<StatementStory> statements;
};

// One kind of policy, or one level of an organisation.
struct StageStory {
  enum class Outcome {
    no_policies,  // there are none of this kind: nothing is said
    allows,
    silent,  // no statement applies
    denies,
  };
  std::string kind;   // in AWS's words: "service control policy"
  std::string place;  // whose: an account, a unit, an ARN; empty: the caller's
  Outcome outcome = Outcome::no_policies;
  std::string meaning;  // a sentence: what this outcome does to the decision
  std::vector<PolicyStory> policies;
};

struct Explanation {
  Decision decision;
  std::string sentence;            // AWS's, of a refusal; empty when allowed
  std::vector<StageStory> stages;  // in the order in which they are asked
};

}  // namespace millrace::policy
