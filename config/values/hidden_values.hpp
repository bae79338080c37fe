#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace portico {

// A text that must not be shown, because a substitution has put it into a setting.
struct HiddenText {
  std::string text;
  std::string spelled;      // shown instead: the text of the file, "${env:NAME}"
  bool only_whole = false;  // parts of it may be shown: it contains more than what was substituted
};

// The hidden texts of a configuration, or of a part of it.
class HiddenValues {
 public:
  // Hides a text from now on, unless it is too short to be a secret.
  void add(HiddenText text);

  // Returns a message as it may be shown: on one line, with each hidden text, and each longer piece of one, replaced by
  // its spelling in the file.
  std::string hide(std::string_view message) const;

  // Always equal: the spelling of a value makes no other configuration.
  friend bool operator==(const HiddenValues&, const HiddenValues&) { return true; }

 private:
  std::vector<HiddenText> texts_;
};

}  // namespace portico
