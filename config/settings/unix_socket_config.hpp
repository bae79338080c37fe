#pragma once

#include <portico/options.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// Who may connect to a Unix socket: whoever may write its file.
struct UnixSocketConfig {
  std::string mode = "0660";
  std::string owner;
  std::string group;

  static constexpr auto describe() {
    using Self = UnixSocketConfig;
    return options(option("mode", &Self::mode,
                          "Who may connect: the permissions of the file, in octal digits. Whoever may write may "
                          "connect; 0660: its owner and its group."),
                   option("owner", &Self::owner, "The file's user, a name or a number; empty: who runs the server.",
                          length(0, 256)),
                   option("group", &Self::group, "The file's group, a name or a number; empty: of who runs the server.",
                          length(0, 256)));
  }

  std::vector<OptionProblem> check() const;

  friend bool operator==(const UnixSocketConfig&, const UnixSocketConfig&) = default;
};

// The permissions that a text of three octal digits means, with or without a zero before them: "0660", "660". Nothing
// for any other text.
std::optional<unsigned> mode_from_text(std::string_view text);

}  // namespace portico
