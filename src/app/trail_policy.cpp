#include "app/trail_policy.hpp"

#include "base/arn.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

namespace millrace::app {

namespace {

using Texts = std::set<std::string>;

bool is_object(const base::Arn& arn) {
  return arn.service == "s3" && (arn.region.empty() || arn.resource.starts_with("accesspoint/"));
}

// Whether the star is AWS's own and no part of a name: of logs, whose names have none, every one
// ("log-group:g:*"); else what stands at the end for all that there is or will be ("job/*",
// "ou/o-1/ou-*").
bool is_of_aws(std::string_view resource, std::size_t star, const std::optional<base::Arn>& arn) {
  if (!arn || is_object(*arn)) return false;
  if (arn->service == "logs") return true;
  const std::string_view before = resource.substr(0, star);
  return star + 1 == resource.size() && (before.ends_with('/') || before.ends_with(':') ||
                                         before.ends_with("/p-") || before.ends_with("/ou-"));
}

// Names may hold what a policy takes for a wildcard or a variable: keys, log streams, paths of
// roles, and whatever a client took for a name.
std::string as_pattern(const std::string& resource) {
  if (resource == "*") return resource;
  const auto arn = base::parse_arn(resource);
  std::string out;
  for (std::size_t i = 0; i < resource.size(); ++i) {
    const char c = resource[i];
    const bool is_special = c == '?' || c == '$' || (c == '*' && !is_of_aws(resource, i, arn));
    out += is_special ? std::string("${") + c + "}" : std::string(1, c);
  }
  return out;
}

std::string widened(const std::string& resource, const std::vector<std::string>& widen) {
  for (const std::string& pattern : widen) {
    if (base::matches_wildcard(pattern, resource)) return pattern;
  }
  return as_pattern(resource);
}

// One text stands for itself, as AWS's own examples write it.
base::Value texts_value(const Texts& texts) {
  if (texts.size() == 1) return *texts.begin();
  base::List list;
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

void write_indented(std::string& out, const base::Value& value, const std::string& indent) {
  const std::string inner = indent + "  ";
  std::string separator = "\n";
  if (value.is_map()) {
    out += "{";
    for (const auto& [name, member] : value.map()) {
      out += separator + inner;
      base::write_json_text(out, name);
      out += ": ";
      write_indented(out, member, inner);
      separator = ",\n";
    }
    out += "\n" + indent + "}";
  } else if (value.is_list()) {
    out += "[";
    for (const base::Value& element : value.list()) {
      out += separator + inner;
      write_indented(out, element, inner);
      separator = ",\n";
    }
    out += value.list().empty() ? "]" : "\n" + indent + "]";
  } else {
    out += base::write_json(value);
  }
}

}  // namespace

base::Value policy_of(std::vector<aws::Use> uses, const std::vector<std::string>& widen) {
  std::map<std::string, Texts> actions;  // by resource
  for (aws::Use& use : uses) actions[widened(use.resource, widen)].insert(std::move(use.action));
  std::map<Texts, Texts> resources;  // by actions
  for (const auto& [resource, needed] : actions) resources[needed].insert(resource);
  base::List statements;
  for (const auto& [needed, where] : resources) {
    statements.push_back(base::Map{
        {"Effect", "Allow"}, {"Action", texts_value(needed)}, {"Resource", texts_value(where)}});
  }
  return base::Map{{"Version", "2012-10-17"}, {"Statement", std::move(statements)}};
}

std::string policy_text(const base::Value& policy) {
  std::string out;
  write_indented(out, policy, "");
  return out;
}

std::vector<aws::Use> recorded_uses(base::Files& files, const std::string& path,
                                    const aws::TrailQuery& query) {
  if (!files.exists(path)) throw std::runtime_error("there is no recording " + path);
  const std::string text = base::read_file(files, path);
  const auto lines = base::split(text, '\n');
  std::set<aws::Use> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    auto uses = aws::uses_in(lines[i], query);
    const bool was_cut = i + 1 == lines.size();  // a whole line ends with a line feed
    if (!uses && !was_cut)
      throw std::runtime_error(path + ", line " + std::to_string(i + 1) +
                               " is no request that `millrace serve --record` wrote");
    if (uses) std::ranges::move(*uses, std::inserter(found, found.end()));
  }
  return {found.begin(), found.end()};
}

}  // namespace millrace::app
