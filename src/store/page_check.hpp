// The checksum at the end of every page of the database file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::store {

constexpr std::size_t page_size = 4096;
constexpr std::size_t page_reserve = 8;

// The page as it is stored: the checksum of its contents and its place in its last eight bytes.
[[nodiscard]] std::string sealed_page(std::uint64_t offset, std::string_view page);
// Whether the page read at `offset` is what was once written there. A page of zeros is one that was
// never written.
[[nodiscard]] bool is_sound_page(std::uint64_t offset, std::string_view page);

}  // namespace millrace::store
