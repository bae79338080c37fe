#pragma once

namespace portico {

// Opens the null device in place of standard input, output and error where one is closed. Otherwise the next descriptor
// that the program opens, a socket or a timer, gets the number and, with that of stderr, the log. Call it first.
void open_standard_descriptors();

}  // namespace portico
