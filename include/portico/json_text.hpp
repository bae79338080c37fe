#pragma once

#include <string>
#include <string_view>

namespace portico {

// Returns `text` as a JSON string, quotes included (RFC 8259 section 7); json_text("a\"b") is "\"a\\\"b\"". The result
// is always valid UTF-8: each ill-formed sequence becomes one U+FFFD (as Unicode chapter 3.9 recommends). Control
// characters are escaped, including DEL and U+0080 to U+009F, so that a peer's bytes cannot control the terminal that
// shows them. Any thread; throws std::bad_alloc only.
std::string json_text(std::string_view text);

}  // namespace portico
