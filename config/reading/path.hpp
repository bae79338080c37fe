#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace portico {

// Path of a value in the structure of the file: "endpoints.echo.listen[1]".
class Path {
 public:
  // Removes its step from the path when it is destroyed.
  class Step {
   public:
    Step(Path& path, std::string_view text, std::string_view key)
        : path_(path), text_size_(path.text_.size()), key_size_(path.key_.size()) {
      path_.text_ += text;
      path_.key_ += key;
    }
    ~Step() {
      path_.text_.resize(text_size_);
      path_.key_.resize(key_size_);
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Path& path_;
    std::size_t text_size_, key_size_;
  };

  [[nodiscard]] Step enter(std::string_view key);
  [[nodiscard]] Step enter(std::size_t index);

  // Returns the path as messages show it: a key that is not a plain word is quoted, and shortened if it is long.
  const std::string& text() const { return text_; }

  // Returns the path as a key of maps: two different paths have different keys, and the key of a value begins with that
  // of each value around it, and of no other.
  const std::string& key() const { return key_; }

 private:
  std::string text_;
  std::string key_;
};

}  // namespace portico
