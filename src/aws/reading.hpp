// What an operation's `read` took, kept and declared inert; what it left is found here and refused
// by dispatch.
#pragma once

#include "aws/defaults.hpp"
#include "aws/model.hpp"
#include "base/value.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::aws {

// The path of a member of the structure at `path`, which is empty for the request itself.
[[nodiscard]] std::string inside(const std::string& path, std::string_view name);

class Reading {
 public:
  // Coverage runs every `read` on a value that has every member and wants to know how each was
  // read.
  enum class How { taken, kept, inert };
  struct Mark {
    std::string path;
    How how;
    std::string reason;
  };

  // The value itself was asked for; of a structure its members are still open.
  void take(const base::Value* value) { seen_.push_back(value); }
  // The value with all inside.
  void take_whole(const base::Value* value) { whole_.push_back(value); }
  void mark(const std::string& path, std::string_view name, How how, std::string_view reason = {});
  void remember_marks() { remembers_ = true; }

  // The paths of members that ask for something and were left.
  [[nodiscard]] std::vector<std::string> left(const Shape& shape, const base::Value& value,
                                              Defaults defaults);
  [[nodiscard]] const std::vector<Mark>& marks() const { return marks_; }
  // Inert members of the request with their reasons: "Member: reason".
  [[nodiscard]] const std::vector<std::string>& inert() const { return inert_; }

 private:
  void find_left(const Shape& shape, const base::Value& value, const std::string& path,
                 Defaults defaults, std::vector<std::string>& out) const;
  std::vector<const base::Value*> seen_;  // these two are sorted before they are looked through
  std::vector<const base::Value*> whole_;
  std::vector<Mark> marks_;
  std::vector<std::string> inert_;
  bool remembers_ = false;
};

}  // namespace millrace::aws
