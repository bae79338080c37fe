#pragma once

#include "config/reading/load.hpp"

#include <portico/options.hpp>

#include <span>
#include <string>
#include <string_view>

namespace portico {

// Documents about the configuration, each as the whole text of a page or file. All are generated from the option rows.
// `program` is the name of the program that generates them.

// Returns the JSON Schema (2020-12) of the configuration file.
std::string json_schema(std::span<const HandlerDescription> handlers, std::string_view program = "portico");

// Returns the reference of all settings, in Markdown.
std::string reference_page(std::span<const HandlerDescription> handlers, std::string_view program = "portico");

// Returns a configuration with every default, and an endpoint for each handler, in which required options have an
// example. It loads.
std::string default_configuration(std::span<const HandlerDescription> handlers);

// Returns a loaded configuration with every default filled in, and with substitutions as their ${...}. Loads to an
// equal Config.
std::string effective_configuration(const LoadResult& loaded);

// Returns a line for each handler: its name and its help text.
std::string handler_list(std::span<const HandlerDescription> handlers);

}  // namespace portico
