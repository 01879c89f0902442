#include "objects/multipart.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <optional>

namespace millrace::objects {

namespace {

bool checksums_agree(const Part& part, const AskedPart& asked) {
  return std::ranges::all_of(asked.checksums, [&](const auto& given) {
    const std::string* own = find_attribute(part.checksums, given.first);
    return own != nullptr && *own == given.second;
  });
}

const Part& chosen(const std::vector<Part>& stored, const AskedPart& asked) {
  const auto found = std::ranges::lower_bound(stored, asked.number, {}, &Part::number);
  const bool agrees = found != stored.end() && found->number == asked.number &&
                      found->etag == asked.etag && checksums_agree(*found, asked);
  if (!agrees) throw InvalidPart(asked);
  return *found;
}

// A sender may have given others, where the upload had no algorithm.
void keep_only(Attributes& checksums, const ChecksumKind& kind) {
  std::erase_if(checksums, [&](const auto& checksum) { return checksum.first != kind.member; });
}

std::string raw_checksum(const Part& part, const ChecksumKind& kind) {
  const std::string* text = find_attribute(part.checksums, kind.member);
  return text == nullptr ? std::string() : base::from_base64(*text).value_or("");
}

std::string composite_checksum(const std::vector<Part>& parts, const ChecksumKind& kind) {
  base::Hash hash(kind.hash);
  for (const Part& part : parts) hash.update(raw_checksum(part, kind));
  return base::base64(hash.finish()) + "-" + std::to_string(parts.size());
}

std::string full_checksum(const std::vector<Part>& parts, const ChecksumKind& kind) {
  std::string all = raw_checksum(parts.front(), kind);
  for (std::size_t at = 1; at < parts.size(); ++at) {
    all = base::combine_crc(kind.hash, all, raw_checksum(parts[at], kind), parts[at].size);
  }
  return base::base64(all);
}

}  // namespace

std::string multipart_etag(const std::vector<std::string>& etags) {
  base::Hash hash(base::HashKind::md5);
  for (const std::string& etag : etags) hash.update(base::from_hex(etag).value_or(""));
  return base::hex(hash.finish()) + "-" + std::to_string(etags.size());
}

Assembly assemble(const Upload& upload, const std::vector<Part>& stored,
                  const std::vector<AskedPart>& asked) {
  Assembly whole;
  for (const AskedPart& part : asked) whole.parts.push_back(chosen(stored, part));
  for (const Part& part : whole.parts) {
    const bool last = &part == &whole.parts.back();
    if (!last && part.size < least_part_size) throw PartTooSmall(part);
    whole.size += part.size;
  }
  if (whole.size > object_limit) throw ObjectTooLarge(whole.size);
  std::vector<std::string> etags;
  for (const Part& part : whole.parts) etags.push_back(part.etag);
  whole.etag = multipart_etag(etags);
  const ChecksumKind* named = find_checksum_kind(upload.checksum_algorithm);
  const ChecksumKind& kind = named == nullptr ? default_checksum_kind() : *named;
  const bool composite = upload.checksum_type == composite_type;
  whole.checksum_type = composite ? composite_type : full_object_type;
  for (Part& part : whole.parts) keep_only(part.checksums, kind);
  whole.checksums.emplace_back(kind.member, composite ? composite_checksum(whole.parts, kind)
                                                      : full_checksum(whole.parts, kind));
  return whole;
}

}  // namespace millrace::objects
