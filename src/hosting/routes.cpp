// Smooth weighted round robin: every variant gains its weight, the richest is chosen and pays the
// total.
#include "hosting/routes.hpp"

#include <algorithm>

namespace millrace::hosting {

namespace {

RouteVariant* named(std::vector<RouteVariant>& variants, std::string_view name) {
  const auto found =
      std::find_if(variants.begin(), variants.end(), [&](const auto& v) { return v.name == name; });
  return found == variants.end() ? nullptr : &*found;
}

bool is_ready(const RouteVariant& variant) {
  return variant.weight > 0 && !variant.sockets.empty();
}

RouteVariant* by_weight(std::vector<RouteVariant>& variants) {
  double total = 0;
  RouteVariant* richest = nullptr;
  for (RouteVariant& variant : variants) {
    if (!is_ready(variant)) continue;
    total += variant.weight;
    variant.credit += variant.weight;
    if (!richest || variant.credit > richest->credit) richest = &variant;
  }
  if (richest) richest->credit -= total;
  return richest;
}

}  // namespace

void Routes::set(const std::string& endpoint, std::vector<RouteVariant> variants) {
  const std::lock_guard lock(mutex_);
  endpoints_[endpoint] = std::move(variants);
}

void Routes::erase(const std::string& endpoint) {
  const std::lock_guard lock(mutex_);
  endpoints_.erase(endpoint);
}

void Routes::add_socket(const std::string& endpoint, std::string_view variant,
                        const std::string& socket) {
  const std::lock_guard lock(mutex_);
  const auto found = endpoints_.find(endpoint);
  if (found == endpoints_.end()) return;
  if (RouteVariant* route = named(found->second, variant)) route->sockets.push_back(socket);
}

void Routes::remove_socket(const std::string& endpoint, const std::string& socket) {
  const std::lock_guard lock(mutex_);
  const auto found = endpoints_.find(endpoint);
  if (found == endpoints_.end()) return;
  for (RouteVariant& variant : found->second) std::erase(variant.sockets, socket);
}

void Routes::set_weight(const std::string& endpoint, std::string_view variant, double weight) {
  const std::lock_guard lock(mutex_);
  const auto found = endpoints_.find(endpoint);
  if (found == endpoints_.end()) return;
  if (RouteVariant* route = named(found->second, variant)) route->weight = weight;
}

std::optional<Chosen> Routes::choose(const std::string& endpoint, std::string_view only,
                                     NoRoute& why_not) {
  const std::lock_guard lock(mutex_);
  const auto found = endpoints_.find(endpoint);
  why_not = NoRoute::unknown_endpoint;
  if (found == endpoints_.end()) return std::nullopt;
  why_not = NoRoute::unknown_variant;
  RouteVariant* variant = only.empty() ? by_weight(found->second) : named(found->second, only);
  if (!only.empty() && !variant) return std::nullopt;
  why_not = NoRoute::nothing_ready;
  if (!variant || variant->sockets.empty()) return std::nullopt;
  return Chosen{.variant = variant->name,
                .socket = variant->sockets[variant->next++ % variant->sockets.size()]};
}

}  // namespace millrace::hosting
