#include "objects/points.hpp"

#include "base/arn.hpp"

#include <algorithm>

namespace millrace::objects {

namespace {

constexpr std::string_view point_mark = "accesspoint/";
constexpr std::string_view object_mark = "/object/";
constexpr std::size_t account_digits = 12;

bool is_account(std::string_view text) {
  return text.size() == account_digits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string PointName::arn() const {
  return base::arn("s3", region, account, std::string(point_mark) + name);
}

std::string PointName::host() const { return name + "-" + account; }

policy::Conditions AccessPoint::conditions() const {
  return {{point_arn_key, {name.arn()}},
          {point_account_key, {name.account}},
          {point_origin_key, {std::string(origin())}}};
}

std::optional<PointPath> parse_point_arn(std::string_view arn) {
  constexpr std::string_view prefix = "arn:aws:s3:";
  if (!arn.starts_with(prefix)) return std::nullopt;
  const auto parsed = base::parse_arn(arn);
  if (!parsed || parsed->region.empty() || !is_account(parsed->account)) return std::nullopt;
  std::string_view rest = parsed->resource;
  if (!rest.starts_with(point_mark)) return std::nullopt;
  rest.remove_prefix(point_mark.size());
  PointPath path{.point = PointName{.account = parsed->account,
                                    .region = parsed->region,
                                    .name = std::string(rest.substr(0, rest.find('/')))},
                 .key = std::nullopt};
  rest.remove_prefix(path.point.name.size());
  if (path.point.name.empty()) return std::nullopt;
  if (rest.empty()) return path;
  if (!rest.starts_with(object_mark)) return std::nullopt;
  path.key = rest.substr(object_mark.size());
  return path;
}

std::optional<PointName> parse_point_host(std::string_view label) {
  if (label.size() < account_digits + 2) return std::nullopt;
  const std::string_view account = label.substr(label.size() - account_digits);
  const std::string_view front = label.substr(0, label.size() - account_digits);
  if (!is_account(account) || !front.ends_with('-')) return std::nullopt;
  return PointName{.account = std::string(account),
                   .region = {},
                   .name = std::string(front.substr(0, front.size() - 1))};
}

}  // namespace millrace::objects
