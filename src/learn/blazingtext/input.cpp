#include "learn/blazingtext/input.hpp"

#include "base/text.hpp"
#include "learn/channels.hpp"

#include <string>

namespace millrace::learn::blazingtext {
namespace {

constexpr double bytes_of_mb = 1048576;

void check_content_type(const Channel& channel) {
  const std::string type = base::lower(
      base::trim(std::string_view(channel.content_type).substr(0, channel.content_type.find(';'))));
  if (type.empty() || type == "text/plain") return;
  throw ClientError("Channel " + channel.name + " has the content type " + channel.content_type +
                    ", which is not supported: BlazingText reads text/plain");
}

std::uint64_t bytes_of(const std::vector<table::Input>& files) {
  std::uint64_t bytes = 0;
  for (const table::Input& file : files) bytes += file.source->size();
  return bytes;
}

}  // namespace

Corpus read_text(const Channel& channel, LineEnds line_ends, const Training& training) {
  check_content_type(channel);
  const std::vector<table::Input> files = data_files(channel);
  for (const table::Input& file : files) {
    training.info("Processing " + file.name + " . File size: " +
                  std::to_string(static_cast<double>(file.source->size()) / bytes_of_mb) + " MB");
  }
  Corpus corpus = read_corpus(files, line_ends);
  training.print("Read " + std::to_string(corpus.words.size() / 1000000) + "M words");
  if (corpus.words.empty()) {
    throw ClientError("Channel " + channel.name + " has no words in its " +
                      std::to_string(bytes_of(files)) + " bytes");
  }
  return corpus;
}

void say_memory(const Training& training, std::size_t rows, std::size_t columns) {
  const double bytes = static_cast<double>(rows) * static_cast<double>(columns) * sizeof(float);
  training.info("The vectors take up to " + std::to_string(bytes / bytes_of_mb) + " MB of memory");
}

}  // namespace millrace::learn::blazingtext
