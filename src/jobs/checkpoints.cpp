// A file is known by its size and its time; what was copied in counts as copied out.
#include "jobs/checkpoints.hpp"

#include "base/files.hpp"
#include "base/json.hpp"
#include "jobs/work_folder.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>

namespace millrace::jobs {
namespace {

namespace fs = std::filesystem;

// Frameworks give a file that is not whole yet one of these names, as AWS's agent does for its own
// marks.
constexpr std::array<std::string_view, 3> passing = {".sagemaker-ignore", ".sagemaker-uploading",
                                                     ".sagemaker-uploaded"};

// Beside the folder.
constexpr std::string_view list_suffix = ".json";

bool is_passing(const std::string& name) {
  return std::ranges::any_of(passing,
                             [&](std::string_view suffix) { return name.ends_with(suffix); });
}

// The work could have written it.
bool is_stamp(const base::Value& stamp) {
  return stamp.is_list() && stamp.list().size() == 2 && stamp.list()[0].is_integer() &&
         stamp.list()[1].is_integer();
}

// A key such as a/../../b must not lead out of the folder.
bool stays_below(const fs::path& name) {
  return name.is_relative() &&
         std::ranges::none_of(name, [](const fs::path& part) { return part == ".."; });
}

}  // namespace

void Checkpoints::copy_in(const policy::Principal& role) {
  for (const InputFile& file : inputs_.open_below(role, uri_of(""))) {
    if (!stays_below(file.name))
      throw InputRefused("ClientError: Data download failed:the checkpoint " + uri_of(file.name) +
                         " has no file's name");
    copy_object(file.object, folder_ + "/" + file.name);
  }
  copied_ = look();
  remember();
}

void Checkpoints::copy_out(const policy::Principal& role) {
  if (!copied_) recall();
  const Stamps before = *copied_;
  const Stamps present = look();
  copy_changed(role, present);
  erase_gone(role, present);
  if (*copied_ != before) remember();
}

void Checkpoints::copy_changed(const policy::Principal& role, const Stamps& present) {
  for (const auto& [name, stamp] : present) {
    const auto known = copied_->find(name);
    if (known != copied_->end() && known->second == stamp) continue;
    try {
      outputs_.store(role, folder_ + "/" + name, uri_of(name));
      (*copied_)[name] = stamp;
    } catch (const base::FileError& error) {
      // The work erased it meanwhile.
      if (error.code() != std::errc::no_such_file_or_directory) throw;
    }
  }
}

void Checkpoints::erase_gone(const policy::Principal& role, const Stamps& present) {
  for (auto at = copied_->begin(); at != copied_->end();) {
    const bool gone = !present.contains(at->first);
    if (gone && !outputs_.remove(role, uri_of(at->first)) && !std::exchange(told_kept_, true))
      kept_ = uri_of(at->first);
    at = gone ? copied_->erase(at) : std::next(at);
  }
}

// Not synced: where it is lost, everything is copied once more, and what was erased stays.
void Checkpoints::remember() const {
  base::Map list;
  for (const auto& [name, stamp] : *copied_) {
    list.set(name, base::List{static_cast<std::int64_t>(stamp.size),
                              static_cast<std::int64_t>(stamp.written.time_since_epoch().count())});
  }
  const std::string path = folder_ + std::string(list_suffix);
  std::ofstream(path + ".partial", std::ios::binary | std::ios::trunc) << base::write_json(list);
  std::error_code ignored;
  fs::rename(path + ".partial", path, ignored);
}

void Checkpoints::recall() {
  copied_.emplace();
  std::ifstream file(folder_ + std::string(list_suffix), std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  try {
    const base::Value list = base::parse_json(text);
    if (!list.is_map()) return;
    for (const auto& [name, stamp] : list.map()) {
      if (!is_stamp(stamp)) continue;
      const fs::file_time_type::duration written(stamp.list()[1].integer());
      copied_->emplace(name, Stamp{.size = static_cast<std::uintmax_t>(stamp.list()[0].integer()),
                                   .written = fs::file_time_type(written)});
    }
  } catch (const base::JsonError&) {
    return;
  }
}

Checkpoints::Stamps Checkpoints::look() const {
  Stamps stamps;
  std::error_code ignored;  // files come and go under our hands
  for (fs::recursive_directory_iterator at(folder_, ignored), end; at != end;
       at.increment(ignored)) {
    const std::string name = at->path().lexically_relative(folder_).string();
    if (!fs::is_regular_file(at->symlink_status(ignored)) || is_passing(name)) continue;
    std::error_code gone;
    const Stamp stamp{.size = at->file_size(gone), .written = at->last_write_time(gone)};
    if (!gone) stamps.emplace(name, stamp);
  }
  return stamps;
}

std::string Checkpoints::uri_of(const std::string& name) const {
  return uri_ + (uri_.ends_with('/') ? "" : "/") + name;
}

}  // namespace millrace::jobs
