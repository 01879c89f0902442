// Entities and pages as IAM's answers show them.
#pragma once

#include "aws/call.hpp"
#include "aws/view.hpp"
#include "base/value.hpp"
#include "identity/directory.hpp"
#include "store/records.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::service::iam {

// Policy documents travel percent-encoded in answers.
[[nodiscard]] std::string encoded(const std::string& document);

// AWS tells times in whole seconds.
[[nodiscard]] base::Value time_answer(base::Timestamp time);

// How much is told of an entity, and in which answers. Tags and boundary: made, whole. A role's
// description and longest session: listed, whole. `within` is of a role in another answer.
enum class Detail { within, made, listed, whole };
[[nodiscard]] base::Map user_answer(const identity::User& user, Detail detail);
[[nodiscard]] base::Map role_answer(identity::Directory& directory, const identity::Role& role,
                                    Detail detail);
[[nodiscard]] base::Map group_answer(const identity::Group& group);
// Sets PermissionsBoundary, if there is one.
void add_boundary(base::Map& answer, const identity::Grants& grants);
[[nodiscard]] base::List tag_answer(const store::Tags& tags);

// The member Tags; InvalidInput for a name given twice. Names of users' and roles' tags are the
// same in whatever case, those of others are not.
enum class TagNames { exact, in_any_case };
[[nodiscard]] store::Tags read_tags(const aws::View& in, TagNames names = TagNames::exact);
[[nodiscard]] policy::Conditions tag_conditions(const store::Tags& tags);
// aws:TagKeys for names to be removed.
[[nodiscard]] policy::Conditions tag_name_conditions(const std::vector<std::string>& names);

struct Paging {
  std::optional<std::string> marker;
  std::size_t max_items = 100;
};
[[nodiscard]] Paging read_paging(const aws::View& in);
// The key of the last item that the marker's page gave; throws for a marker of another list.
[[nodiscard]] std::optional<std::string> last_given(const Paging& paging, std::string_view scope);
// Items by a key that orders them and stays theirs.
template <class Item>
using Keyed = std::vector<std::pair<std::string, Item>>;
using Items = Keyed<base::Value>;
// `answer` with `member`, IsTruncated and Marker. `scope` ties the marker to its list.
[[nodiscard]] base::Map page(Items items, const Paging& paging, std::string_view member,
                             std::string_view scope);
// Sets IsTruncated and, where there is a next page, its Marker.
void set_next(base::Map& answer, bool is_truncated, std::string_view scope, std::string_view last);
// The part of `items` that is on the page; sets IsTruncated and Marker.
template <class Item>
[[nodiscard]] Keyed<Item> on_page(Keyed<Item> items, const Paging& paging, std::string_view scope,
                                  base::Map& answer) {
  std::sort(items.begin(), items.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  if (const auto last = last_given(paging, scope)) {
    std::erase_if(items, [&last](const auto& item) { return item.first <= *last; });
  }
  const bool is_truncated = items.size() > paging.max_items;
  if (is_truncated) items.resize(paging.max_items);
  set_next(answer, is_truncated, scope, is_truncated ? items.back().first : "");
  return items;
}

}  // namespace millrace::service::iam
