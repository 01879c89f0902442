#include "learn/blazingtext/vectors_text.hpp"

#include "learn/algorithm.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <string>

namespace millrace::learn::blazingtext {

void write_vectors_text(const std::filesystem::path& path, const Vocabulary& vocabulary,
                        const Weights& vectors) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << vocabulary.words.size() << ' ' << vectors.columns() << '\n';
  std::string line;
  for (std::size_t word = 0; word < vocabulary.words.size(); ++word) {
    line = vocabulary.words[word].text;
    for (const float value : vectors.values(word)) {
      std::array<char, 32> digits{};
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
      line += ' ';
      line.append(digits.data(), end);
    }
    file << line << '\n';
  }
  file.close();
  if (!file) throw AlgorithmError("the vectors could not be written to " + path.string());
}

}  // namespace millrace::learn::blazingtext
