// Bytes that are not all in memory: sequential reading and writing, and reading by range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::base {

// A sequence of bytes read once from its beginning. Bytes travel as char throughout.
class Reader {
 public:
  virtual ~Reader() = default;
  // Reads up to `size` bytes, at least one unless the end is reached; 0 is the end. Throws on
  // failure.
  virtual std::size_t read(char* out, std::size_t size) = 0;
};

// Bytes of known size that can be read by range, from any thread.
class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Reads exactly min(size, size() - offset) bytes and returns that number. Throws on failure.
  virtual std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const = 0;
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::string_view bytes) = 0;
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override;

 private:
  std::string bytes_;
};

// Reads a range of a source, which must outlive it, from `offset` for `length` bytes.
class SourceReader final : public Reader {
 public:
  SourceReader(const Source& source, std::uint64_t offset, std::uint64_t length)
      : source_(source), at_(offset), end_(offset + length) {}
  explicit SourceReader(const Source& source) : SourceReader(source, 0, source.size()) {}
  std::size_t read(char* out, std::size_t size) override;

 private:
  const Source& source_;
  std::uint64_t at_;
  std::uint64_t end_;
};

[[nodiscard]] std::string read_all(Reader& reader,
                                   std::size_t limit);  // throws std::length_error over the limit
[[nodiscard]] std::string read_all(const Source& source);

}  // namespace millrace::base
