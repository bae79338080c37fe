#include "config/json/json_parser.hpp"

#include "config/json/syntax_error.hpp"

#include <nlohmann/json.hpp>

#include <iterator>
#include <utility>

namespace portico {
namespace {

// nlohmann_json gives its SAX handler values without positions. It reads byte by byte through this iterator, which
// records the position.
class TrackingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackingIterator(const char* at, const char** position) : at_(at), position_(position) {}

  reference operator*() const { return *at_; }
  TrackingIterator& operator++() {
    *position_ = ++at_;
    return *this;
  }
  TrackingIterator operator++(int) {
    TrackingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const TrackingIterator& left, const TrackingIterator& right) { return left.at_ == right.at_; }

 private:
  const char* at_;
  const char** position_;
};

bool is_number_byte(char byte) {
  return (byte >= '0' && byte <= '9') || std::string_view("+-.eE").find(byte) != std::string_view::npos;
}

// Receives the parser's events and builds the tree.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, const char* const& position) : text_(text), position_(position) {}

  bool null() { return add(JsonNode::Kind::null, read() - 4) != nullptr; }
  bool boolean(bool value) {
    JsonNode* node = add(JsonNode::Kind::boolean, read() - (value ? 4 : 5));
    if (node != nullptr) node->boolean = value;
    return node != nullptr;
  }
  bool number_integer(std::int64_t value) {
    JsonNode* node = add(JsonNode::Kind::integer, number_start());
    if (node == nullptr) return false;
    node->integer = value;
    node->number = static_cast<double>(value);
    return true;
  }
  bool number_unsigned(std::uint64_t value) {
    if (std::in_range<std::int64_t>(value)) return number_integer(static_cast<std::int64_t>(value));
    return number_float(static_cast<double>(value), {});
  }
  bool number_float(double value, const std::string&) {
    JsonNode* node = add(JsonNode::Kind::number, number_start());
    if (node != nullptr) node->number = value;
    return node != nullptr;
  }
  bool string(std::string& value) {
    JsonNode* node = add(JsonNode::Kind::string, quote_start());
    if (node != nullptr) node->string = std::move(value);
    return node != nullptr;
  }
  bool binary(std::vector<std::uint8_t>&) { return false; }  // not in JSON
  bool start_object(std::size_t) { return open(JsonNode::Kind::object); }
  bool start_array(std::size_t) { return open(JsonNode::Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& value) {
    key_ = std::move(value);
    key_offset_ = quote_start();
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& reason) {
    error_ = explain_syntax(text_, read(), reason.what());
    return false;
  }

  JsonNode take_root() { return std::move(root_); }
  SyntaxError error() const { return error_; }

 private:
  std::size_t read() const { return static_cast<std::size_t>(position_ - text_.data()); }

  // The number just read ends at the parser's position, or one byte before it: the parser may have read one byte more.
  std::size_t number_start() const {
    std::size_t at = read();
    if (at > 0 && !is_number_byte(text_[at - 1])) --at;
    while (at > 0 && is_number_byte(text_[at - 1])) --at;
    return at;
  }

  // Inside a string every quote follows an odd number of backslashes; the opening quote does not.
  std::size_t quote_start() const {
    std::size_t at = read() - 1;
    while (at > 0) {
      at = text_.rfind('"', at - 1);
      std::size_t backslashes = 0;
      while (backslashes < at && text_[at - 1 - backslashes] == '\\') ++backslashes;
      if (backslashes % 2 == 0) break;
    }
    return at;
  }

  JsonNode* add(JsonNode::Kind kind, std::size_t offset) {
    if (++values_ > max_values) {
      error_ = {offset, "the file has more than the maximum of " + std::to_string(max_values) + " values"};
      return nullptr;
    }
    JsonNode& node = open_.empty() ? root_ : open_.back()->children.emplace_back();
    node.kind = kind;
    node.offset = static_cast<std::uint32_t>(offset);
    node.key_offset = static_cast<std::uint32_t>(key_offset_);
    node.key = std::move(key_);
    key_.clear();
    return &node;
  }

  bool open(JsonNode::Kind kind) {
    if (open_.size() >= max_depth) {
      error_ = {read() - 1, "values are nested deeper than the maximum of " + std::to_string(max_depth) + " levels"};
      return false;
    }
    JsonNode* node = add(kind, read() - 1);
    if (node == nullptr) return false;
    open_.push_back(node);  // stays valid: only the innermost open node gets children
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  const char* const& position_;
  JsonNode root_;
  std::vector<JsonNode*> open_;
  std::string key_;
  std::size_t key_offset_ = 0;
  std::size_t values_ = 0;
  SyntaxError error_;
};

}  // namespace

const JsonNode* JsonNode::find(std::string_view name) const {
  for (const JsonNode& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

ParsedText parse_json(std::string_view text) {
  const char* position = text.data();
  TreeBuilder builder(text, position);
  const TrackingIterator begin(text.data(), &position);
  const TrackingIterator end(text.data() + text.size(), &position);
  const bool strict = true;
  const bool ignore_comments = true;
  const bool is_valid =
      nlohmann::json::sax_parse(begin, end, &builder, nlohmann::json::input_format_t::json, strict, ignore_comments);
  // The parser takes a zero byte for the end of the text.
  const std::size_t zero = text.find('\0');
  const bool has_read_it = static_cast<std::size_t>(position - text.data()) > zero;
  constexpr std::size_t utf16_start = 4;  // one of the first bytes is zero in UTF-16 and UTF-32: explained already
  if (zero != std::string_view::npos && (is_valid || (has_read_it && zero >= utf16_start)))
    return {std::nullopt, {zero, "a zero byte, which no JSON file may have; remove it"}};
  if (is_valid) return {builder.take_root(), {}};
  return {std::nullopt, builder.error()};
}

}  // namespace portico
