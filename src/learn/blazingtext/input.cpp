#include "learn/blazingtext/input.hpp"

#include "base/text.hpp"
#include "learn/channels.hpp"
#include "learn/kernels/net.hpp"
#include "learn/memory.hpp"

#include <string>

namespace millrace::learn::blazingtext {
namespace {

constexpr double bytes_of_mb = 1048576;

std::string type_of(const Channel& channel) {
  return base::lower(
      base::trim(std::string_view(channel.content_type).substr(0, channel.content_type.find(';'))));
}

// An augmented manifest is JSON whatever it is called.
Lines lines_of(const Channel& channel) {
  const std::string type = type_of(channel);
  if (!channel.attributes.empty() || type == "application/jsonlines") return Lines::of_json;
  if (type.empty() || type == "text/plain") return Lines::of_text;
  throw ClientError("Channel " + channel.name + " has the content type " + channel.content_type +
                    ", which is not supported: BlazingText reads text/plain, and in supervised "
                    "mode application/jsonlines");
}

std::uint64_t bytes_of(const std::vector<table::Input>& files) {
  std::uint64_t bytes = 0;
  for (const table::Input& file : files) bytes += file.source->size();
  return bytes;
}

}  // namespace

Corpus read_text(const Channel& channel, LineEnds line_ends, const Training& training) {
  const Lines lines = lines_of(channel);
  // Only classifiers' lines end in words.
  if (lines == Lines::of_json && line_ends == LineEnds::left_out)
    throw ClientError("Channel " + channel.name +
                      " has lines of JSON, which are read in supervised mode only");
  const std::vector<table::Input> files = data_files(channel);
  for (const table::Input& file : files) {
    training.info("Processing " + file.name + " . File size: " +
                  std::to_string(static_cast<double>(file.source->size()) / bytes_of_mb) + " MB");
  }
  Corpus corpus = read_corpus(files, line_ends, lines);
  if (channel.shuffle_seed) shuffle_lines(corpus, *channel.shuffle_seed);
  training.print("Read " + std::to_string(corpus.words.size() / 1000000) + "M words");
  if (corpus.words.empty()) {
    throw ClientError("Channel " + channel.name + " has no words in its " +
                      std::to_string(bytes_of(files)) + " bytes");
  }
  return corpus;
}

void check_memory_of(const Corpus& corpus, std::size_t rows, std::size_t columns,
                     std::size_t copies, const Training& training) {
  constexpr double bytes_of_word = 8;           // as read, and as an example's
  constexpr double bytes_of_lexicon_word = 64;  // its text, its count and where it is found
  const std::size_t stride = (columns + net_lanes - 1) / net_lanes * net_lanes;
  const double vectors = static_cast<double>(rows) * static_cast<double>(copies) *
                         static_cast<double>(stride) * sizeof(float);
  check_peak(vectors + bytes_of_word * static_cast<double>(corpus.words.size()) +
                 bytes_of_lexicon_word * static_cast<double>(corpus.lexicon.size()),
             "reduce vector_dim or buckets, or raise min_count", training);
}

}  // namespace millrace::learn::blazingtext
