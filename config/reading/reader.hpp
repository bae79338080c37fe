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

// Fills objects from the tree of a file, by the rows of their options, and collects what is wrong. Sets only what the
// file sets, so an object can be read over another one's values. Lives as long as one file is read.
class Reader {
 public:
  Reader(std::string_view text, std::filesystem::path base, const Env& surroundings)
      : text_(text), base_(std::move(base)), surroundings_(surroundings) {}

  // Fills `object` from `node`, which stands at path().
  void read(const OptionType& type, const JsonNode& node, void* object);

  // The members of an object that the rows know. Those called in `others` are left to the caller; any other is a
  // problem.
  void read_members(const std::vector<OptionRow>& rows, const JsonNode& node, void* object,
                    std::initializer_list<std::string_view> others = {});

  // Whether the node is an object; a problem if not.
  bool expect_object(const JsonNode& node);

  // Makes a problem of every second member of the same name, and of names too long to be anything. Returns the others.
  std::vector<const JsonNode*> distinct_members(const JsonNode& node);

  Path& path() { return path_; }
  Diagnostics& findings() { return findings_; }

  // By path, the text in the file of each value that came from outside of it.
  std::map<std::string, std::string>& substituted() { return substituted_; }

 private:
  void read_value(const OptionType& type, const JsonNode& node, void* object);
  void read_text(const OptionType& type, const JsonNode& node, void* object);
  void read_list(const OptionType& type, const JsonNode& node, void* object);
  void read_map(const OptionType& type, const JsonNode& node, void* object);
  void read_optional(const OptionType& type, const JsonNode& node, void* object);
  void read_one_of(const OptionType& type, const JsonNode& node, void* object);

  bool expect_count(const OptionType& type, const JsonNode& node);
  void store(const OptionType& type, const JsonNode& node, void* object, OptionValue value);
  void unknown_member(const JsonNode& member, const std::vector<OptionRow>& rows,
                      std::initializer_list<std::string_view> others);
  void wrong(const JsonNode& node, const std::string& what, const std::string& meant = {});
  std::string shown(const JsonNode& node) const;
  void forget_substitutions();

  std::string_view text_;
  std::filesystem::path base_;
  const Env& surroundings_;
  Path path_;
  Diagnostics findings_;
  std::map<std::string, std::string> substituted_;
};

}  // namespace portico
