// Simple values as text, for headers, paths, query strings, forms and XML; and times in all
// formats.
#pragma once

#include "aws/model.hpp"
#include "base/value.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::aws {

// A request's bytes do not say what the model wants: a wrong type, broken JSON or XML. Each
// protocol has its own code for it.
struct Malformed : std::runtime_error {
  enum class Where { head, body };
  Malformed(const std::string& message, Where place, std::string member_name = {},
            std::string member_value = {})
      : std::runtime_error(message),
        where(place),
        name(std::move(member_name)),
        value(std::move(member_value)) {}
  Where where;
  std::string name;
  std::string value;
};

// Members that the model does not know, by path.
using UnknownMembers = std::vector<std::string>;

// The format of a member's time: its own, its shape's, else the place's.
[[nodiscard]] TimeFormat time_format(const MemberShape& member, TimeFormat otherwise);
// Throws Malformed. `otherwise` is the place's time format; any format that can be told apart is
// read.
[[nodiscard]] base::Value scalar_from_text(const MemberShape& member, std::string_view text,
                                           Malformed::Where where);
[[nodiscard]] std::string scalar_to_text(const MemberShape& member, const base::Value& value,
                                         TimeFormat otherwise, bool milliseconds = false);
// A time from a time or from epoch seconds, as records give it back.
[[nodiscard]] base::Timestamp time_of(const base::Value& value);
[[nodiscard]] std::string epoch_text(base::Timestamp time);

}  // namespace millrace::aws
