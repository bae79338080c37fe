#pragma once

#include <string>
#include <string_view>

namespace portico {

// `text` as a JSON string, quotes included (RFC 8259 section 7). Always valid UTF-8: each ill-formed sequence becomes
// one U+FFFD (as Unicode chapter 3.9 recommends). Control characters are escaped, DEL and U+0080 to U+009F too, so that
// what a peer sends cannot steer the terminal that shows it.
std::string json_text(std::string_view text);

}  // namespace portico
