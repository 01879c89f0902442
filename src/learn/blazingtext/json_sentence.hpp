// A line of JSON with a sentence and its labels, as augmented manifests have them, as the line of
// text that means the same.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::learn::blazingtext {

// What is wrong with the line.
struct BadSentence : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// "__label__1 __label__3 some words" of {"source": "some words", "label": [1, 3]}. A label is a
// text or a whole number, or a list of such; blanks in it become underscores.
[[nodiscard]] std::string sentence_of(std::string_view json_line);

}  // namespace millrace::learn::blazingtext
