// CityHash64 of its first release, by whose lower half CatBoost tells categories apart.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::learn::catboost {

[[nodiscard]] std::uint64_t city_hash(std::string_view text);

}  // namespace millrace::learn::catboost
