// The policy language: a JSON document read once into statements that decide quickly.
#pragma once

#include "policy/condition.hpp"
#include "policy/pattern.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::policy {

// The document breaks the grammar; the message is AWS's.
struct MalformedPolicy : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The document is AWS's language, but says something that is not decided here yet.
struct UnsupportedPolicy : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class PolicyKind {
  inline_identity,  // of a user or role
  managed,
  session,
  trust,             // who may assume a role
  resource,          // of a resource; its actions and resources are its service's to check
  service_control,   // of an organisation, over its accounts' principals
  resource_control,  // of an organisation, over its accounts' resources: denies, and names
                     // everybody
  aws_managed,       // ships with the program: may name condition keys that no request has here
};

// Who a statement of a trust or resource policy speaks of.
struct Principals {
  bool everyone = false;
  bool all_but = false;                // NotPrincipal
  std::vector<std::string> aws;        // account ids, ARNs
  std::vector<std::string> canonical;  // accounts by their canonical user ids
  std::vector<std::string> services;   // "sagemaker.amazonaws.com"
  std::vector<std::string> federated;  // ARNs of identity providers, domains of AWS's own
  // Groups of access control lists: all accounts, and those with the anonymous.
  bool all_accounts = false;
  bool all_callers = false;
};

// Where a statement stands in the policy's document as it was put: line and column after the
// bracket that opens it (or its list), and after the one that closes it, from 1; AWS counts so.
struct Span {
  std::uint32_t start_line = 0;
  std::uint32_t start_column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;
};

struct Statement {
  std::string sid;
  bool denies = false;
  std::vector<Pattern> actions;
  bool all_but_actions = false;  // NotAction
  std::vector<ArnPattern> resources;
  bool all_but_resources = false;  // NotResource
  Principals principals;
  std::vector<Condition> conditions;
  Span span = {};

  // Action, resource and conditions; who asks is the matter of whoever holds the policy.
  [[nodiscard]] bool covers(const Context& context) const;
  [[nodiscard]] bool covers_action(const Context& context) const;
  [[nodiscard]] bool covers_resource(const Context& context) const;
  [[nodiscard]] bool conditions_hold(const Context& context) const;
};

// The statements that may speak of a service's actions, so that others need not be asked.
struct Speakers {
  std::string service;                // "s3"; empty: of services that no statement names
  std::vector<std::uint32_t> allows;  // places in Policy::statements
  std::vector<std::uint32_t> denies;
};

struct Policy {
  std::string version;
  std::vector<Statement> statements;
  std::vector<Speakers> index = {};  // the first is the one without a service; empty: ask everybody

  // The first statement that covers what is asked.
  [[nodiscard]] const Statement* find(const Context& context, bool denies) const;
  // Calls `visit` with the statements that may speak of the action until it returns false.
  template <class Visit>
  void each(std::string_view action, bool denies, const Visit& visit) const;

 private:
  [[nodiscard]] const Speakers& speakers(std::string_view action) const;
};

template <class Visit>
void Policy::each(std::string_view action, bool denies, const Visit& visit) const {
  if (index.empty()) {
    for (const Statement& statement : statements) {
      if (statement.denies == denies && !visit(statement)) return;
    }
    return;
  }
  const Speakers& some = speakers(action);
  for (const std::uint32_t place : denies ? some.denies : some.allows) {
    if (!visit(statements[place])) return;
  }
}

// Fills the index of a policy whose statements are complete.
void index_statements(Policy& policy);

// A policy as somebody holds it.
struct NamedPolicy {
  std::string name;
  // Shared: a decision goes on with the policy that it began with while another call replaces it.
  std::shared_ptr<const Policy> policy;
  std::string arn = {};  // of a managed policy or a control policy: refusals name it
};

// Throws MalformedPolicy or UnsupportedPolicy.
[[nodiscard]] Policy parse_policy(std::string_view document, PolicyKind kind);

// The number of characters that AWS counts against its limits: all but white space.
[[nodiscard]] std::size_t policy_size(std::string_view document);

}  // namespace millrace::policy
