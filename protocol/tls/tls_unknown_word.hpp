#pragma once

#include "protocol/tls/tls_context.hpp"

#include <string>
#include <utility>
#include <vector>

namespace portico {

// Exception for a setting with a word that it may not have. `known` are those that it may, for a suggestion.
class UnknownTlsWord : public TlsSettingsError {
 public:
  UnknownTlsWord(std::string option, const std::string& text, std::string word, std::vector<std::string> known)
      : TlsSettingsError(std::move(option), text), word_(std::move(word)), known_(std::move(known)) {}
  const std::string& word() const { return word_; }
  const std::vector<std::string>& known() const { return known_; }

 private:
  std::string word_;
  std::vector<std::string> known_;
};

}  // namespace portico
