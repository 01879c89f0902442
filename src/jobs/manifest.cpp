#include "jobs/manifest.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <numeric>
#include <random>
#include <utility>

namespace millrace::jobs {
namespace {

constexpr std::string_view reference_suffix = "-ref";

base::Value parse(std::string_view text) {
  try {
    return base::parse_json(text);
  } catch (const base::JsonError& error) {
    throw BadManifest(error.what());
  }
}

void add_references(std::string_view line, std::span<const std::string> attributes,
                    std::vector<std::string>& references) {
  const base::Value object = parse(line);
  if (!object.is_map()) throw BadManifest("it is no JSON object");
  for (const std::string& attribute : attributes) {
    const base::Value* const found = object.find(attribute);
    if (found == nullptr) throw BadManifest("it has no attribute " + attribute);
    if (!found->is_text()) throw BadManifest("the attribute " + attribute + " is no S3 URI");
    references.push_back(found->text());
  }
}

}  // namespace

Manifest parse_manifest(std::string_view text) {
  const base::Value value = parse(text);
  if (!value.is_list() || value.list().empty()) throw BadManifest("it is no JSON array");
  const base::Value* const prefix = value.list().front().find("prefix");
  if (prefix == nullptr || !prefix->is_text()) throw BadManifest("its first element is no prefix");
  Manifest manifest{.prefix = prefix->text(), .names = {}};
  for (std::size_t at = 1; at < value.list().size(); ++at) {
    if (!value.list()[at].is_text()) throw BadManifest("an element is no text");
    manifest.names.push_back(value.list()[at].text());
  }
  return manifest;
}

bool is_reference(std::string_view attribute) { return attribute.ends_with(reference_suffix); }

std::vector<std::string> parse_references(std::string_view json_lines,
                                          std::span<const std::string> attributes) {
  std::vector<std::string> references;
  std::size_t number = 0;
  for (const std::string_view line : base::split(json_lines, '\n')) {
    ++number;
    if (base::trim(line).empty()) continue;
    try {
      add_references(line, attributes, references);
    } catch (const BadManifest& error) {
      throw BadManifest("line " + std::to_string(number) + ": " + error.what());
    }
  }
  return references;
}

std::vector<std::size_t> shuffled_order(std::size_t count, std::int64_t seed) {
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t left = count; left > 1; --left)
    std::swap(order[left - 1], order[random() % left]);
  return order;
}

}  // namespace millrace::jobs
