#pragma once

#include <string>
#include <utility>

namespace portico {

// Overwrites a text, and its unused room, before the memory is freed or used again.
void wipe(std::string& text);

// Text that is overwritten before its memory is freed: a private key, a password.
class Secret {
 public:
  Secret() = default;
  Secret(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor): it is a text
  Secret(const char* text) : text_(text) {}             // NOLINT(google-explicit-constructor)
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }
  Secret& operator=(Secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~Secret() { wipe(text_); }

  const std::string& text() const { return text_; }
  operator const std::string&() const { return text_; }  // NOLINT(google-explicit-constructor)

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string text_;
};

}  // namespace portico
