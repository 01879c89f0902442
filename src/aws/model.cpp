// Loads distilled models on first use and keeps them for the life of the program.
#include "aws/model.hpp"

#include "base/assert.hpp"
#include "base/files.hpp"

#include <algorithm>
#include <stdexcept>

namespace millrace::aws {

const MemberShape* Shape::member(std::string_view member_name) const {
  const auto found = positions.find(member_name);
  return found == positions.end() ? nullptr : &members[found->second];
}

bool ModelHead::speaks(std::string_view protocol) const {
  return std::ranges::find(protocols, protocol) != protocols.end();
}

const OperationShape* ServiceModel::operation(std::string_view name) const {
  const auto found = operations_by_name_.find(name);
  return found == operations_by_name_.end() ? nullptr : found->second;
}

const Shape* ServiceModel::shape(std::string_view name) const {
  const auto found = shapes_by_name_.find(name);
  return found == shapes_by_name_.end() ? nullptr : found->second;
}

void ServiceModel::index() {
  for (const OperationShape& operation : operations) {
    operations_by_name_.emplace(operation.name, &operation);
  }
  for (Shape& shape : shapes) {
    shapes_by_name_.emplace(shape.name, &shape);
    for (std::size_t i = 0; i < shape.members.size(); ++i) {
      shape.positions.emplace(shape.members[i].name, i);
    }
  }
}

Models::Models(std::string folder) : folder_(std::move(folder)) {
  base::SystemFiles files;
  heads_ = read_model_index(base::read_file(files, folder_ + "/index.json"));
}

const ServiceModel& Models::model(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = models_.find(name); found != models_.end()) return *found->second;
  const auto head = heads_.find(name);
  MILLRACE_ASSERT(head != heads_.end());
  base::SystemFiles files;
  auto model =
      read_model(head->second, base::read_file(files, folder_ + "/" + head->first + ".json"));
  return *models_.emplace(head->first, std::move(model)).first->second;
}

}  // namespace millrace::aws
