// Pages of an account's entities: of those that are not on the page only the path is looked at.
#pragma once

#include "aws/paging.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {

// Those with the path prefix, by name; sets the answer's IsTruncated and Marker. T as of Contents.
template <class T>
[[nodiscard]] std::vector<identity::Shared<T>> entities_on_page(Service& service,
                                                                const aws::Call& call,
                                                                const Paging& paging,
                                                                std::string_view path_prefix,
                                                                aws::Map& answer) {
  const std::string scope = call.operation + std::string(path_prefix);
  const auto last = last_given(paging, scope);
  std::vector<identity::Shared<T>> found;
  service.directory.roster.look(call.account, [&](const identity::Contents& contents) {
    const auto& all = contents.all<T>();
    auto next = last ? all.upper_bound(*last) : all.begin();
    for (; next != all.end() && found.size() <= paging.max_items; ++next) {
      if (next->second->entity.path.starts_with(path_prefix)) found.push_back(next->second);
    }
  });
  const bool is_truncated = found.size() > paging.max_items;
  if (is_truncated) found.resize(paging.max_items);
  set_next(answer, is_truncated, scope, is_truncated ? found.back()->entity.name : "");
  return found;
}

// `list_member` holds what `show` makes of each.
template <class T, class Show>
[[nodiscard]] aws::Map entity_page(Service& service, const aws::Call& call, const Paging& paging,
                                   std::string_view path_prefix, std::string_view list_member,
                                   const Show& show) {
  aws::Map answer;
  aws::List list;
  for (const auto& entity : entities_on_page<T>(service, call, paging, path_prefix, answer))
    list.emplace_back(show(*entity));
  answer.set(std::string(list_member), std::move(list));
  return answer;
}

struct ListEntities {
  std::string path_prefix;
  Paging paging;
};
[[nodiscard]] inline ListEntities read_list_entities(const aws::View& in) {
  return {.path_prefix = in.take("PathPrefix").text_or("/"), .paging = read_paging(in)};
}

}  // namespace millrace::service::iam
