#include "program/host/command_line.hpp"

namespace portico {

std::vector<std::string> utf8_arguments(int argc, const char* const* argv) { return {argv, argv + argc}; }

}  // namespace portico
