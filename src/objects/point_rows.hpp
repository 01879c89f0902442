// The rows of access points and of what accounts have set, inside the database's reads and writes.
#pragma once

#include "objects/points.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects::rows {

using store::Connection;

void declare_points(store::Database& database);

[[nodiscard]] std::optional<AccessPoint> find_point(Connection& connection, const PointName& name);
[[nodiscard]] std::optional<AccessPoint> find_point_of_alias(Connection& connection,
                                                             std::string_view alias);
void insert_point(Connection& connection, const AccessPoint& point);
void set_point(Connection& connection, const AccessPoint& point);  // its policy and tags
void delete_point(Connection& connection, const PointName& name);
[[nodiscard]] std::vector<AccessPoint> list_points(Connection& connection, const PointQuery& query);
[[nodiscard]] std::int64_t count_points(Connection& connection, std::string_view account,
                                        std::string_view region);
// Whether the account has one of the bucket, and whether there is one whose hosts have this name.
[[nodiscard]] bool has_points(Connection& connection, std::string_view account,
                              std::string_view bucket);
[[nodiscard]] bool has_point_host(Connection& connection, std::string_view name);

[[nodiscard]] std::string account_setting(Connection& connection, std::string_view account,
                                          std::string_view kind);
void set_account_setting(Connection& connection, std::string_view account, std::string_view kind,
                         std::string_view document);
// Its access points and settings are gone.
void empty_points(Connection& connection, std::string_view account);

}  // namespace millrace::objects::rows
