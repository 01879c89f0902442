// The organisation itself: made, shown, deleted, left, and its feature set.
#include "organizations/handshakes.hpp"
#include "organizations/members.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

struct CreateOrganization {
  engine::FeatureSet features = engine::FeatureSet::all;
};

CreateOrganization read_create(const View& in) {
  const bool is_all = in.take("FeatureSet").text_or("ALL") == "ALL";
  return {.features = is_all ? engine::FeatureSet::all : engine::FeatureSet::consolidated_billing};
}

Value create(Service& service, const aws::Call& call, const CreateOrganization& ask) {
  Asker(service, call).require_leave();
  return Map{{"Organization",
              organization_answer(*service.organizations.create(call.account, ask.features))}};
}

Value describe(Service& service, const aws::Call& call, const aws::Nothing&) {
  return Map{{"Organization", organization_answer(Asker(service, call).require())}};
}

Value erase(Service& service, const aws::Call& call, const aws::Nothing&) {
  Asker(service, call).require();
  service.organizations.erase(call.account);
  return Map{};
}

Value leave(Service& service, const aws::Call& call, const aws::Nothing&) {
  const std::string management = Asker(service, call).require().management;
  service.organizations.change(management, [&](engine::Organization& organization) {
    engine::leave(organization, call.account, call.now);
  });
  return Map{};
}

Value enable_all_features(Service& service, const aws::Call& call, const aws::Nothing&) {
  Asker(service, call).require();
  std::string id;
  const auto after =
      service.organizations.change(call.account, [&](engine::Organization& organization) {
        id = engine::ask_for_all_features(organization, call.now, service.random).id;
      });
  return Map{{"Handshake", handshake_answer(*after, after->handshakes.find(id)->second, call.now)}};
}

struct ListRoots {
  Paging paging;
};

ListRoots read_roots(const View& in) { return {.paging = read_paging(in)}; }

Value roots(Service& service, const aws::Call& call, const ListRoots& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require();
  return page({{organization.root, root_answer(organization)}}, ask.paging, "Roots",
              call.operation + organization.id);
}

constexpr aws::Operation table[] = {
    operation<read_create, create>("CreateOrganization"),
    operation<aws::read_nothing, erase>("DeleteOrganization"),
    operation<aws::read_nothing, describe>("DescribeOrganization"),
    operation<aws::read_nothing, enable_all_features>("EnableAllFeatures"),
    operation<aws::read_nothing, leave>("LeaveOrganization"),
    operation<read_roots, roots>("ListRoots"),
};

}  // namespace

const std::span<const aws::Operation> organization_operations = table;

}  // namespace millrace::service::organizations
