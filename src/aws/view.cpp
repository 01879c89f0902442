// Views: each access tells the reading what was taken, so that refusal is mechanical.
#include "aws/view.hpp"

#include "aws/reading.hpp"
#include "base/assert.hpp"

namespace millrace::aws {

namespace {

using base::Value;

// What is absent has nothing inside that could be marked, and most members of a request are.
std::string path_of(const Value* value, const std::string& path, std::string_view name) {
  return value ? inside(path, name) : std::string();
}

const MemberShape& declared(const Shape& shape, std::string_view name) {
  const MemberShape* member = shape.member(name);
  MILLRACE_ASSERT(member && "a view is asked for a member that its shape lacks");
  return *member;
}

const Value* found(const Value* structure, std::string_view name) {
  const Value* value = structure ? structure->find(name) : nullptr;
  return value && !value->is_null() ? value : nullptr;
}

}  // namespace

View::View(const Shape& shape, const Value* value, Reading& reading, std::string path)
    : shape_(shape), value_(value), reading_(reading), path_(std::move(path)) {}

Member View::take(std::string_view name) const {
  const MemberShape& member = declared(shape_, name);
  const Value* value = found(value_, name);
  if (value) {
    reading_.take(value);
    reading_.mark(path_, name, Reading::How::taken);
  }
  return {*member.shape, value, reading_, path_of(value, path_, name)};
}

Member View::keep(std::string_view name) const {
  const MemberShape& member = declared(shape_, name);
  const Value* value = found(value_, name);
  if (value) {
    reading_.take_whole(value);
    reading_.mark(path_, name, Reading::How::kept);
  }
  return {*member.shape, value, reading_, path_of(value, path_, name)};
}

Member View::inert(std::string_view name, std::string_view reason) const {
  const MemberShape& member = declared(shape_, name);
  const Value* value = found(value_, name);
  if (value) {
    reading_.take_whole(value);
    if (asks_for_something(*value)) reading_.mark(path_, name, Reading::How::inert, reason);
  }
  return {*member.shape, value, reading_, path_of(value, path_, name)};
}

Member::Member(const Shape& shape, const Value* value, Reading& reading, std::string path)
    : shape_(shape), value_(value), reading_(reading), path_(std::move(path)) {}

std::string Member::text() const {
  MILLRACE_ASSERT(value_ && "a member that may be absent is read as if it were required");
  return value_->text();
}

std::string Member::text_or(std::string_view otherwise) const {
  return value_ ? value_->text() : std::string(otherwise);
}

std::optional<std::string> Member::optional_text() const {
  if (!value_) return std::nullopt;
  return value_->text();
}

std::int64_t Member::integer() const {
  MILLRACE_ASSERT(value_ && "a member that may be absent is read as if it were required");
  return value_->integer();
}

std::int64_t Member::integer_or(std::int64_t otherwise) const {
  return value_ ? value_->integer() : otherwise;
}

std::optional<std::int64_t> Member::optional_integer() const {
  if (!value_) return std::nullopt;
  return value_->integer();
}

double Member::number() const {
  MILLRACE_ASSERT(value_ && "a member that may be absent is read as if it were required");
  return value_->number();
}

std::optional<double> Member::optional_number() const {
  if (!value_) return std::nullopt;
  return value_->number();
}

bool Member::flag_or(bool otherwise) const { return value_ ? value_->flag() : otherwise; }

base::Timestamp Member::time() const {
  MILLRACE_ASSERT(value_ && "a member that may be absent is read as if it were required");
  return value_->time();
}

std::optional<base::Timestamp> Member::optional_time() const {
  if (!value_) return std::nullopt;
  return value_->time();
}

View Member::view() const {
  MILLRACE_ASSERT(shape_.kind == Kind::structure);
  return {shape_, value_, reading_, path_};
}

std::vector<View> Member::views() const {
  MILLRACE_ASSERT(shape_.kind == Kind::list && shape_.element.shape->kind == Kind::structure);
  std::vector<View> views;
  if (!value_) return views;
  for (const Value& element : value_->list()) {
    views.emplace_back(*shape_.element.shape, &element, reading_, path_ + "[]");
  }
  return views;
}

std::vector<std::string> Member::texts() const {
  MILLRACE_ASSERT(shape_.kind == Kind::list && shape_.element.shape->kind == Kind::text);
  std::vector<std::string> texts;
  if (!value_) return texts;
  for (const Value& element : value_->list()) texts.push_back(element.text());
  return texts;
}

std::vector<std::pair<std::string, std::string>> Member::text_map() const {
  MILLRACE_ASSERT(shape_.kind == Kind::map && shape_.value.shape->kind == Kind::text);
  std::vector<std::pair<std::string, std::string>> texts;
  if (!value_) return texts;
  for (const auto& [name, element] : value_->map()) texts.emplace_back(name, element.text());
  return texts;
}

const Value* Member::whole() const {
  if (value_) reading_.take_whole(value_);
  return value_;
}

}  // namespace millrace::aws
