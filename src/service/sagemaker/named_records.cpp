#include "service/sagemaker/named_records.hpp"

#include <utility>

namespace millrace::service::sagemaker {

std::string arn_of(const RecordKind& kind, const aws::Call& call, std::string_view name) {
  return resource_arn(call, kind.arn, name);
}

store::Key key_of(const RecordKind& kind, const aws::Call& call, const std::string& name) {
  return {call.account, call.region, std::string(kind.kind), name};
}

aws::Error absent(const RecordKind& kind, const aws::Call& call, std::string_view name) {
  return invalid("Could not find " + std::string(kind.words) + " \"" + arn_of(kind, call, name) +
                 "\".");
}

aws::Value create_record(const RecordKind& kind, Service& service, const aws::Call& call,
                         const std::string& name, aws::Map document, const Tags& tags) {
  const std::string arn = arn_of(kind, call, name);
  try {
    service.records.create({.key = key_of(kind, call, name),
                            .arn = arn,
                            .document = std::move(document),
                            .created = call.now,
                            .modified = call.now},
                           tags);
  } catch (const store::AlreadyExists&) {
    throw invalid("Cannot create already existing " + std::string(kind.words) + " \"" + arn +
                  "\".");
  }
  return aws::Map{{std::string(kind.arn_member), arn}};
}

store::Record existing_record(const RecordKind& kind, Service& service, const aws::Call& call,
                              const std::string& name) {
  auto record = service.records.find(key_of(kind, call, name));
  if (!record) throw absent(kind, call, name);
  return std::move(*record);
}

void erase_record(const RecordKind& kind, Service& service, const aws::Call& call,
                  const std::string& name) {
  if (!service.records.erase(key_of(kind, call, name))) throw absent(kind, call, name);
}

aws::Value list_records(const RecordKind& kind, Service& service, const aws::Call& call,
                        const ListAsk& ask, const char* member) {
  return page_value(list_page(service.records, call, kind.kind, ask), member,
                    [&](const store::Record& record) {
                      return aws::Map{{std::string(kind.name_member), record.key.name},
                                      {std::string(kind.arn_member), record.arn},
                                      {"CreationTime", record.created}};
                    });
}

}  // namespace millrace::service::sagemaker
