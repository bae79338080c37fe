#pragma once

#include "config/reading/load.hpp"

#include <portico/options.hpp>

#include <span>
#include <string>

namespace portico {

// What the program tells about its configuration, each as the whole text of a page or file. All come from the rows.

// The JSON Schema (2020-12) of the file.
std::string json_schema(std::span<const HandlerDescription> handlers);

// The same for people, in Markdown.
std::string reference_page(std::span<const HandlerDescription> handlers);

// A file with every default filled in and an endpoint for each handler.
std::string default_configuration(std::span<const HandlerDescription> handlers);

// What a loaded file amounts to: every default filled in, values from outside the file as their ${...}. Loads to an
// equal Config.
std::string effective_configuration(const LoadResult& loaded);

// A line for each handler: its name and what it does.
std::string handler_list(std::span<const HandlerDescription> handlers);

}  // namespace portico
