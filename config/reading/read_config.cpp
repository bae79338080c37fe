#include "config/reading/read_config.hpp"

#include "config/reading/check_addresses.hpp"
#include "config/reading/check_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace portico {
namespace {

constexpr std::size_t max_name_length = 64;

bool is_endpoint_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  return !name.empty() && name.size() <= max_name_length && std::all_of(name.begin(), name.end(), is_allowed);
}

// Reads the endpoints of one file, each over a copy of endpoint_defaults.
class EndpointReader {
 public:
  EndpointReader(Reader& reader, std::span<const HandlerDescription> handlers)
      : reader_(reader), handlers_(handlers), type_(endpoint_type(handlers)) {}

  void read_defaults(const JsonNode& node) {
    if (!reader_.expect_object(node)) return;
    for (const std::string_view name : {"listen", "handler", "options"}) {
      if (const JsonNode* own = node.find(name)) {
        const auto step = reader_.path().enter(name);
        reader_.diagnostics().add(own->key_offset, reader_.path(),
                                  "cannot be a default; it must be set in each endpoint");
      }
    }
    defaults_node_ = &node;
    reader_.read_members(endpoint_default_rows(), node, &defaults_, {"listen", "handler", "options"});
    const std::string& outer = reader_.path().key();
    for (const auto& [key, setting] : reader_.substituted()) {
      if (key.starts_with(outer)) substituted_defaults_.emplace_back(key.substr(outer.size()), setting);
    }
  }

  EndpointConfig read(const JsonNode& node) {
    EndpointConfig endpoint = defaults_;
    endpoint.name = node.key;
    Path& path = reader_.path();
    if (!is_endpoint_name(node.key)) {
      reader_.diagnostics().add(
          node.key_offset, path,
          fmt::format("the name of an endpoint must have 1 to {} letters, digits, \"_\", \"-\" or \".\"",
                      max_name_length));
    }
    if (!reader_.expect_object(node)) return endpoint;
    for (const auto& [relative, setting] : substituted_defaults_)
      reader_.substituted()[path.key() + relative] = setting;
    reader_.read_members(type_.rows, node, &endpoint, {"options"});
    read_options(node, endpoint);
    check_rules(type_, &endpoint, {&node, defaults_node_}, node.offset, reader_);
    if (endpoint.tls) {
      const auto step = path.enter("tls");
      endpoint.tls->hidden = hidden_values(reader_.substituted(), path);
    }
    return endpoint;
  }

 private:
  void read_options(const JsonNode& endpoint_node, EndpointConfig& endpoint) {
    const HandlerDescription* handler = find_handler(endpoint.handler);
    if (handler == nullptr) return;  // already a problem
    endpoint.serves_operators = handler->serves_operators;

    const JsonNode* node = endpoint_node.find("options");
    const std::shared_ptr<void> object = handler->options.make();
    const auto step = reader_.path().enter("options");
    if (node != nullptr) reader_.read(handler->options.type(), *node, object.get());
    check_rules(handler->options.type(), object.get(), {node, nullptr}, endpoint_node.offset, reader_);
    endpoint.options = HandlerOptions(object, handler->options);
  }

  const HandlerDescription* find_handler(const std::string& name) const {
    const auto found =
        std::find_if(handlers_.begin(), handlers_.end(), [&](const auto& handler) { return handler.name == name; });
    return found == handlers_.end() ? nullptr : &*found;
  }

  Reader& reader_;
  std::span<const HandlerDescription> handlers_;
  OptionType type_;
  EndpointConfig defaults_;
  const JsonNode* defaults_node_ = nullptr;
  std::vector<std::pair<std::string, SubstitutedSetting>> substituted_defaults_;  // by the key of their path inside
};

void read_endpoints(Reader& reader, const JsonNode& root, std::span<const HandlerDescription> handlers,
                    Config& config) {
  EndpointReader endpoints(reader, handlers);
  if (const JsonNode* defaults = root.find("endpoint_defaults")) {
    const auto step = reader.path().enter("endpoint_defaults");
    endpoints.read_defaults(*defaults);
  }
  const JsonNode* node = root.find("endpoints");
  if (node == nullptr) {
    reader.diagnostics().add(root.offset, reader.path(),
                             "\"endpoints\" is missing; it must be an object with at least one endpoint");
    return;
  }
  const auto step = reader.path().enter("endpoints");
  if (!reader.expect_object(*node)) return;
  if (node->children.empty())
    reader.diagnostics().add(node->offset, reader.path(), "must have at least one endpoint, but is empty");
  const std::vector<const JsonNode*> members = reader.distinct_members(*node);
  for (const JsonNode* member : members) {
    const auto inner = reader.path().enter(member->key);
    config.endpoints.push_back(endpoints.read(*member));
  }
  check_addresses(config, members, reader.path(), reader.diagnostics());
  warn_unused_settings(config, members, reader.path(), reader.diagnostics());
}

}  // namespace

OptionType endpoint_type(std::span<const HandlerDescription> handlers) {
  OptionType type = OptionSet::of<EndpointConfig>().type();
  for (OptionRow& row : type.rows) {
    if (row.name != "handler" || handlers.empty()) continue;
    row.type.kind = OptionKind::choice;
    for (const HandlerDescription& handler : handlers)
      row.type.limits.named_values.emplace_back(handler.name, handler.name);
  }
  return type;
}

std::vector<OptionRow> endpoint_default_rows() {
  std::vector<OptionRow> rows = OptionSet::of<EndpointConfig>().rows();
  std::erase_if(rows, [](const OptionRow& row) { return row.name == "listen" || row.name == "handler"; });
  return rows;
}

Config read_config(Reader& reader, const JsonNode& root, std::span<const HandlerDescription> handlers) {
  Config config;
  if (!reader.expect_object(root)) return config;
  const OptionSet set = OptionSet::of<Config>();
  reader.read_members(set.rows(), root, &config, {"$schema", "endpoint_defaults", "endpoints"});
  check_rules(set.type(), &config, {&root, nullptr}, root.offset, reader);
  read_endpoints(reader, root, handlers, config);
  return config;
}

}  // namespace portico
