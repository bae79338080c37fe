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
    Step(std::string& text, const std::string& more) : text_(text), before_(text.size()) { text_ += more; }
    ~Step() { text_.resize(before_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    std::string& text_;
    std::size_t before_;
  };

  [[nodiscard]] Step enter(std::string_view key);
  [[nodiscard]] Step enter(std::size_t index) { return {text_, "[" + std::to_string(index) + "]"}; }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Returns true if `path` is `outer` or inside it.
bool is_within(std::string_view path, std::string_view outer);

}  // namespace portico
