// The account's alias: a name for its number, of which there is one in all accounts.
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

struct Alias {
  std::string name;
};

Alias read_alias(const View& in) { return {.name = in.take("AccountAlias").text()}; }

Value create_alias(Service& service, const aws::Call& call, const Alias& ask) {
  service.directory.settings.set_alias(call.account, ask.name);
  return Map{};
}

Value delete_alias(Service& service, const aws::Call& call, const Alias& ask) {
  service.directory.settings.remove_alias(call.account, ask.name);
  return Map{};
}

Paging read_list(const View& in) { return read_paging(in); }

Value list_aliases(Service& service, const aws::Call& call, const Paging& ask) {
  Items items;
  if (const auto alias = service.directory.settings.alias(call.account))
    items.emplace_back(*alias, *alias);
  return page(std::move(items), ask, "AccountAliases", "ListAccountAliases");
}

constexpr aws::Operation table[] = {
    operation<read_alias, create_alias>("CreateAccountAlias"),
    operation<read_alias, delete_alias>("DeleteAccountAlias"),
    operation<read_list, list_aliases>("ListAccountAliases"),
};

}  // namespace

const std::span<const aws::Operation> account_alias_operations = table;

}  // namespace millrace::service::iam
