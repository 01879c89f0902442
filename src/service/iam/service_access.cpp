// Access advisor: what an entity's policies let it reach, and what of it was ever tried.
#include "identity/service_access.hpp"

#include "base/arn.hpp"
#include "base/random.hpp"
#include "identity/entity_record.hpp"
#include "identity/errors.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

#include <chrono>

namespace millrace::service::iam {
namespace {

using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using identity::Subject;

constexpr std::string_view job_kind = "iam/access-job";
constexpr std::chrono::days job_lifetime{7};

Subject subject(Service& service, const aws::Call& call, const std::string& arn) {
  auto found = identity::find_subject(service.directory, call.account, arn);
  if (!found)
    throw aws::Error("InvalidInput", "Invalid ARN: " + arn + " names no IAM resource.", 400);
  return std::move(*found);
}

std::vector<aws::Need> on_arn(const aws::Call& call, const Value& input) {
  const Value* arn = input.find("Arn");
  return {{.action = "iam:" + call.operation,
           .resource = arn != nullptr ? arn->text() : "*",
           .conditions = {}}};
}

// --- GenerateServiceLastAccessedDetails

struct Generate {
  std::string arn;
  std::string granularity;
};

Generate read_generate(const View& in) {
  return {.arn = in.take("Arn").text(),
          .granularity = in.take("Granularity").text_or("SERVICE_LEVEL")};
}

store::Key job_key(const aws::Call& call, const std::string& id) {
  return identity::entity_key(job_kind, call.account, id);
}

void forget_old_jobs(Service& service, const aws::Call& call) {
  for (const store::Record& job : service.records.list(job_key(call, ""))) {
    if (call.now - job.created > job_lifetime) service.records.erase(job.key);
  }
}

Value generate(Service& service, const aws::Call& call, const Generate& ask) {
  (void)subject(service, call, ask.arn);
  forget_old_jobs(service, call);
  const std::string id = base::uuid4(service.random);
  service.records.create({.key = job_key(call, id),
                          .arn = base::arn("iam", "", call.account, "access-job/" + id),
                          .document = Map{{"arn", ask.arn}, {"granularity", ask.granularity}},
                          .created = call.now,
                          .modified = call.now,
                          .status = ""});
  return Map{{"JobId", id}};
}

// --- GetServiceLastAccessedDetails

struct Job {
  store::Record record;
  std::string granularity;
  Subject subject;
};

Job existing_job(Service& service, const aws::Call& call, const std::string& id) {
  auto record = service.records.find(job_key(call, id));
  if (!record) throw identity::NoSuchEntity("Job " + id + " cannot be found.");
  Subject found = subject(service, call, record->document.find("arn")->text());
  std::string granularity = record->document.find("granularity")->text();
  return {.record = std::move(*record),
          .granularity = std::move(granularity),
          .subject = std::move(found)};
}

void add_job(const Job& job, Map& answer) {
  answer.set("JobStatus", "COMPLETED");
  answer.set("JobCreationDate", time_answer(job.record.created));
  answer.set("JobCompletionDate", time_answer(job.record.created));
}

struct GetJob {
  std::string id;
  Paging paging;
};

GetJob read_get_job(const View& in) {
  return {.id = in.take("JobId").text(), .paging = read_paging(in)};
}

List action_list(const identity::ServiceAccess& access) {
  List list;
  for (const identity::Access& action : access.actions) {
    list.emplace_back(Map{{"ActionName", action.operation},
                          {"LastAccessedEntity", action.who.arn},
                          {"LastAccessedTime", time_answer(action.at)},
                          {"LastAccessedRegion", action.region}});
  }
  return list;
}

Map access_answer(const identity::ServiceAccess& access, const std::string& name,
                  bool with_actions) {
  Map answer{{"ServiceName", name},
             {"ServiceNamespace", access.service},
             {"TotalAuthenticatedEntities", static_cast<std::int64_t>(access.entities)}};
  if (access.last) {
    answer.set("LastAuthenticated", time_answer(access.last->at));
    answer.set("LastAuthenticatedEntity", access.last->who.arn);
    answer.set("LastAuthenticatedRegion", access.last->region);
  }
  if (with_actions && !access.actions.empty())
    answer.set("TrackedActionsLastAccessed", action_list(access));
  return answer;
}

Value get_details(Service& service, const aws::Call& call, const GetJob& ask) {
  const Job job = existing_job(service, call, ask.id);
  const identity::ServiceNames names;
  Items items;
  for (const auto& access : identity::service_accesses(service.directory, names, job.subject)) {
    items.emplace_back(access.service, access_answer(access, names.all().at(access.service),
                                                     job.granularity == "ACTION_LEVEL"));
  }
  Map answer = page(std::move(items), ask.paging, "ServicesLastAccessed", call.operation + ask.id);
  add_job(job, answer);
  answer.set("JobType", job.granularity);
  return answer;
}

// --- GetServiceLastAccessedDetailsWithEntities

struct GetEntities {
  GetJob job;
  std::string service;
};

GetEntities read_get_entities(const View& in) {
  return {.job = read_get_job(in), .service = in.take("ServiceNamespace").text()};
}

Map entity_info(const identity::Entity& entity) {
  const bool is_role = entity.arn.find(":role/") != std::string::npos;
  return Map{{"Arn", entity.arn},
             {"Name", entity.name},
             {"Type", is_role ? "ROLE" : "USER"},
             {"Id", entity.id},
             {"Path", entity.path}};
}

Value get_entities(Service& service, const aws::Call& call, const GetEntities& ask) {
  const Job job = existing_job(service, call, ask.job.id);
  Items items;
  for (const auto& access : identity::accesses_of(service.directory, job.subject, ask.service)) {
    Map shown{{"EntityInfo", entity_info(access.who)}};
    if (access.at) shown.set("LastAuthenticated", time_answer(*access.at));
    items.emplace_back(access.who.arn, std::move(shown));
  }
  Map answer = page(std::move(items), ask.job.paging, "EntityDetailsList",
                    call.operation + ask.job.id + ask.service);
  add_job(job, answer);
  return answer;
}

// --- ListPoliciesGrantingServiceAccess

struct ListGranting {
  std::string arn;
  std::vector<std::string> services;
  std::optional<std::string> marker;
};

ListGranting read_list_granting(const View& in) {
  return {.arn = in.take("Arn").text(),
          .services = in.take("ServiceNamespaces").texts(),
          .marker = in.take("Marker").optional_text()};
}

Map granting_answer(const identity::HeldPolicy& policy) {
  Map answer{{"PolicyName", policy.name},
             {"PolicyType", policy.arn.empty() ? "INLINE" : "MANAGED"}};
  if (!policy.arn.empty()) {
    answer.set("PolicyArn", policy.arn);
    return answer;
  }
  constexpr const char* types[] = {"USER", "ROLE", "GROUP"};
  answer.set("EntityType", types[static_cast<std::size_t>(policy.owner.holder)]);
  answer.set("EntityName", policy.owner.name);
  return answer;
}

Value list_granting(Service& service, const aws::Call& call, const ListGranting& ask) {
  const Subject about = subject(service, call, ask.arn);
  if (about.type == Subject::Type::policy)
    throw aws::Error("InvalidInput", "Invalid ARN: " + ask.arn + " is a policy's.", 400);
  Items items;
  for (const std::string& name : ask.services) {
    List policies;
    for (const identity::HeldPolicy& policy : about.policies) {
      if (identity::grants_service(policy.document, name))
        policies.emplace_back(granting_answer(policy));
    }
    items.emplace_back(name, Map{{"ServiceNamespace", name}, {"Policies", std::move(policies)}});
  }
  return page(std::move(items), {.marker = ask.marker}, "PoliciesGrantingServiceAccess",
              call.operation + ask.arn);
}

constexpr aws::Operation table[] = {
    operation<read_generate, generate>("GenerateServiceLastAccessedDetails", {.access = on_arn}),
    operation<read_get_job, get_details>("GetServiceLastAccessedDetails"),
    operation<read_get_entities, get_entities>("GetServiceLastAccessedDetailsWithEntities"),
    operation<read_list_granting, list_granting>("ListPoliciesGrantingServiceAccess",
                                                 {.access = on_arn}),
};

}  // namespace

const std::span<const aws::Operation> service_access_operations = table;

}  // namespace millrace::service::iam
