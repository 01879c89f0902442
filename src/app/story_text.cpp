#include "app/story_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace millrace::app {

namespace {

using base::Value;

std::string text_of(const Value& in, std::string_view name) {
  const Value* value = in.find(name);
  return value != nullptr && value->is_text() ? value->text() : "";
}

bool flag_of(const Value& in, std::string_view name, bool otherwise) {
  const Value* value = in.find(name);
  return value != nullptr && value->is_flag() ? value->flag() : otherwise;
}

std::span<const Value> list_of(const Value& in, std::string_view name) {
  const Value* value = in.find(name);
  if (value == nullptr || !value->is_list()) return {};
  return value->list();
}

std::string joined(const Value& in, std::string_view name) {
  std::vector<std::string> pieces;
  for (const Value& one : list_of(in, name)) pieces.push_back(one.text());
  return base::join(pieces, ", ");
}

void add_line(std::string& out, std::string_view label, std::string_view text) {
  constexpr std::size_t column = 11;
  if (text.empty()) return;
  out.append(label).append(std::max(column, label.size() + 1) - label.size(), ' ');
  out.append(text).append("\n");
}

std::string who_text(const Value& story) {
  const Value* who = story.find("who");
  if (who == nullptr) return "";
  const std::string arn = text_of(*who, "arn");
  const std::string name = arn.empty() ? text_of(*who, "name") : arn;
  return name.empty() ? "nobody known (anonymous)" : name;
}

void add_context(std::string& out, const Value& story) {
  const Value* context = story.find("context");
  if (context == nullptr || !context->is_map()) return;
  std::string_view label = "context";
  for (const auto& [key, values] : context->map()) {
    std::vector<std::string> pieces;
    for (const Value& one : values.list()) pieces.push_back(one.text());
    add_line(out, label, key + " = " + base::join(pieces, ", "));
    label = "";
  }
}

std::string condition_text(const Value& condition) {
  const std::string actual = condition.find("actual") == nullptr
                                 ? "the request has no such key"
                                 : "the request has " + joined(condition, "actual");
  return text_of(condition, "operator") + " " + text_of(condition, "key") + " [" +
         joined(condition, "expected") + "]: " + actual +
         (flag_of(condition, "holds", false) ? ", which holds" : ", which does not hold");
}

std::string verdict(const Value& statement) {
  if (flag_of(statement, "applies", false)) return "applies";
  if (!flag_of(statement, "principal_matches", true)) return "names another principal";
  if (!flag_of(statement, "action_matches", false)) return "is of other actions";
  if (!flag_of(statement, "resource_matches", false)) return "is of other resources";
  return "has a condition that does not hold";
}

void add_statement(std::string& out, const Value& statement) {
  const std::string sid = text_of(statement, "sid");
  out += "      " + text_of(statement, "effect") + " (statement " +
         std::to_string(statement.find("number")->integer()) + (sid.empty() ? "" : ", " + sid) +
         ") " + verdict(statement) + "\n";
  // Of a statement of other actions the conditions say nothing.
  if (!flag_of(statement, "action_matches", false)) return;
  for (const Value& condition : list_of(statement, "conditions"))
    out += "        " + condition_text(condition) + "\n";
}

void add_stage(std::string& out, const Value& stage) {
  const std::string place = text_of(stage, "place");
  const std::string meaning = text_of(stage, "meaning");
  out += "  " + text_of(stage, "kind") + (place.empty() ? "" : " of " + place) + ": " +
         text_of(stage, "outcome") + (meaning.empty() ? "" : ". " + meaning) + "\n";
  for (const Value& policy : list_of(stage, "policies")) {
    const std::string name = text_of(policy, "name");
    out += "    " + (name.empty() ? "policy" : name) + "\n";
    for (const Value& statement : list_of(policy, "statements")) add_statement(out, statement);
  }
}

std::string because(const Value& story) {
  const std::string kind = text_of(story, "decided_by");
  const std::string policy = text_of(story, "policy");
  const std::string statement = text_of(story, "statement");
  std::string text = kind;
  if (!policy.empty()) text += (text.empty() ? "" : " ") + policy;
  if (!statement.empty()) text += ", statement " + statement;
  return text;
}

// A refusal of another time, as the policies stand now.
void add_now(std::string& out, const Value& story) {
  const Value* now = story.find("now");
  if (now == nullptr) return;
  add_line(out, "now",
           "the policies have changed since: the same request would be " + text_of(*now, "effect") +
               (because(*now).empty() ? "" : " by " + because(*now)));
}

}  // namespace

std::string story_text(const Value& story) {
  std::string out;
  const bool is_allowed = text_of(story, "effect") == "allowed";
  add_line(out, is_allowed ? "allowed" : "refused", text_of(story, "action"));
  add_line(out, "on", text_of(story, "resource"));
  add_line(out, "to", who_text(story));
  add_context(out, story);
  add_line(out, "decision", text_of(story, "effect"));
  add_line(out, "by", because(story));
  add_line(out, "in words", text_of(story, "sentence"));
  add_now(out, story);
  if (!list_of(story, "policies").empty()) out += "policies that were asked:\n";
  for (const Value& stage : list_of(story, "policies")) add_stage(out, stage);
  if (!list_of(story, "remedies").empty()) out += "what would allow it, each by itself:\n";
  for (const Value& remedy : list_of(story, "remedies")) out += "  - " + remedy.text() + "\n";
  return out;
}

std::string request_text(const Value& request) {
  std::string out;
  const std::string error = text_of(request, "error");
  add_line(out, "request", text_of(request, "request_id"));
  add_line(out, "at", text_of(request, "time"));
  add_line(out, "operation", text_of(request, "operation"));
  add_line(out, "caller", text_of(request, "principal"));
  add_line(out, "key", text_of(request, "access_key_id"));
  add_line(out, "from", text_of(request, "source_ip"));
  add_line(out, "answer",
           std::to_string(request.find("status")->integer()) +
               (error.empty() ? "" : " " + error + ": ") + text_of(request, "message"));
  for (const Value& use : list_of(request, "allowed"))
    add_line(out, "allowed", text_of(use, "action") + " on " + text_of(use, "resource"));
  if (list_of(request, "refusals").empty())
    out +=
        error.empty() ? "Nothing was refused.\n" : "No policy refused it; its answer says why.\n";
  for (const Value& refusal : list_of(request, "refusals")) out += "\n" + story_text(refusal);
  return out;
}

std::string refusals_text(const Value& list) {
  std::string out;
  for (const Value& request : list_of(list, "requests")) {
    out += text_of(request, "time") + "  " + text_of(request, "request_id") + "  " +
           text_of(request, "operation") + "  " + text_of(request, "principal") + "\n";
    for (const Value& refusal : list_of(request, "refusals"))
      out += "    " + text_of(refusal, "action") + " on " + text_of(refusal, "resource") + "\n";
  }
  return out.empty() ? "Nothing was refused in the last hour.\n" : out;
}

}  // namespace millrace::app
