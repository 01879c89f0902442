// An operation's sight of its request: what it takes is acted upon, what it leaves is refused by
// dispatch.
#pragma once

#include "base/time.hpp"
#include "base/value.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::aws {

struct Shape;   // of the service's model
class Reading;  // what was taken, kept and left, shared by all views of a request
class Member;

// A structure of the request. Asking for a member that the shape does not have is a bug and
// asserts.
class View {
 public:
  View(const Shape& shape, const base::Value* value, Reading& reading, std::string path);

  [[nodiscard]] Member take(std::string_view name) const;  // acted upon
  [[nodiscard]] Member keep(std::string_view name)
      const;  // stored and shown, as AWS does no more either; with all inside it
  // Sent by clients unasked, without effect here: `reason` is said in x-millrace-inert. The whole
  // member, to be stored and shown.
  [[nodiscard]] Member inert(std::string_view name, std::string_view reason) const;
  [[nodiscard]] bool present() const { return value_ != nullptr; }

 private:
  const Shape& shape_;
  const base::Value* value_;
  Reading& reading_;
  std::string path_;
};

// One member. The plain forms require presence (validation has made sure of required members);
// `_or` and `optional_` do not.
class Member {
 public:
  Member(const Shape& shape, const base::Value* value, Reading& reading, std::string path);

  [[nodiscard]] bool present() const { return value_ != nullptr; }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text_or(std::string_view otherwise) const;
  [[nodiscard]] std::optional<std::string> optional_text() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] std::int64_t integer_or(std::int64_t otherwise) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] std::optional<double> optional_number() const;
  [[nodiscard]] bool flag_or(bool otherwise) const;
  [[nodiscard]] base::Timestamp time() const;
  [[nodiscard]] std::optional<base::Timestamp> optional_time() const;
  // A structure; its members are taken one by one. An absent structure gives a view of which
  // nothing is present.
  [[nodiscard]] View view() const;
  [[nodiscard]] std::vector<View> views() const;         // a list of structures; empty when absent
  [[nodiscard]] std::vector<std::string> texts() const;  // a list of texts
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> text_map() const;
  // The value with all that is inside it, which counts as taken.
  [[nodiscard]] const base::Value* whole() const;

 private:
  const Shape& shape_;
  const base::Value* value_;
  Reading& reading_;
  std::string path_;
};

// For a list's page token and size (MaxResults, NextToken) see paging.hpp.

}  // namespace millrace::aws
