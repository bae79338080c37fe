#include "config/syntax_error.hpp"

namespace portico {

SyntaxError explain_syntax(std::string_view, std::size_t stopped, std::string_view reason) {
  return {stopped > 0 ? stopped - 1 : 0, std::string(reason)};
}

}  // namespace portico
