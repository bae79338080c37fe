#pragma once

#include <cstdint>
#include <string_view>

namespace portico {

// Returns the CRC-32C (Castagnoli) of `bytes`, as in iSCSI (RFC 3720 section 12.1). For data in several pieces, pass
// the result for one piece to the next call as `previous`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous = 0);

}  // namespace portico
