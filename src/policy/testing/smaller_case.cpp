// A disagreement is understood on the smallest case that shows it.
#include "base/json.hpp"
#include "policy/testing/any_case.hpp"
#include "policy/testing/plain_statement.hpp"

#include <utility>

namespace millrace::policy::testing {
namespace {

using base::List;
using base::Map;
using base::Value;

template <class Container>
Container without(const Container& from, std::size_t at) {
  Container rest = from;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
  return rest;
}

std::vector<Value> smaller_values(const Value& from);

void add_smaller_lists(std::vector<Value>& found, const List& from) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    found.emplace_back(without(from, i));
    for (Value& smaller : smaller_values(from[i])) {
      List list = from;
      list[i] = std::move(smaller);
      found.emplace_back(std::move(list));
    }
  }
}

void add_smaller_maps(std::vector<Value>& found, const Map& from) {
  for (const auto& [name, member] : from) {
    Map rest = from;
    rest.erase(name);
    found.emplace_back(std::move(rest));
    for (Value& smaller : smaller_values(member)) {
      Map map = from;
      map.set(name, std::move(smaller));
      found.emplace_back(std::move(map));
    }
  }
}

std::vector<Value> smaller_values(const Value& from) {
  std::vector<Value> found;
  if (from.is_list()) add_smaller_lists(found, from.list());
  if (from.is_map()) add_smaller_maps(found, from.map());
  return found;
}

std::vector<Documents> smaller_documents(const Documents& from) {
  std::vector<Documents> found;
  for (std::size_t i = 0; i < from.size(); ++i) {
    found.push_back(without(from, i));
    for (Value& smaller : smaller_values(from[i])) {
      found.push_back(from);
      found.back()[i] = std::move(smaller);
    }
  }
  return found;
}

std::vector<std::vector<Documents>> smaller_levels(const std::vector<Documents>& from) {
  std::vector<std::vector<Documents>> found;
  for (std::size_t i = 0; i < from.size(); ++i) {
    found.push_back(without(from, i));
    for (Documents& smaller : smaller_documents(from[i])) {
      found.push_back(from);
      found.back()[i] = std::move(smaller);
    }
  }
  return found;
}

// All cases that differ from `from` in one member, which is one of the given ones.
template <class Member, class Values>
void add(std::vector<Case>& found, const Case& from, Member member, Values values) {
  for (auto& value : values) {
    found.push_back(from);
    member(found.back()) = std::move(value);
  }
}

void add_without_policies(std::vector<Case>& found, const Case& from) {
  add(
      found, from, [](Case& one) -> auto& { return one.identity; },
      smaller_documents(from.identity));
  for (const auto member : {&Case::boundary, &Case::resource_policy}) {
    if (!(from.*member)) continue;
    found.push_back(from);
    (found.back().*member).reset();
    add(
        found, from, [&](Case& one) -> auto& { return *(one.*member); },
        smaller_values(*(from.*member)));
  }
  if (!from.session) return;
  found.push_back(from);
  found.back().session.reset();
  add(
      found, from, [](Case& one) -> auto& { return *one.session; },
      smaller_documents(*from.session));
}

void add_without_overlays(std::vector<Case>& found, const Case& from) {
  for (const auto& [account, overlay] : from.overlays) {
    found.push_back(from);
    found.back().overlays.erase(account);
    for (const auto levels : {&Overlay::service_controls, &Overlay::resource_controls}) {
      add(
          found, from, [&](Case& one) -> auto& { return one.overlays.at(account).*levels; },
          smaller_levels(overlay.*levels));
    }
  }
}

void add_without_keys(std::vector<Case>& found, const Case& from) {
  for (const auto& [key, values] : from.keys) {
    found.push_back(from);
    found.back().keys.erase(key);
  }
  for (const auto& [tag, value] : from.caller.tags) {
    found.push_back(from);
    found.back().caller.tags.erase(tag);
  }
}

Value list_of(const Documents& documents) { return List(documents.begin(), documents.end()); }

Value list_of(const std::vector<Documents>& levels) {
  List list;
  for (const Documents& level : levels) list.push_back(list_of(level));
  return list;
}

Value value_of(const Keys& keys) {
  Map map;
  for (const auto& [key, values] : keys) map.set(key, List(values.begin(), values.end()));
  return map;
}

Value value_of(const Overlay& overlay) {
  return Map{{"organization", overlay.id},
             {"management", overlay.is_management},
             {"service_controls", list_of(overlay.service_controls)},
             {"resource_controls", list_of(overlay.resource_controls)}};
}

Map caller_of(const Case& shown) {
  Map caller{{"kind", static_cast<int>(shown.caller.who)},
             {"account", shown.caller.account},
             {"name", shown.caller.name},
             {"arn", own_arn(shown.caller)},
             {"service_linked", shown.caller.is_service_linked}};
  for (const auto& [tag, value] : shown.caller.tags) caller.set("tag " + tag, value);
  if (shown.caller.issued) caller.set("issued", base::iso8601(*shown.caller.issued));
  if (shown.caller.mfa) caller.set("mfa", base::iso8601(*shown.caller.mfa));
  return caller;
}

}  // namespace

std::vector<Case> smaller_cases(const Case& from) {
  std::vector<Case> found;
  add_without_overlays(found, from);
  add_without_policies(found, from);
  add_without_keys(found, from);
  return found;
}

std::string text_of(const Case& shown) {
  Map map{{"caller", caller_of(shown)},
          {"action", shown.action},
          {"resource", shown.resource},
          {"owner", shown.owner},
          {"keys", value_of(shown.keys)}};
  map.set("identity", list_of(shown.identity));
  map.set_if("boundary", shown.boundary);
  if (shown.session) map.set("session", list_of(*shown.session));
  map.set_if("resource_policy", shown.resource_policy);
  for (const auto& [account, overlay] : shown.overlays) {
    map.set("over " + account, value_of(overlay));
  }
  return base::write_json(map);
}

}  // namespace millrace::policy::testing
