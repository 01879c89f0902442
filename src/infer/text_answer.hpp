// Answers of models whose rows are texts, in the formats of AWS's BlazingText container.
#pragma once

#include "learn/model.hpp"

#include <string>
#include <string_view>

namespace millrace::infer {

struct TextAnswer {
  std::string content_type;
  std::string body;
};

// JSON: {"instances": ["text", ...], "configuration": {"k": 2}}, answered by a list; JSON Lines:
// {"source": "text", "k": 2} a line, answered by a line each. A word's vector is {"vector": [...],
// "word": "text"}, a sentence's labels {"label": [...], "prob": [...]}. The answer has the
// request's content type. Throws DecodeError.
[[nodiscard]] TextAnswer answer_texts(const learn::TextModel& model, std::string_view content_type,
                                      std::string_view body);

}  // namespace millrace::infer
