#include "config/documents/documents.hpp"
#include "config/documents/schema_type.hpp"
#include "config/reading/read_config.hpp"
#include "config/settings/config.hpp"

#include <utility>

namespace portico {
namespace {

// "options" is what the handler named beside it makes of it.
Json options_of_handlers(std::span<const HandlerDescription> handlers) {
  Json conditions = Json::array();
  for (const HandlerDescription& handler : handlers) {
    Json condition = {{"properties", {{"handler", {{"const", handler.name}}}}}, {"required", {"handler"}}};
    Json options = {{"description", handler.help}};
    options.update(schema_of(handler.options.type(), Requirements::whole));
    Json consequence = {{"properties", {{"options", options}}}};
    if (options.contains("required")) consequence["required"] = {"options"};
    conditions.push_back({{"if", std::move(condition)}, {"then", std::move(consequence)}});
  }
  return conditions;
}

Json endpoint_schema(std::span<const HandlerDescription> handlers) {
  const EndpointConfig defaults;
  Json properties = properties_of(endpoint_type(handlers).rows, &defaults, Requirements::part);
  properties["options"] = {
      {"description", "The handler's own options."}, {"default", Json::object()}, {"type", "object"}};
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", {"listen", "handler"}},
          {"additionalProperties", false},
          {"allOf", options_of_handlers(handlers)}};
}

Json defaults_schema() {
  const EndpointConfig defaults;
  return {{"description", "Settings for every endpoint that does not say otherwise."},
          {"default", Json::object()},
          {"type", "object"},
          {"properties", properties_of(endpoint_default_rows(), &defaults, Requirements::part)},
          {"additionalProperties", false}};
}

// What must be there in each endpoint unless endpoint_defaults speaks of it.
Json conditional_requirements() {
  Json conditions = Json::array();
  for (const OptionRow& row : endpoint_default_rows()) {
    Json requirements = requirements_of(row.type);
    if (requirements.is_null()) continue;
    Json by_default = {{"properties", {{"endpoint_defaults", {{"required", {row.name}}}}}},
                       {"required", {"endpoint_defaults"}}};
    Json endpoint = {{"properties", {{row.name, std::move(requirements)}}}};
    Json consequence = {{"properties", {{"endpoints", {{"additionalProperties", std::move(endpoint)}}}}}};
    conditions.push_back({{"if", {{"not", std::move(by_default)}}}, {"then", std::move(consequence)}});
  }
  return conditions;
}

}  // namespace

std::string json_schema(std::span<const HandlerDescription> handlers) {
  const Config defaults;
  Json properties = {{"$schema",
                      {{"description", "Where this schema is, for editors; the server ignores it."},
                       {"default", "./portico.schema.json"}}}};
  properties.update(properties_of(OptionSet::of<Config>().rows(), &defaults, Requirements::whole));
  properties["endpoint_defaults"] = defaults_schema();
  properties["endpoints"] = {{"description", "What is served where: an endpoint for each name."},
                             {"type", "object"},
                             {"minProperties", 1},
                             {"propertyNames", {{"pattern", "^[A-Za-z0-9_.-]{1,64}$"}}},
                             {"additionalProperties", endpoint_schema(handlers)}};
  return to_text({{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                  {"title", "Portico configuration"},
                  {"description", "Made by `portico schema`."},
                  {"type", "object"},
                  {"properties", std::move(properties)},
                  {"required", {"endpoints"}},
                  {"additionalProperties", false},
                  {"allOf", conditional_requirements()}});
}

}  // namespace portico
