// What a decision knows about a request: its condition keys, given ones and those that follow from
// the principal.
#pragma once

#include "base/time.hpp"
#include "policy/question.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::policy {

using KeyValues = std::vector<std::string>;
using TagPairs = std::vector<std::pair<std::string, std::string>>;
// The tags of the resource with this ARN.
using TagsOf = std::function<TagPairs(std::string_view arn)>;
// The values of a condition key that the resource in question has.
using KeysOf = std::function<std::optional<KeyValues>(std::string_view key)>;

class Context {
 public:
  // Borrows the question. `tags_of` may be null: then only given aws:ResourceTag keys are known; so
  // may `keys_of`.
  Context(const Question& question, base::Timestamp now, TagsOf tags_of = nullptr,
          KeysOf keys_of = nullptr)
      : question_(question),
        now_(now),
        tags_of_(std::move(tags_of)),
        keys_of_(std::move(keys_of)) {}

  // The values of a condition key, whose name compares without case; nothing when the request has
  // no such key.
  [[nodiscard]] std::optional<KeyValues> find(std::string_view key) const;
  [[nodiscard]] const Question& question() const { return question_; }

 private:
  [[nodiscard]] std::optional<KeyValues> of_principal(std::string_view key) const;
  [[nodiscard]] std::optional<KeyValues> of_session(std::string_view key) const;
  [[nodiscard]] std::optional<KeyValues> of_resource(std::string_view key) const;

  const Question& question_;
  base::Timestamp now_;
  TagsOf tags_of_;
  KeysOf keys_of_;
  mutable std::optional<TagPairs> resource_tags_;  // read once, when first asked for
};

// AWS's word for a kind of principal, the value of aws:PrincipalType.
[[nodiscard]] std::string_view principal_type(Principal::Kind kind);

}  // namespace millrace::policy
