#include "config/suggest.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>

#include <vector>

namespace portico {
namespace {

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
    case OptionKind::network:
      return "network";
    default:
      return "object";
  }
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

std::string expectation(const OptionType& type) {
  std::vector<std::string> forms;
  if (type.kind != OptionKind::one_of) forms = words_of(type);
  switch (type.kind) {
    case OptionKind::boolean:
      forms.push_back("true or false");
      break;
    case OptionKind::integer:
      forms.push_back("a whole number" + range_in_words(type));
      break;
    case OptionKind::number:
      forms.push_back("a number" + range_in_words(type));
      break;
    case OptionKind::choice:
      break;
    case OptionKind::text:
      forms.push_back("a text");
      break;
    case OptionKind::path:
      forms.push_back("the name of a file");
      break;
    case OptionKind::pem:
      forms.push_back("the name of a PEM file, or its text (\"-----BEGIN ...\")");
      break;
    case OptionKind::list: {
      const std::string entry = expectation(type.inner.front());
      return type.limits.or_single ? entry + ", or a list of such"
                                   : fmt::format("must be a list (each entry {})", entry);
    }
    case OptionKind::map:
    case OptionKind::structure:
      return "must be an object";
    case OptionKind::optional:
      return expectation(type.inner.front());
    case OptionKind::one_of:
      for (const OptionType& inner : type.inner)
        forms.push_back(expectation(inner).substr(std::string_view("must be ").size()));
      break;
    default:
      return value_from_text(type, "").wrong;  // the others are texts whose reader says what would be right
  }
  return "must be " + joined_by_or(forms);
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
    case OptionKind::one_of: {
      std::vector<std::string> alternatives;
      for (const OptionType& inner : type.inner) alternatives.push_back(type_in_words(inner));
      return joined_by_or(alternatives);
    }
    default:
      break;
  }
  std::vector<std::string> forms;
  for (const std::string& word : words_of(type)) forms.push_back("`" + word + "`");
  if (type.kind != OptionKind::choice) forms.push_back(name_of(type));
  return joined_by_or(forms);
}

}  // namespace portico
