#pragma once

#include <cstdint>
#include <string_view>

namespace portico {

// The CRC-32C (Castagnoli) of `bytes`, as iSCSI has it (RFC 3720 section 12.1). To go on over several pieces, hand the
// result of one to the next as `before`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace portico
