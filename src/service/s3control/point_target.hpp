// The access point that a request aims at: one of the caller's account in the call's region.
#pragma once

#include "objects/points.hpp"
#include "service/s3control/account.hpp"
#include "service/s3control/service.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3control {

// The members AccountId and Name.
struct PointTarget {
  std::string name;
};
[[nodiscard]] PointTarget read_point(const aws::View& in);

[[nodiscard]] objects::PointName point_name(const aws::Call& call, std::string_view name);
// NoSuchAccessPoint where there is none.
[[nodiscard]] std::shared_ptr<const objects::AccessPoint> reach_point(const Service& service,
                                                                      const aws::Call& call,
                                                                      std::string_view name);
[[nodiscard]] aws::Error no_such_point(std::string_view name);

// Runs `work`, in which the point may turn out to be gone.
template <class Work>
void on_existing(std::string_view name, const Work& work) {
  try {
    work();
  } catch (const objects::NoSuchPoint&) {
    throw no_such_point(name);
  }
}

// The access of operations on one access point.
template <Action action>
std::vector<aws::Need> on_point(const aws::Call& call, const aws::Value& input) {
  check_own_account(call, input);
  return {{.action = "s3:" + std::string(action.text),
           .resource = point_name(call, member_text(input, "Name")).arn(),
           .conditions = {}}};
}

}  // namespace millrace::service::s3control
