#include "service/s3control/point_target.hpp"

namespace millrace::service::s3control {

PointTarget read_point(const aws::View& in) {
  read_account(in);
  return {.name = in.take("Name").text()};
}

objects::PointName point_name(const aws::Call& call, std::string_view name) {
  return {.account = call.account, .region = call.region, .name = std::string(name)};
}

std::shared_ptr<const objects::AccessPoint> reach_point(const Service& service,
                                                        const aws::Call& call,
                                                        std::string_view name) {
  auto point = objects::points_of(service.objects).find(point_name(call, name));
  if (!point) throw no_such_point(name);
  return point;
}

aws::Error no_such_point(std::string_view name) {
  return aws::Error("NoSuchAccessPoint", "The specified accesspoint does not exist")
      .with("AccessPointName", name);
}

}  // namespace millrace::service::s3control
