// What the operations on users' records share (identity/user_records.hpp): whose they are, and
// those that are the same for every kind.
#pragma once

#include "identity/user_records.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::service::iam {

// A user's records of one kind, which the caller may ask for.
struct RecordsOfUser {
  std::string user;
  identity::RecordHolder holder;
  identity::UserRecords records;
};

// Of the user named, else of the caller. Throws Denied, and NoSuchEntity for a user that is not
// there.
[[nodiscard]] RecordsOfUser records_of_user(Service& service, const aws::Call& call,
                                            const identity::UserRecordKind& kind,
                                            const std::optional<std::string>& name);

struct OneRecord {
  std::optional<std::string> user;
  std::string id;
};
[[nodiscard]] OneRecord read_record(const aws::View& in, std::string_view id_member);

struct RecordStatus {
  OneRecord record;
  std::string status;
};
[[nodiscard]] RecordStatus read_status(const aws::View& in, std::string_view id_member);

[[nodiscard]] std::string status_of(const identity::UserRecord& record);
[[nodiscard]] aws::Value set_status(Service& service, const aws::Call& call,
                                    const identity::UserRecordKind& kind, const RecordStatus& ask);
[[nodiscard]] aws::Value erase_record(Service& service, const aws::Call& call,
                                      const identity::UserRecordKind& kind, const OneRecord& ask);

struct ListRecords {
  std::optional<std::string> user;
  Paging paging;
};
[[nodiscard]] ListRecords read_list_records(const aws::View& in);
// `answer` shows one of them in the list, which is the output's `member`.
[[nodiscard]] aws::Value list_records(Service& service, const aws::Call& call,
                                      const identity::UserRecordKind& kind, const ListRecords& ask,
                                      aws::Map (*answer)(const identity::UserRecord& record,
                                                         const std::string& user),
                                      std::string_view member);

}  // namespace millrace::service::iam
