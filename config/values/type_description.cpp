#include "config/values/suggest.hpp"
#include "config/values/value_text.hpp"

#include <fmt/format.h>

#include <vector>

namespace portico {
namespace {

constexpr std::string_view must_be = "must be ";

std::vector<std::string> words_of(const OptionType& type) {
  std::vector<std::string> words;
  for (const auto& [word, value] : type.limits.words) words.push_back(in_quotes(word));
  return words;
}

std::string entries_in_words(const OptionLimits& limits, std::string_view what) {
  return limits.longest ? fmt::format(", {} to {} {}", *limits.shortest, *limits.longest, what) : std::string();
}

std::string name_of(const OptionType& type) {
  switch (type.kind) {
    case OptionKind::boolean:
      return "true or false";
    case OptionKind::integer:
      return "whole number" + range_in_words(type);
    case OptionKind::number:
      return "number" + range_in_words(type);
    case OptionKind::text:
      return "text" + entries_in_words(type.limits, "bytes");
    case OptionKind::path:
      return "file name";
    case OptionKind::pem:
      return "PEM file name or text";
    case OptionKind::duration:
      return "duration" + range_in_words(type);
    case OptionKind::size:
      return "size" + range_in_words(type);
    case OptionKind::rate:
      return "rate" + range_in_words(type);
    case OptionKind::byte_rate:
      return "rate of bytes" + range_in_words(type);
    case OptionKind::address:
      return "address";
    case OptionKind::listen_address:
      return "address to listen on";
    case OptionKind::network:
      return "network";
    default:
      return "object";
  }
}

// As a table of the reference has it: "`"auto"`", "whole number from 1 to 1024".
void add_names(const OptionType& type, std::vector<std::string>& forms) {
  if (type.kind == OptionKind::one_of) {
    for (const OptionType& inner : type.inner) add_names(inner, forms);
    return;
  }
  if (type.kind == OptionKind::list || type.kind == OptionKind::map) return forms.push_back(type_in_words(type));
  if (type.kind != OptionKind::structure) {
    for (const std::string& word : words_of(type)) forms.push_back("`" + word + "`");
  }
  if (type.kind != OptionKind::choice) forms.push_back(name_of(type));
}

}  // namespace

std::string range_in_words(const OptionType& type) {
  const OptionLimits& limits = type.limits;
  if (type.kind == OptionKind::number) {
    if (!limits.least_number || !limits.most_number) return {};
    return fmt::format(" from {} to {}", *limits.least_number, *limits.most_number);
  }
  if (!limits.most) return limits.least ? fmt::format(" of at least {}", *limits.least) : std::string();
  const auto show = [&](std::int64_t bound) {
    if (type.kind == OptionKind::rate) return fmt::format("{}", bound);
    if (type.kind == OptionKind::byte_rate) return size_to_text(bound);
    return value_to_text(type, bound);
  };
  return fmt::format(" from {} to {}", show(limits.least.value_or(0)), show(*limits.most));
}

namespace {

// "a whole number from 1 to 1024", each of the forms that a value may have; of a one_of, those of all alternatives.
void add_forms(const OptionType& type, std::vector<std::string>& forms) {
  if (type.kind == OptionKind::one_of) {
    for (const OptionType& inner : type.inner) add_forms(inner, forms);
    return;
  }
  if (type.kind == OptionKind::optional) return add_forms(type.inner.front(), forms);
  const auto add = [&forms](std::string form) { forms.push_back(std::move(form)); };
  if (type.kind != OptionKind::structure) {
    for (std::string& word : words_of(type)) add(std::move(word));
  }
  switch (type.kind) {
    case OptionKind::boolean:
      return add("true or false");
    case OptionKind::integer:
      return add("a whole number" + range_in_words(type));
    case OptionKind::number:
      return add("a number" + range_in_words(type));
    case OptionKind::choice:
      return;
    case OptionKind::text:
      return add("a text");
    case OptionKind::path:
      return add("the name of a file");
    case OptionKind::pem:
      return add("the name of a PEM file, or its text (\"-----BEGIN ...\")");
    case OptionKind::list: {
      const std::string entry = expectation(type.inner.front());
      return add(type.limits.or_single ? entry.substr(must_be.size()) + ", or a list of such"
                                       : fmt::format("a list (each entry {})", entry));
    }
    case OptionKind::map:
    case OptionKind::structure:
      return add("an object");
    default:
      // The others are texts whose reader says what would be right.
      return add(value_from_text(type, "").wrong.substr(must_be.size()));
  }
}

}  // namespace

std::string expectation(const OptionType& type) {
  std::vector<std::string> forms;
  add_forms(type, forms);
  return std::string(must_be) + joined_by_or(forms);
}

std::string type_in_words(const OptionType& type) {
  switch (type.kind) {
    case OptionKind::list: {
      const std::string list =
          fmt::format("list ({}){}", type_in_words(type.inner.front()), entries_in_words(type.limits, "entries"));
      return type.limits.or_single ? fmt::format("{}, or a {}", type_in_words(type.inner.front()), list) : list;
    }
    case OptionKind::map:
      return fmt::format("object, for each name: {}", type_in_words(type.inner.front()));
    case OptionKind::optional:
      return type_in_words(type.inner.front());
    default:
      break;
  }
  std::vector<std::string> forms;
  add_names(type, forms);
  return joined_by_or(forms);
}

}  // namespace portico
