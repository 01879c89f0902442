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
      const MemberShape& member = shape.members[i];
      shape.positions.emplace(member.name, i);
      if (member.name == shape.payload) shape.payload_member = &member;
      if (member.shape->event_stream && !shape.event_member) shape.event_member = &member;
    }
  }
  index_routes();
}

void ServiceModel::index_routes() {
  const auto literal_of = [](const OperationShape& operation) -> const std::string* {
    if (operation.path.empty()) return nullptr;
    const UriPiece& first = operation.path.front();
    return first.kind == UriPiece::Kind::literal ? &first.text : nullptr;
  };
  for (const OperationShape& operation : operations) {
    if (const std::string* literal = literal_of(operation)) routes_[*literal];
  }
  for (const OperationShape& operation : operations) {
    if (const std::string* literal = literal_of(operation)) {
      routes_[*literal].push_back(&operation);
      continue;
    }
    for (auto& [literal, routes] : routes_) routes.push_back(&operation);
    open_routes_.push_back(&operation);
  }
}

std::span<const OperationShape* const> ServiceModel::routes(std::string_view segment) const {
  const auto found = routes_.find(segment);
  return found == routes_.end() ? open_routes_ : found->second;
}

Models::Models(std::string folder) : folder_(std::move(folder)) {
  base::SystemFiles files;
  heads_ = read_model_index(base::read_file(files, folder_ + "/index.json"));
  loaded_ = std::vector<std::atomic<const ServiceModel*>>(heads_.size());
  std::size_t position = 0;
  for (auto& [name, head] : heads_) head.position = position++;
}

const ServiceModel& Models::model(std::string_view name) {
  const auto head = heads_.find(name);
  MILLRACE_ASSERT(head != heads_.end());
  return model(head->second);
}

const ServiceModel& Models::model(const ModelHead& head) {
  const ServiceModel* loaded = loaded_[head.position].load(std::memory_order_acquire);
  return loaded != nullptr ? *loaded : load(head);
}

const ServiceModel& Models::load(const ModelHead& head) {
  const std::lock_guard lock(mutex_);
  std::atomic<const ServiceModel*>& loaded = loaded_[head.position];
  if (const ServiceModel* model = loaded.load(std::memory_order_relaxed)) return *model;
  base::SystemFiles files;
  const std::string text = base::read_file(files, folder_ + "/" + head.model + ".json");
  const ServiceModel& model = *models_.emplace_back(read_model(head, text));
  loaded.store(&model, std::memory_order_release);
  return model;
}

}  // namespace millrace::aws
