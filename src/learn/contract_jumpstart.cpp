#include "learn/contract_jumpstart.hpp"

#include "base/text.hpp"
#include "learn/catboost/contract.hpp"
#include "learn/lightgbm/contract.hpp"

#include <algorithm>
#include <array>

namespace millrace::learn {
namespace {

constexpr std::string_view bucket_prefix = "jumpstart-cache-prod-";
constexpr std::string_view bundles = "source-directory-tarballs";
constexpr std::string_view archive = "sourcedir.tar.gz";
constexpr std::string_view scheme = "s3://";
constexpr std::string_view least_sdk = "2.189.0";
constexpr std::string_view prepacked = "prepack";

std::string_view folder_of(BundleUse use) {
  return use == BundleUse::training ? "transfer_learning" : "inference";
}

// "v1.2.7"
bool is_version(std::string_view text) {
  return text.size() > 1 && text[0] == 'v' &&
         text.find_first_not_of("0123456789.", 1) == std::string_view::npos;
}

}  // namespace

std::span<const JumpStartModel> jumpstart_models() {
  static const std::array all = {
      JumpStartModel{&catboost::contract(), "classification", "2.1.21", least_sdk},
      JumpStartModel{&catboost::contract(), "regression", "2.1.21", least_sdk},
      JumpStartModel{&lightgbm::contract(), "classification", "2.2.7", least_sdk},
      JumpStartModel{&lightgbm::contract(), "regression", "2.2.7", least_sdk}};
  return all;
}

std::string id_of(const JumpStartModel& model) {
  return std::string(model.contract->name) + "-" + std::string(model.problem_type) + "-model";
}

const JumpStartModel* find_jumpstart_model(std::string_view id) {
  const auto all = jumpstart_models();
  const auto found = std::ranges::find(all, id, id_of);
  return found == all.end() ? nullptr : &*found;
}

std::string bundle_key(const JumpStartModel& model, BundleUse use) {
  return base::join(
      {std::string(bundles), std::string(model.contract->name), std::string(folder_of(use)),
       std::string(model.problem_type), "v" + std::string(model.version), std::string(archive)},
      "/");
}

std::string prepacked_bundle_key(const JumpStartModel& model) {
  std::string key = bundle_key(model, BundleUse::training);
  key.insert(key.rfind("/v"), "/" + std::string(prepacked));
  return key;
}

std::map<std::string, std::string> inference_files(const JumpStartModel& model) {
  return {
      {"inference.py", "raise SystemExit('Millrace runs its built-in in place of this script')\n"},
      {std::string(bundle_mark), id_of(model) + "\n"}};
}

std::string jumpstart_bucket(std::string_view region) {
  return std::string(bucket_prefix) + std::string(region);
}

std::optional<std::string> jumpstart_region(std::string_view bucket) {
  if (!bucket.starts_with(bucket_prefix)) return {};
  const std::string_view region = bucket.substr(bucket_prefix.size());
  const bool is_region =
      base::split(region, '-').size() >= 3 &&
      region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
  return is_region ? std::optional(std::string(region)) : std::nullopt;
}

const JumpStartModel* find_bundle(std::string_view s3_uri, BundleUse use) {
  if (!s3_uri.starts_with(scheme)) return nullptr;
  auto pieces = base::split(s3_uri.substr(scheme.size()), '/');
  if (pieces.size() > 5 && pieces[5] == prepacked && use == BundleUse::training)
    pieces.erase(pieces.begin() + 5);
  constexpr std::size_t expected = 7;
  if (pieces.size() != expected || !jumpstart_region(pieces[0]) || pieces[1] != bundles ||
      pieces[3] != folder_of(use) || !is_version(pieces[5]) || pieces[6] != archive)
    return nullptr;
  const std::string id = std::string(pieces[2]) + "-" + std::string(pieces[4]) + "-model";
  return find_jumpstart_model(id);
}

std::string_view bundle_image(BundleUse use) {
  return use == BundleUse::training ? "pytorch-training:1.9.0-cpu-py38"
                                    : "pytorch-inference:1.9.0-cpu-py38";
}

bool is_bundle_image(const Image& image, BundleUse use) {
  const std::string_view known = bundle_image(use);
  return image.repository == known.substr(0, known.find(':'));
}

}  // namespace millrace::learn
