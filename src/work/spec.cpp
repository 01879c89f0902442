#include "work/spec.hpp"

#include "base/json.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace millrace::work {
namespace {

using base::Value;

constexpr std::uint64_t most_hosts = 1024;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw SpecError("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

Value read_json(const std::filesystem::path& path) {
  try {
    return base::parse_json(read_file(path));
  } catch (const base::JsonError& error) {
    throw SpecError(path.string() + ": " + error.what());
  }
}

std::string text_of(const Value& map, std::string_view name, std::string otherwise = "") {
  const Value* found = map.find(name);
  if (!found || found->is_null()) return otherwise;
  if (!found->is_text()) throw SpecError("work.json: " + std::string(name) + " is no text");
  return found->text();
}

std::optional<std::uint64_t> count_of(const Value& map, std::string_view name) {
  const Value* found = map.find(name);
  if (!found || found->is_null()) return {};
  if (!found->is_integer() || found->integer() < 0)
    throw SpecError("work.json: " + std::string(name) + " is no count");
  return static_cast<std::uint64_t>(found->integer());
}

const base::List& list_of(const Value& map, std::string_view name) {
  static const base::List none;
  const Value* found = map.find(name);
  if (!found) return none;
  if (!found->is_list()) throw SpecError("work.json: " + std::string(name) + " is no list");
  return found->list();
}

File read_file_entry(const Value& entry) {
  File file{.name = text_of(entry, "name"), .path = text_of(entry, "path")};
  const auto descriptor = count_of(entry, "descriptor");
  if (descriptor) file.descriptor = static_cast<int>(*descriptor);
  if (!descriptor && file.path.empty())
    throw SpecError("work.json: a file has neither descriptor nor path");
  file.offset = count_of(entry, "offset").value_or(0);
  file.length = count_of(entry, "length");
  file.host = static_cast<int>(std::min(count_of(entry, "host").value_or(0), most_hosts));
  return file;
}

Channel read_channel(const Value& entry) {
  Channel channel{.name = text_of(entry, "name"), .content_type = text_of(entry, "content_type")};
  const std::string compression = text_of(entry, "compression", "None");
  channel.packed = compression == "Gzip";
  if (!channel.packed && compression != "None")
    throw SpecError("channel " + channel.name + ": compression " + compression + " is not built");
  for (const Value& file : list_of(entry, "files")) channel.files.push_back(read_file_entry(file));
  for (const Value& attribute : list_of(entry, "attributes")) {
    if (!attribute.is_text()) throw SpecError("work.json: an attribute is no text");
    channel.attributes.push_back(attribute.text());
  }
  if (const Value* seed = entry.find("shuffle_seed")) {
    if (!seed->is_integer()) throw SpecError("work.json: shuffle_seed is no integer");
    channel.shuffle_seed = static_cast<std::uint64_t>(seed->integer());
  }
  channel.wrapped = text_of(entry, "record_wrapper", "None") == "RecordIO";
  return channel;
}

}  // namespace

Spec read_spec(const std::filesystem::path& root) {
  const Value json = read_json(root / "input/config/work.json");
  Spec spec{.algorithm = text_of(json, "algorithm"),
            .version = text_of(json, "version"),
            .bundle = text_of(json, "bundle")};
  spec.threads =
      static_cast<int>(std::clamp<std::uint64_t>(count_of(json, "threads").value_or(1), 1, 1024));
  spec.hosts = static_cast<int>(
      std::clamp<std::uint64_t>(count_of(json, "hosts").value_or(1), 1, most_hosts));
  const Value* checkpoints = json.find("checkpoints");
  spec.checkpoints = checkpoints && checkpoints->is_flag() && checkpoints->flag();
  for (const Value& channel : list_of(json, "channels"))
    spec.channels.push_back(read_channel(channel));
  return spec;
}

learn::HyperparameterMap read_hyperparameters(const std::filesystem::path& root) {
  const Value json = read_json(root / "input/config/hyperparameters.json");
  if (!json.is_map()) throw SpecError("hyperparameters.json is no map");
  learn::HyperparameterMap hyperparameters;
  for (const auto& [name, value] : json.map()) {
    if (!value.is_text()) throw SpecError("hyperparameters.json: " + name + " is no text");
    hyperparameters[name] = value.text();
  }
  return hyperparameters;
}

}  // namespace millrace::work
