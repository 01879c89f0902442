// Models in fastText's binary format, as a user may bring one: what is read also answers.
#include "base/assert.hpp"
#include "fuzz.hpp"
#include "learn/blazingtext/model.hpp"
#include "process/test_folder.hpp"

#include <fstream>

namespace millrace::fuzz {

void run(std::string_view input) {
  static const process::TestFolder scratch;
  std::ofstream(scratch.path() / "model.bin", std::ios::binary | std::ios::trunc) << input;
  try {
    const auto model = learn::blazingtext::load_model(scratch.path());
    constexpr std::size_t most = 3;
    const auto labels = model->text()->classify("some words of a sentence", most);
    MILLRACE_ASSERT(labels.size() <= most);
    MILLRACE_ASSERT(model->text()->vector_of("words").size() == model->width());
  } catch (const learn::ModelError&) {
  }
}

}  // namespace millrace::fuzz
