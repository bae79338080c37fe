#pragma once

#include "config/json/json_node.hpp"
#include "config/reading/diagnostics.hpp"
#include "config/reading/env.hpp"
#include "config/reading/path.hpp"
#include "config/reading/substitution.hpp"
#include "config/values/hidden_values.hpp"

#include <portico/options/type.hpp>

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portico {

// A setting whose value has a substitution.
struct SubstitutedSetting {
  std::string spelled;             // as the file has it: "${env:PORT}"
  std::vector<HiddenText> hidden;  // texts of its value that must not be shown
  bool is_plain = false;           // no secret, so that messages may show its value
};

// Settings with a substitution, by the key() of their path.
using SubstitutedSettings = std::map<std::string, SubstitutedSetting>;

// Returns the texts of the settings at or inside a path that messages must not show; by default, of all settings.
HiddenValues hidden_values(const SubstitutedSettings& settings, const Path& outer = {});

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

  SubstitutedSettings& substituted() { return substituted_; }

 private:
  void read_value(const OptionType& type, const JsonNode& node, void* object);
  // `described` is the type that a message describes: the whole one_of, of which `type` is an alternative.
  void read_string(const OptionType& type, const JsonNode& node, void* object, const OptionType& described);
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
  void note_substitution(const JsonNode& node, const Substituted& replaced, bool is_plain);

  std::string_view text_;
  std::filesystem::path base_;
  const Env& env_;
  Path path_;
  Diagnostics diagnostics_;
  SubstitutedSettings substituted_;
};

}  // namespace portico
