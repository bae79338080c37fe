#include <portico/json_text.hpp>

#include <cstddef>

namespace portico {
namespace {

// One well-formed code point, or a sequence of bytes that one U+FFFD replaces.
struct Sequence {
  std::size_t size = 1;
  bool valid = false;
};

// The continuation bytes allowed after a lead byte (Unicode table 3-7). Only the second byte has a range of its own,
// which excludes overlong forms, surrogates and everything above U+10FFFF.
struct Continuation {
  std::size_t count = 0;  // 0: not a lead byte
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Continuation continuation_of(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return {1};
  if (lead == 0xE0) return {2, 0xA0};
  if (lead == 0xED) return {2, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {2};
  if (lead == 0xF0) return {3, 0x90};
  if (lead >= 0xF1 && lead <= 0xF3) return {3};
  if (lead == 0xF4) return {3, 0x80, 0x8F};
  return {};
}

Sequence first_sequence(std::string_view text) {
  const auto byte = [&text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (byte(0) < 0x80) return {1, true};
  Continuation expected = continuation_of(byte(0));
  if (expected.count == 0) return {1, false};
  std::size_t size = 1;
  for (; size <= expected.count; ++size) {
    if (size == text.size() || byte(size) < expected.low || byte(size) > expected.high) return {size, false};
    expected.low = 0x80;
    expected.high = 0xBF;
  }
  return {size, true};
}

void append_escape(std::string& out, unsigned char code) {
  constexpr std::string_view shortened = "\b\t\n\f\r";
  constexpr std::string_view letters = "btnfr";
  constexpr std::string_view digits = "0123456789abcdef";
  out += '\\';
  if (const std::size_t at = shortened.find(static_cast<char>(code)); at != shortened.npos) {
    out += letters[at];
    return;
  }
  out += "u00";
  out += digits[code >> 4];
  out += digits[code & 0xF];
}

}  // namespace

std::string json_text(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  while (!text.empty()) {
    const Sequence sequence = first_sequence(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    const auto last = static_cast<unsigned char>(text[sequence.size - 1]);
    if (!sequence.valid) {
      out += "\xEF\xBF\xBD";
    } else if (lead < 0x20 || lead == 0x7F || (lead == 0xC2 && last < 0xA0)) {
      append_escape(out, last);  // of U+0080 to U+009F too, the last byte equals the code point
    } else {
      if (lead == '"' || lead == '\\') out += '\\';
      out += text.substr(0, sequence.size);
    }
    text.remove_prefix(sequence.size);
  }
  out += '"';
  return out;
}

}  // namespace portico
