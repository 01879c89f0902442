// The log's format is SQLite's: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
#include "store/page_survey.hpp"

#include "store/page_check.hpp"

#include <set>
#include <string_view>

namespace millrace::store {

namespace {

constexpr std::size_t log_header_size = 32;
constexpr std::size_t frame_header_size = 24;
constexpr std::size_t salts_in_log = 16;
constexpr std::size_t salts_in_frame = 8;
constexpr std::size_t salts_size = 8;

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

// The pages that a commit in the log has.
std::set<std::uint64_t> pages_in_log(base::Files& files, const std::string& path) {
  std::set<std::uint64_t> committed;
  if (!files.exists(path)) return committed;
  const auto log = files.open(path, base::Open::read);
  std::string header(log_header_size, '\0');
  if (log->read_at(0, header.data(), header.size()) < header.size()) return committed;
  std::set<std::uint64_t> pages;
  std::string frame(frame_header_size, '\0');
  for (std::uint64_t at = log_header_size;
       log->read_at(at, frame.data(), frame.size()) == frame.size();
       at += frame_header_size + page_size) {
    const std::string_view view(frame);
    if (view.substr(salts_in_frame, salts_size) !=
        std::string_view(header).substr(salts_in_log, salts_size)) {
      break;
    }
    pages.insert(big_endian(view));
    if (big_endian(view.substr(4)) != 0) committed.merge(pages);
  }
  return committed;
}

}  // namespace

PageSurvey survey_pages(base::Files& files, const std::string& path) {
  PageSurvey survey;
  const auto in_log = pages_in_log(files, path + "-wal");
  const auto file = files.open(path, base::Open::read);
  const std::uint64_t size = file->size();
  std::string page(page_size, '\0');
  for (std::uint64_t at = 0; at + page_size <= size; at += page_size) {
    const bool is_read = file->read_at(at, page.data(), page.size()) == page.size();
    const std::uint64_t number = at / page_size + 1;
    if (is_read && is_sound_page(at, page)) {
      ++survey.sound;
    } else if (in_log.contains(number)) {
      ++survey.mended_by_log;
    } else {
      survey.damaged.push_back(number);
    }
  }
  return survey;
}

}  // namespace millrace::store
