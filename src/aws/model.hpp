// A service's contract as its published model states it: operations, shapes, constraints, and where
// each member travels.
#pragma once

#include "aws/pattern.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace::aws {

struct Shape;

enum class Kind { structure, list, map, text, blob, flag, integer, number, time };
[[nodiscard]] constexpr bool is_nested(Kind kind) {
  return kind == Kind::structure || kind == Kind::list || kind == Kind::map;
}
// Where a member travels in a REST protocol.
enum class Place { body, header, headers, uri, query, status };
enum class TimeFormat { unset, epoch, iso8601, http_date };

// A reference to a shape: a structure's member, a list's element, a map's key or value, an
// operation's input or output.
struct MemberShape {
  std::string name;  // the member's; "member", "key", "value" for the others
  const Shape* shape = nullptr;
  Place place = Place::body;
  std::string wire_name;  // the location name, else the name
  bool has_wire_name = false;
  std::string query_name;  // in EC2's forms, where the model says one
  TimeFormat time_format = TimeFormat::unset;
  std::string xml_namespace;
  std::string xml_prefix;
  std::string result_wrapper;  // of an output in the query protocol
  bool flattened = false;
  bool xml_attribute = false;
  bool streaming = false;
  bool idempotency_token = false;
  bool json_value = false;
  bool event_header = false;   // of an event: a header of its message
  bool event_payload = false;  // of an event: the payload of its message
  bool required = false;
};

// Of members' names: what std::hash reads in full is told apart by length and ends, nearly always.
struct NameHash {
  std::size_t operator()(std::string_view name) const {
    if (name.empty()) return 0;
    const auto at = [name](std::size_t i) {
      return std::size_t{static_cast<unsigned char>(name[i])};
    };
    return name.size() + (at(0) << 6) + (at(name.size() / 2) << 12) + (at(name.size() - 1) << 18);
  }
};

struct Shape {
  std::string name;
  Kind kind = Kind::structure;
  std::vector<MemberShape> members;  // of a structure, in the model's order
  std::unordered_map<std::string_view, std::size_t, NameHash> positions;  // of members by name
  MemberShape element;                                                    // of a list
  MemberShape key;                                                        // of a map
  MemberShape value;
  std::optional<double> min;  // length, size or value by kind
  std::optional<double> max;
  std::unique_ptr<Pattern> pattern;
  std::vector<std::string> choices;             // of an enum
  std::string payload;                          // the member that is the whole body
  const MemberShape* payload_member = nullptr;  // the same, where there is one
  const MemberShape* event_member = nullptr;    // that is a stream of events
  std::string wire_name;
  std::string xml_namespace;
  std::string xml_prefix;
  TimeFormat time_format = TimeFormat::unset;
  bool is_32_bit = false;
  bool flattened = false;
  bool is_document = false;
  bool sensitive = false;
  bool sparse = false;
  bool streaming = false;
  bool event_stream = false;
  // Of an error.
  bool is_error = false;
  std::string error_code;  // where it differs from the name
  int error_status = 0;    // 0: undeclared
  bool sender_fault = true;

  [[nodiscard]] const MemberShape* member(std::string_view member_name) const;
};

// One piece of an operation's path: a literal, one label, or a label that takes all the rest.
struct UriPiece {
  enum class Kind { literal, label, rest } kind = Kind::literal;
  std::string text;
};

struct OperationShape {
  std::string name;
  std::string method;
  std::vector<UriPiece> path;
  std::vector<std::pair<std::string, std::optional<std::string>>>
      query;                     // literals that must be there
  bool ends_with_slash = false;  // its path; tells operations of two services apart
  int status = 200;
  const MemberShape* input = nullptr;  // null: none
  const MemberShape* output = nullptr;
  std::vector<const Shape*> errors;
  std::string host_prefix;
  bool unsigned_call = false;  // the model's authtype "none"
  bool unsigned_body = false;
  bool checksum_required = false;
  bool body_checksum = false;      // x-amz-checksum-* headers are of the body, not of an object
  bool may_be_compressed = false;  // clients gzip large bodies of it
  bool deprecated = false;

  [[nodiscard]] const Shape* input_shape() const { return input ? input->shape : nullptr; }
  [[nodiscard]] const Shape* output_shape() const { return output ? output->shape : nullptr; }
};

// What identifies a service, without its shapes.
struct ModelHead {
  std::string model;         // the folder's name: "sagemaker-runtime"
  std::size_t position = 0;  // among all that are installed
  std::string endpoint_prefix;
  std::string signing_name;
  std::string target_prefix;
  std::vector<std::string> protocols;
  std::string json_version;
  std::string xml_namespace;
  std::string api_version;
  bool query_compatible = false;
  bool has_unsigned_operations = false;
  bool takes_bearer = false;   // a token instead of a signature
  bool signs_in_form = false;  // version 2's, with which nobody is known here

  [[nodiscard]] bool speaks(std::string_view protocol) const;
};

class ServiceModel {
 public:
  explicit ServiceModel(ModelHead model_head) : head(std::move(model_head)) {}
  ServiceModel(const ServiceModel&) = delete;
  ServiceModel& operator=(const ServiceModel&) = delete;

  ModelHead head;
  std::deque<OperationShape> operations;  // in the model's order
  std::deque<Shape> shapes;
  std::deque<MemberShape> ends;  // inputs and outputs

  [[nodiscard]] const OperationShape* operation(std::string_view name) const;
  [[nodiscard]] const Shape* shape(std::string_view name) const;
  // Those whose path may begin with this segment, in the model's order.
  [[nodiscard]] std::span<const OperationShape* const> routes(std::string_view segment) const;
  void index();

 private:
  void index_routes();
  std::unordered_map<std::string_view, const OperationShape*> operations_by_name_;
  std::unordered_map<std::string_view, const Shape*> shapes_by_name_;
  // By the literal that their paths begin with, and those that begin with a label.
  using Routes = std::vector<const OperationShape*>;
  std::unordered_map<std::string_view, Routes> routes_;
  Routes open_routes_;
};

// Reads one model's text; throws base::JsonError or std::runtime_error when it is not a distilled
// model.
[[nodiscard]] std::unique_ptr<ServiceModel> read_model(ModelHead head, std::string_view json);
[[nodiscard]] std::map<std::string, ModelHead, std::less<>> read_model_index(std::string_view json);

// All models of a folder, each read when it is first asked for. Safe from any thread.
class Models {
 public:
  explicit Models(std::string folder);  // reads the index; throws when there is none
  [[nodiscard]] const std::map<std::string, ModelHead, std::less<>>& heads() const {
    return heads_;
  }
  [[nodiscard]] const ServiceModel& model(std::string_view name);
  [[nodiscard]] const ServiceModel& model(const ModelHead& head);  // one of heads()

 private:
  [[nodiscard]] const ServiceModel& load(const ModelHead& head);

  std::string folder_;
  std::map<std::string, ModelHead, std::less<>> heads_;
  std::vector<std::atomic<const ServiceModel*>> loaded_;  // by their heads' positions
  std::mutex mutex_;
  std::deque<std::unique_ptr<const ServiceModel>> models_;  // guarded by mutex_
};

}  // namespace millrace::aws
