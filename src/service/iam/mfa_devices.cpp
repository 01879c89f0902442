// Virtual MFA devices: made, enabled for users by two codes, set right, given up.
#include "base/arn.hpp"
#include "identity/errors.hpp"
#include "identity/qr_code.hpp"
#include "identity/totp.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

#include <map>

namespace millrace::service::iam {
namespace {

using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using identity::MfaDevice;
using policy::Principal;

// --- CreateVirtualMFADevice

struct CreateDevice {
  std::string path;
  std::string name;
  store::Tags tags;
};

CreateDevice read_create(const View& in) {
  return {.path = in.take("Path").text_or("/"),
          .name = in.take("VirtualMFADeviceName").text(),
          .tags = read_tags(in)};
}

// What an authenticator reads: the device at its account.
std::string bootstrap_url(const MfaDevice& device, const std::string& seed) {
  return "otpauth://totp/" + device.name + "@" + device.account + "?secret=" + seed;
}

Value create_device(Service& service, const aws::Call& call, const CreateDevice& ask) {
  const std::string arn = base::arn("iam", "", call.account, "mfa" + ask.path + ask.name);
  const policy::Conditions further = tag_conditions(ask.tags);
  call.require("iam:CreateVirtualMFADevice", arn, further);
  if (!ask.tags.empty()) call.require("iam:TagMFADevice", arn, further);
  const MfaDevice device = service.directory.mfa_devices.create(
      {.account = call.account, .path = ask.path, .name = ask.name, .tags = ask.tags});
  const std::string seed = identity::base32(device.seed);
  Map answer{{"SerialNumber", device.serial},
             {"Base32StringSeed", base::Blob{seed}},
             {"QRCodePNG", base::Blob{identity::qr_code_png(bootstrap_url(device, seed))}}};
  if (!ask.tags.empty()) answer.set("Tags", tag_answer(ask.tags));
  return Map{{"VirtualMFADevice", std::move(answer)}};
}

// --- EnableMFADevice, ResyncMFADevice

struct TwoCodes {
  std::string user;
  std::string serial;
  std::string first;
  std::string second;
};

TwoCodes read_two_codes(const View& in) {
  return {.user = in.take("UserName").text(),
          .serial = in.take("SerialNumber").text(),
          .first = in.take("AuthenticationCode1").text(),
          .second = in.take("AuthenticationCode2").text()};
}

identity::MfaDevices::Use use_by(Service& service, const aws::Call& call, const std::string& user,
                                 const std::string& serial) {
  return {.account = call.account,
          .serial = serial,
          .user_id = service.directory.roster.user(call.account, user).entity.id};
}

Value enable_device(Service& service, const aws::Call& call, const TwoCodes& ask) {
  require_on_user(service, call, ask.user);
  service.directory.mfa_devices.enable(use_by(service, call, ask.user, ask.serial), ask.first,
                                       ask.second);
  return Map{};
}

Value resync_device(Service& service, const aws::Call& call, const TwoCodes& ask) {
  require_on_user(service, call, ask.user);
  service.directory.mfa_devices.resync(use_by(service, call, ask.user, ask.serial), ask.first,
                                       ask.second);
  return Map{};
}

// --- DeactivateMFADevice, DeleteVirtualMFADevice

struct OneDevice {
  std::optional<std::string> user;
  std::string serial;
};

OneDevice read_device(const View& in) {
  return {.user = in.take("UserName").optional_text(), .serial = in.take("SerialNumber").text()};
}

Value deactivate_device(Service& service, const aws::Call& call, const OneDevice& ask) {
  const std::string user = user_or_caller(call, ask.user);
  require_on_user(service, call, user);
  service.directory.mfa_devices.deactivate(use_by(service, call, user, ask.serial));
  return Map{};
}

OneDevice read_serial(const View& in) {
  return {.user = std::nullopt, .serial = in.take("SerialNumber").text()};
}

std::vector<aws::Need> on_device(const aws::Call& call, const Value& input) {
  const Value* serial = input.find("SerialNumber");
  return {
      {.action = "iam:" + call.operation, .resource = serial != nullptr ? serial->text() : "*"}};
}

Value delete_device(Service& service, const aws::Call& call, const OneDevice& ask) {
  service.directory.mfa_devices.erase(call.account, ask.serial);
  return Map{};
}

// --- GetMFADevice

Value get_device(Service& service, const aws::Call& call, const OneDevice& ask) {
  const std::string user = user_or_caller(call, ask.user);
  require_on_user(service, call, user);
  const std::string id = service.directory.roster.user(call.account, user).entity.id;
  const MfaDevice device = service.directory.mfa_devices.device(call.account, ask.serial);
  if (device.owner != id) {
    throw identity::NoSuchEntity("MFA Device with serial number " + ask.serial +
                                 " does not exist.");
  }
  return Map{{"UserName", user},
             {"SerialNumber", device.serial},
             {"EnableDate", time_answer(*device.enabled)}};
}

// --- ListMFADevices, ListVirtualMFADevices

struct ListDevices {
  std::optional<std::string> user;
  Paging paging;
};

ListDevices read_list(const View& in) {
  return {.user = in.take("UserName").optional_text(), .paging = read_paging(in)};
}

// The root has none here: only AWS's console gives it one.
Value list_devices(Service& service, const aws::Call& call, const ListDevices& ask) {
  if (!ask.user && call.principal.kind == Principal::Kind::root) {
    call.require("iam:ListMFADevices", call.principal.arn);
    return page({}, ask.paging, "MFADevices", "ListMFADevices");
  }
  const std::string user = user_or_caller(call, ask.user);
  require_on_user(service, call, user);
  const std::string id = service.directory.roster.user(call.account, user).entity.id;
  Items items;
  for (const MfaDevice& device : service.directory.mfa_devices.of_user(call.account, id)) {
    items.emplace_back(device.serial, Map{{"UserName", user},
                                          {"SerialNumber", device.serial},
                                          {"EnableDate", time_answer(*device.enabled)}});
  }
  return page(std::move(items), ask.paging, "MFADevices", "ListMFADevices" + user);
}

struct ListVirtualDevices {
  std::string status;
  Paging paging;
};

ListVirtualDevices read_list_virtual(const View& in) {
  return {.status = in.take("AssignmentStatus").text_or("Any"), .paging = read_paging(in)};
}

Value virtual_device_answer(Service& service, const MfaDevice& device) {
  Map answer{{"SerialNumber", device.serial}};
  if (device.enabled) answer.set("EnableDate", time_answer(*device.enabled));
  if (!device.owner) return answer;
  const auto owner =
      service.directory.roster.find_id<identity::User>(device.account, *device.owner);
  if (owner) answer.set("User", user_answer(*owner, Detail::listed));
  return answer;
}

std::vector<aws::Need> on_all_devices(const aws::Call& call, const Value& input) {
  return {need_on_all(call, input, "mfa")};
}

Value list_virtual_devices(Service& service, const aws::Call& call, const ListVirtualDevices& ask) {
  Keyed<MfaDevice> found;
  for (MfaDevice& device : service.directory.mfa_devices.list(call.account)) {
    const bool is_asked =
        ask.status == "Any" || (ask.status == "Assigned") == device.owner.has_value();
    if (is_asked) found.emplace_back(device.serial, std::move(device));
  }
  Map answer;
  List devices;
  for (const auto& [serial, device] :
       on_page(std::move(found), ask.paging, "ListVirtualMFADevices" + ask.status, answer))
    devices.emplace_back(virtual_device_answer(service, device));
  answer.set("VirtualMFADevices", std::move(devices));
  return answer;
}

constexpr aws::Operation table[] = {
    operation<read_create, create_device>("CreateVirtualMFADevice", {.access = asked_in_act}),
    operation<read_device, deactivate_device>("DeactivateMFADevice", {.access = asked_in_act}),
    operation<read_serial, delete_device>("DeleteVirtualMFADevice", {.access = on_device}),
    operation<read_two_codes, enable_device>("EnableMFADevice", {.access = asked_in_act}),
    operation<read_device, get_device>("GetMFADevice", {.access = asked_in_act}),
    operation<read_list, list_devices>("ListMFADevices", {.access = asked_in_act}),
    operation<read_list_virtual, list_virtual_devices>("ListVirtualMFADevices",
                                                       {.access = on_all_devices}),
    operation<read_two_codes, resync_device>("ResyncMFADevice", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> mfa_device_operations = table;

}  // namespace millrace::service::iam
