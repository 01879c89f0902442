// The aws-chunked framing. The first byte chooses its kind; however the bytes are cut, the body is
// the same or refused.
#include "aws/chunked.hpp"
#include "aws/sigv4.hpp"
#include "fuzz.hpp"

namespace millrace::fuzz {
namespace {

std::string decode(std::string_view framed, aws::PayloadKind kind, bool is_signed,
                   std::size_t step) {
  SteppedReader reader(framed, step);
  std::optional<aws::ChunkSigning> signing;
  if (is_signed) signing = aws::ChunkSigning{"key", "20261121T100000Z", "scope", "seed"};
  aws::ChunkedReader chunks(reader, kind, signing, std::nullopt, "x-amz-checksum-crc32");
  try {
    return base::read_all(chunks, 1 << 20) + "|" + chunks.trailer("x-amz-checksum-crc32");
  } catch (const aws::ChunkError& error) {
    return error.what();
  } catch (const aws::ChecksumMismatch& error) {
    return error.what();
  } catch (const aws::SignatureError& error) {
    return error.what();
  }
}

}  // namespace

void run(std::string_view input) {
  if (input.empty()) return;
  const int choice = input.front() & 7;
  const auto kind = static_cast<aws::PayloadKind>((choice & 3) % 3 + 2);
  input.remove_prefix(1);
  MILLRACE_ASSERT(decode(input, kind, choice >= 4, 1) == decode(input, kind, choice >= 4, 1 << 16));
}

}  // namespace millrace::fuzz
