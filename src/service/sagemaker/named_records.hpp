// What models and endpoint configurations have in common: records that are made once, found by
// name, listed and erased.
#pragma once

#include "service/sagemaker/record_list.hpp"
#include "service/sagemaker/service.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::sagemaker {

struct RecordKind {
  std::string_view kind;   // of its records
  std::string_view arn;    // as resource_arn takes it
  std::string_view words;  // as AWS's messages call it
  std::string_view name_member;
  std::string_view arn_member;
};

[[nodiscard]] std::string arn_of(const RecordKind& kind, const aws::Call& call,
                                 std::string_view name);
[[nodiscard]] store::Key key_of(const RecordKind& kind, const aws::Call& call,
                                const std::string& name);
[[nodiscard]] aws::Error absent(const RecordKind& kind, const aws::Call& call,
                                std::string_view name);

// Throws ValidationException for a name that is taken; answers with the ARN.
[[nodiscard]] aws::Value create_record(const RecordKind& kind, Service& service,
                                       const aws::Call& call, const std::string& name,
                                       aws::Map document, const Tags& tags);
// Both throw ValidationException where there is none.
[[nodiscard]] store::Record existing_record(const RecordKind& kind, Service& service,
                                            const aws::Call& call, const std::string& name);
void erase_record(const RecordKind& kind, Service& service, const aws::Call& call,
                  const std::string& name);

// A page with the name, the ARN and the time of each, `member` being the list's name.
[[nodiscard]] aws::Value list_records(const RecordKind& kind, Service& service,
                                      const aws::Call& call, const ListAsk& ask,
                                      const char* member);

}  // namespace millrace::service::sagemaker
