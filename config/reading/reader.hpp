#pragma once

#include "config/json/json_node.hpp"
#include "config/reading/diagnostics.hpp"
#include "config/reading/env.hpp"
#include "config/reading/path.hpp"
#include "config/reading/substitution.hpp"

#include <portico/options/type.hpp>

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// Fills objects from the tree of a file, by the rows of their options, and collects diagnostics. Sets only the options
// that are in the file, so an object can be read over existing values. One reader reads one file.
class Reader {
 public:
  Reader(std::string_view text, std::filesystem::path base, const Env& env)
      : text_(text), base_(std::move(base)), env_(env) {}

  // Fills `object` from `node`, whose path is path().
  void read(const OptionType& type, const JsonNode& node, void* object);

  // Reads the members of an object. Those named in `reserved` are left to the caller; any other unknown member is a
  // problem.
  void read_members(const std::vector<OptionRow>& rows, const JsonNode& node, void* object,
                    std::initializer_list<std::string_view> reserved = {});

  // Returns true for an object; reports an error otherwise.
  bool expect_object(const JsonNode& node);

  // Reports members with a duplicate key or a key that is too long, and returns the others.
  std::vector<const JsonNode*> distinct_members(const JsonNode& node);

  Path& path() { return path_; }
  Diagnostics& diagnostics() { return diagnostics_; }

  // Returns, by path, the string in the file of each value that has a substitution.
  std::map<std::string, std::string>& substituted() { return substituted_; }

 private:
  void read_value(const OptionType& type, const JsonNode& node, void* object);
  void read_string(const OptionType& type, const JsonNode& node, void* object);
  void read_array(const OptionType& type, const JsonNode& node, void* object);
  void read_map(const OptionType& type, const JsonNode& node, void* object);
  void read_optional(const OptionType& type, const JsonNode& node, void* object);
  void read_one_of(const OptionType& type, const JsonNode& node, void* object);

  bool expect_count(const OptionType& type, const JsonNode& node);
  void store(const OptionType& type, const JsonNode& node, void* object, OptionValue value);
  void unknown_member(const JsonNode& member, const std::vector<OptionRow>& rows,
                      std::initializer_list<std::string_view> reserved);
  void report(const JsonNode& node, const std::string& error, const std::string& suggestion = {});
  std::string shown(const JsonNode& node) const;
  void clear_substitutions();

  std::string_view text_;
  std::filesystem::path base_;
  const Env& env_;
  Path path_;
  Diagnostics diagnostics_;
  std::map<std::string, std::string> substituted_;
};

}  // namespace portico
