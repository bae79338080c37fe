#include "config/documents/documents.hpp"
#include "config/documents/example_json.hpp"
#include "config/documents/value_json.hpp"
#include "config/reading/path.hpp"
#include "config/reading/read_config.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace portico {
namespace {

// Returns the settings of the process, without its endpoints.
Json process_settings(const Config& config, const SubstitutedSettings& substituted) {
  Path path;
  return to_json(OptionSet::of<Config>().type(), &config, path, substituted);
}

}  // namespace

std::string effective_configuration(const LoadResult& loaded) {
  Json file = process_settings(loaded.config, loaded.substituted);
  file["endpoints"] = Json::object();
  const OptionSet rows = OptionSet::of<EndpointConfig>();
  Path path;
  const auto endpoints = path.enter("endpoints");
  for (const EndpointConfig& endpoint : loaded.config.endpoints) {
    const auto step = path.enter(endpoint.name);
    Json json = to_json(rows.type(), &endpoint, path, loaded.substituted);
    const auto inner = path.enter("options");
    json["options"] = to_json(endpoint.options.set().type(), endpoint.options.get(), path, loaded.substituted);
    file["endpoints"][endpoint.name] = std::move(json);
  }
  return to_text(file);
}

std::string default_configuration(std::span<const HandlerDescription> handlers) {
  Json file = process_settings({}, {});
  const EndpointConfig endpoint;
  Json defaults = Json::object();
  Path path;
  for (const OptionRow& row : endpoint_default_rows())
    defaults[row.name] = to_json(row.type, row.at(&endpoint), path, {});
  file["endpoint_defaults"] = std::move(defaults);

  Json endpoints = Json::object();
  int port = 7000;
  for (const HandlerDescription& handler : handlers) {
    Json options = to_json_with_examples(handler.options.type(), handler.options.make().get());
    endpoints[handler.name] = {
        {"listen", fmt::format("127.0.0.1:{}", port++)}, {"handler", handler.name}, {"options", options}};
  }
  file["endpoints"] = std::move(endpoints);
  return to_text(file);
}

std::string handler_list(std::span<const HandlerDescription> handlers) {
  std::size_t width = 0;
  for (const HandlerDescription& handler : handlers) width = std::max(width, handler.name.size());
  std::string lines;
  for (const HandlerDescription& handler : handlers)
    lines += fmt::format("{:<{}}  {}\n", handler.name, width, handler.help);
  return lines;
}

}  // namespace portico
