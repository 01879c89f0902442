// A page's token names the last record given by its sort key and name, so that pages hold while
// records come and go.
#include "service/sagemaker/record_list.hpp"

#include "aws/paging.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <tuple>

namespace millrace::service::sagemaker {

namespace {

using SortKey = std::tuple<std::string, std::int64_t, std::string>;

SortKey sort_key(const store::Record& record, const std::string& sort_by) {
  const std::int64_t time = record.created.time_since_epoch().count();
  if (sort_by == "Name") return {record.key.name, 0, ""};
  if (sort_by == "Status") return {record.status, time, record.key.name};
  return {"", time, record.key.name};
}

bool passes(const store::Record& record, const ListAsk& ask) {
  return base::lower(record.key.name).find(base::lower(ask.name_contains)) != std::string::npos &&
         (!ask.created_after || record.created > *ask.created_after) &&
         (!ask.created_before || record.created < *ask.created_before) &&
         (!ask.modified_after || record.modified > *ask.modified_after) &&
         (!ask.modified_before || record.modified < *ask.modified_before) &&
         (ask.status.empty() || record.status == ask.status);
}

std::string token_text(const SortKey& key) {
  return std::get<0>(key) + "\n" + std::to_string(std::get<1>(key)) + "\n" + std::get<2>(key);
}

SortKey token_key(const std::string& check, const std::string& token) {
  const auto text = aws::read_token(check, token);
  const auto parts = text ? base::split(*text, '\n') : std::vector<std::string_view>{};
  const auto time = parts.size() == 3 ? base::to_integer(parts[1]) : std::nullopt;
  if (!time) throw aws::Error("ValidationException", "The token '" + token + "' is invalid.");
  return {std::string(parts[0]), *time, std::string(parts[2])};
}

}  // namespace

ListAsk read_list(const aws::View& in) {
  return {.name_contains = in.take("NameContains").text_or(""),
          .created_after = in.take("CreationTimeAfter").optional_time(),
          .created_before = in.take("CreationTimeBefore").optional_time(),
          .sort_by = in.take("SortBy").text_or("CreationTime"),
          .ascending = in.take("SortOrder").text_or("Descending") == "Ascending",
          .page_size = in.take("MaxResults").integer_or(10),
          .token = in.take("NextToken").optional_text()};
}

ListAsk read_list_with_changes(const aws::View& in) {
  ListAsk ask = read_list(in);
  ask.modified_after = in.take("LastModifiedTimeAfter").optional_time();
  ask.modified_before = in.take("LastModifiedTimeBefore").optional_time();
  ask.status = in.take("StatusEquals").text_or("");
  return ask;
}

Page list_page(store::Records& records, const aws::Call& call, std::string_view kind,
               const ListAsk& ask) {
  std::vector<store::Record> all =
      records.list({.account = call.account, .region = call.region, .kind = std::string(kind)});
  std::erase_if(all, [&](const store::Record& record) { return !passes(record, ask); });
  const auto before = [&](const SortKey& a, const SortKey& b) {
    return ask.ascending ? a < b : b < a;
  };
  std::sort(all.begin(), all.end(), [&](const store::Record& a, const store::Record& b) {
    return before(sort_key(a, ask.sort_by), sort_key(b, ask.sort_by));
  });
  const std::string check =
      std::string(kind) + ask.sort_by + (ask.ascending ? "+" : "-") + ask.name_contains;
  if (ask.token) {
    const SortKey last = token_key(check, *ask.token);
    std::erase_if(all, [&](const store::Record& record) {
      return !before(last, sort_key(record, ask.sort_by));
    });
  }
  Page page;
  const bool more = static_cast<std::int64_t>(all.size()) > ask.page_size;
  if (more) all.resize(static_cast<std::size_t>(ask.page_size));
  if (more) page.token = aws::make_token(check, token_text(sort_key(all.back(), ask.sort_by)));
  page.records = std::move(all);
  return page;
}

aws::Value page_value(const Page& page, const char* member,
                      const std::function<aws::Map(const store::Record&)>& summary) {
  aws::List list;
  for (const store::Record& record : page.records) list.emplace_back(summary(record));
  aws::Map answer{{member, std::move(list)}};
  answer.set_if("NextToken", page.token);
  return answer;
}

}  // namespace millrace::service::sagemaker
