// CBOR (RFC 8949) to and from `Value`, as far as Smithy's RPC protocol uses it.
#pragma once

#include "base/value.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::base {

struct CborError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr std::size_t cbor_depth_limit = 128;
constexpr std::size_t cbor_item_limit = 2'000'000;  // an item of one byte becomes a `Value` of 40

// One item that is the whole of `bytes`. Maps have text keys, each once; of the tags only 1, a
// time, is known. Integers beyond 64 bits with sign become doubles, as in JSON. Throws CborError.
[[nodiscard]] Value parse_cbor(std::string_view bytes);
// Definite lengths, the shortest heads.
[[nodiscard]] std::string write_cbor(const Value& value);

// The pieces of an item, for writers that know a structure's members from elsewhere.
void write_cbor_null(std::string& out);
void write_cbor_flag(std::string& out, bool flag);
void write_cbor_integer(std::string& out, std::int64_t number);
void write_cbor_number(std::string& out, double number);
void write_cbor_text(std::string& out, std::string_view text);
void write_cbor_bytes(std::string& out, std::string_view bytes);
void write_cbor_time(std::string& out, Timestamp time);
void begin_cbor_list(std::string& out, std::size_t size);  // that many items follow
void begin_cbor_map(std::string& out, std::size_t size);   // that many pairs follow

}  // namespace millrace::base
