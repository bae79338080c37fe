#pragma once

#include <portico/options.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// Form of `unix_socket.mode`.
extern const TextForm mode_form;

// Permissions of the file of a Unix socket: a client may connect if it may write to the file.
struct UnixSocketConfig {
  std::string mode = "0660";
  std::string owner;
  std::string group;

  static constexpr auto describe() {
    using Self = UnixSocketConfig;
    return options(option("mode", &Self::mode,
                          "Permissions of the file, in octal digits. A client needs write permission to connect; 0660: "
                          "the owner and the group.",
                          form(mode_form)),
                   option("owner", &Self::owner,
                          "Owner of the file, a name or a number; empty: the user of the process.", length(0, 256)),
                   option("group", &Self::group,
                          "Group of the file, a name or a number; empty: the group of the process.", length(0, 256)));
  }

  friend bool operator==(const UnixSocketConfig&, const UnixSocketConfig&) = default;
};

// Parses permissions of three octal digits, with or without a leading zero: "0660", "660". Returns nothing for any
// other text.
std::optional<unsigned> mode_from_text(std::string_view text);

}  // namespace portico
