// Reads AWS's image URIs.
#include "learn/contract.hpp"

#include <algorithm>

namespace millrace::learn {
namespace {

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// ACCOUNT.dkr.ecr.REGION.amazonaws.com, also of the FIPS endpoints and AWS's other partitions.
bool is_registry(std::string_view host) {
  const std::size_t dot = host.find('.');
  if (dot == std::string_view::npos || !is_account(host.substr(0, dot))) return false;
  const std::string_view rest = host.substr(dot + 1);
  return (rest.starts_with("dkr.ecr.") || rest.starts_with("dkr.ecr-fips.")) &&
         rest.find(".amazonaws.") != std::string_view::npos;
}

bool has(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// The SDKs append processor and Python version to some tags: 1.0-1-cpu-py3.
std::string_view without_suffix(std::string_view tag) {
  constexpr std::string_view suffix = "-cpu-py3";
  if (tag.ends_with(suffix)) tag.remove_suffix(suffix.size());
  return tag;
}

void recognise(Image& image) {
  for (const Contract* contract : contracts()) {
    if (!has(contract->repositories, image.repository)) continue;
    image.contract = contract;
    // The first repository is the one that is served; the others are AWS's former ones.
    image.tag_known =
        image.repository == contract->repositories.front() && has(contract->tags, image.tag);
  }
}

}  // namespace

std::optional<Image> parse_image(std::string_view uri) {
  const std::size_t slash = uri.find('/');
  if (slash == std::string_view::npos || !is_registry(uri.substr(0, slash))) return {};
  const std::string_view name = uri.substr(slash + 1);
  const std::size_t mark = name.find_first_of(":@");
  Image image{.repository = std::string(name.substr(0, mark))};
  if (image.repository.empty()) return {};
  if (mark == std::string_view::npos)
    image.tag = "latest";
  else if (name[mark] == ':')
    image.tag = without_suffix(name.substr(mark + 1));
  recognise(image);
  return image;
}

}  // namespace millrace::learn
