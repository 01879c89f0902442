// The List operations of SageMaker's resources: the same filters, order and pages for all of them.
#pragma once

#include "aws/operation.hpp"
#include "store/records.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace millrace::service::sagemaker {

struct ListAsk {
  std::string name_contains;
  std::optional<base::Timestamp> created_after;
  std::optional<base::Timestamp> created_before;
  std::optional<base::Timestamp> modified_after;
  std::optional<base::Timestamp> modified_before;
  std::string status;   // empty: any
  std::string sort_by;  // "Name", "CreationTime" or "Status"
  bool ascending = false;
  std::int64_t page_size = 10;
  std::optional<std::string> token;
};

// What the List of models and endpoint configurations takes; `read_list_with_changes` also takes
// times of change and the status.
[[nodiscard]] ListAsk read_list(const aws::View& in);
[[nodiscard]] ListAsk read_list_with_changes(const aws::View& in);

struct Page {
  std::vector<store::Record> records;
  std::optional<std::string> token;
};

// One page of the records of a kind in the caller's account and region. Throws ValidationException
// for a foreign token.
[[nodiscard]] Page list_page(store::Records& records, const aws::Call& call, std::string_view kind,
                             const ListAsk& ask);

// {"Models": [...], "NextToken": ...} with each record as `summary` gives it.
[[nodiscard]] aws::Value page_value(const Page& page, const char* member,
                                    const std::function<aws::Map(const store::Record&)>& summary);

}  // namespace millrace::service::sagemaker
