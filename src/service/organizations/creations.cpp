// New accounts, and what became of requests for them.
#include "service/organizations/answers.hpp"
#include "service/organizations/errors.hpp"
#include "service/organizations/service.hpp"

#include <algorithm>

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

struct CreateAccount {
  engine::NewAccount account;
};

CreateAccount read_create(const View& in) {
  (void)in.inert("IamUserAccessToBilling", "there are no bills to see");
  return {.account = engine::NewAccount{
              .name = in.take("AccountName").text(),
              .email = in.take("Email").text(),
              .role = in.take("RoleName").text_or("OrganizationAccountAccessRole"),
              .tags = read_tags(in)}};
}

Value create(Service& service, const aws::Call& call, const CreateAccount& ask) {
  const Asker asker(service, call);
  asker.require_leave({"*"}, tag_conditions(ask.account.tags));
  asker.require_tagging(asker.arns().account("*"), ask.account.tags);
  const std::string management = asker.organization().management;
  if (ask.account.role.starts_with("AWSServiceRoleFor"))
    throw invalid_input(
        "You provided a role name that isn't valid. A role name can't begin with the reserved "
        "prefix AWSServiceRoleFor.",
        "INVALID_ROLE_NAME");
  return Map{{"CreateAccountStatus",
              creation_answer(service.organizations.create_account(management, ask.account))}};
}

struct RequestId {
  std::string id;
};

RequestId read_id(const View& in) { return {.id = in.take("CreateAccountRequestId").text()}; }

Value describe(Service& service, const aws::Call& call, const RequestId& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require();
  const auto found = organization.creations.find(ask.id);
  if (found == organization.creations.end())
    throw engine::Refused(engine::Why::creation_not_found,
                          "You specified a create account request that doesn't exist.");
  return Map{{"CreateAccountStatus", creation_answer(found->second)}};
}

struct ListStatus {
  std::vector<std::string> states;
  Paging paging;
};

ListStatus read_list(const View& in) {
  return {.states = in.take("States").texts(), .paging = read_paging(in)};
}

Value list(Service& service, const aws::Call& call, const ListStatus& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require();
  Items items;
  std::string scope = call.operation + organization.id;
  for (const std::string& state : ask.states) scope += state;
  for (const auto& [id, creation] : organization.creations) {
    Map answer = creation_answer(creation);
    const std::string& state = answer.find("State")->text();
    const bool is_wanted = ask.states.empty() || std::find(ask.states.begin(), ask.states.end(),
                                                           state) != ask.states.end();
    if (is_wanted) items.emplace_back(id, std::move(answer));
  }
  return page(std::move(items), ask.paging, "CreateAccountStatuses", scope);
}

constexpr aws::Operation table[] = {
    operation<read_create, create>("CreateAccount"),
    operation<read_id, describe>("DescribeCreateAccountStatus"),
    operation<read_list, list>("ListCreateAccountStatus"),
};

}  // namespace

const std::span<const aws::Operation> creation_operations = table;

}  // namespace millrace::service::organizations
