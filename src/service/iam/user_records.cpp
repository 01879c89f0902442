// Whose records, and the operations that all kinds have alike.
#include "service/iam/user_records.hpp"

namespace millrace::service::iam {

using aws::Map;
using aws::Value;
using identity::UserRecord;
using identity::UserRecordKind;

RecordsOfUser records_of_user(Service& service, const aws::Call& call, const UserRecordKind& kind,
                              const std::optional<std::string>& name) {
  std::string user = user_or_caller(call, name);
  require_on_user(service, call, user);
  const std::string id = service.directory.roster.user(call.account, user).entity.id;
  return {.user = std::move(user),
          .holder = identity::RecordHolder{.account = call.account, .user_id = id},
          .records = identity::UserRecords(kind, service.records)};
}

OneRecord read_record(const aws::View& in, std::string_view id_member) {
  return {.user = in.take("UserName").optional_text(), .id = in.take(id_member).text()};
}

RecordStatus read_status(const aws::View& in, std::string_view id_member) {
  return {.record = read_record(in, id_member), .status = in.take("Status").text()};
}

std::string status_of(const UserRecord& record) { return record.active ? "Active" : "Inactive"; }

Value set_status(Service& service, const aws::Call& call, const UserRecordKind& kind,
                 const RecordStatus& ask) {
  if (ask.status == "Expired")
    throw aws::Error("InvalidInput", "The status can be set to Active or Inactive only.", 400);
  RecordsOfUser of_user = records_of_user(service, call, kind, ask.record.user);
  of_user.records.set_active(of_user.holder, ask.record.id, ask.status == "Active", call.now);
  return Map{};
}

Value erase_record(Service& service, const aws::Call& call, const UserRecordKind& kind,
                   const OneRecord& ask) {
  RecordsOfUser of_user = records_of_user(service, call, kind, ask.user);
  of_user.records.erase(of_user.holder, ask.id);
  return Map{};
}

ListRecords read_list_records(const aws::View& in) {
  return {.user = in.take("UserName").optional_text(), .paging = read_paging(in)};
}

Value list_records(Service& service, const aws::Call& call, const UserRecordKind& kind,
                   const ListRecords& ask, Map (*answer)(const UserRecord&, const std::string&),
                   std::string_view member) {
  RecordsOfUser of_user = records_of_user(service, call, kind, ask.user);
  Items items;
  for (const UserRecord& one : of_user.records.list(of_user.holder))
    items.emplace_back(one.id, answer(one, of_user.user));
  return page(std::move(items), ask.paging, member, call.operation + of_user.holder.user_id);
}

}  // namespace millrace::service::iam
