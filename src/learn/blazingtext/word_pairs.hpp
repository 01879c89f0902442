// Pairs of words and how similar people find them.
#pragma once

#include <string_view>

namespace millrace::learn::blazingtext {

// "tiger cat 7.35 s; ...": two words in small letters, the score, and in which parts of the set the
// pair is besides the whole: r related, s similar, - neither.
[[nodiscard]] std::string_view word_pairs();

}  // namespace millrace::learn::blazingtext
