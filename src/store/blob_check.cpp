#include "store/blob_check.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <cerrno>

namespace millrace::store {

namespace {

constexpr std::size_t read_step = 256 * 1024;

BlobState wrong(Soundness soundness, std::string what) {
  return {.soundness = soundness, .length = 0, .what = std::move(what)};
}

std::string bytes_at(const base::File& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  bytes.resize(file.read_at(offset, bytes.data(), size));
  return bytes;
}

}  // namespace

BlobState BlobCheck::look(const BlobPlace& place, const Step& step) {
  try {
    const auto* large = std::get_if<LargePlace>(&place);
    return large ? look_at_file(*large, step) : look_at_entry(std::get<SmallPlace>(place), step);
  } catch (const base::FileError& error) {
    open_segment_.reset();
    if (error.code().value() == ENOENT) return wrong(Soundness::missing, "its file is missing");
    return wrong(Soundness::unreadable, std::string("it cannot be read: ") + error.what());
  }
}

BlobState BlobCheck::look_at_file(const LargePlace& place, const Step& step) {
  const auto file = files_.open(folder_ + "/" + path_of(place), base::Open::read);
  const auto header = parse_file_header(bytes_at(*file, 0, file_header_used), place.name);
  if (!header) return wrong(Soundness::damaged, "the header of its file is damaged");
  const std::uint64_t size = file->size();
  if (size < file_header_size || size - file_header_size != header->length) {
    return wrong(Soundness::damaged, "its file has not the length that its header says");
  }
  base::Hash hash(base::HashKind::xxhash128);
  std::string part(std::min<std::uint64_t>(read_step, header->length), '\0');
  for (std::uint64_t at = 0; at < header->length; at += part.size()) {
    part.resize(std::min<std::uint64_t>(part.size(), header->length - at));
    if (file->read_at(file_header_size + at, part.data(), part.size()) != part.size()) {
      return wrong(Soundness::damaged, "its file ends too soon");
    }
    hash.update(part);
    if (step) step(at, part);
  }
  if (hash.finish() != header->check) {
    return wrong(Soundness::damaged, "its bytes do not match their checksum");
  }
  return {.length = header->length};
}

BlobState BlobCheck::look_at_entry(const SmallPlace& place, const Step& step) {
  const std::string entry =
      bytes_at(segment(place.segment), place.offset, entry_header_size + place.length);
  const auto header = parse_entry_header(entry, place);
  if (!header || header->length != place.length ||
      entry.size() != entry_header_size + place.length) {
    return wrong(Soundness::damaged, "its header in the segment is damaged");
  }
  const std::string_view body = std::string_view(entry).substr(entry_header_size);
  if (base::digest(base::HashKind::xxhash3, body) != header->check) {
    return wrong(Soundness::damaged, "its bytes do not match their checksum");
  }
  if (step) step(0, body);
  return {.length = place.length};
}

std::string BlobCheck::header(const BlobPlace& place) {
  if (const auto* large = std::get_if<LargePlace>(&place)) {
    return bytes_at(*files_.open(folder_ + "/" + path_of(*large), base::Open::read), 0,
                    file_header_used);
  }
  const auto& small = std::get<SmallPlace>(place);
  return bytes_at(segment(small.segment), small.offset, entry_header_size);
}

base::File& BlobCheck::segment(std::uint32_t number) {
  if (!open_segment_ || open_number_ != number) {
    open_segment_ =
        files_.open(folder_ + "/" + path_of(SmallPlace{.segment = number}), base::Open::read);
    open_number_ = number;
  }
  return *open_segment_;
}

}  // namespace millrace::store
