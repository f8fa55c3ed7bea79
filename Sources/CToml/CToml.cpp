// toml++ 3.3 asserts what it could have checked (github.com/marzer/tomlplusplus/pull/301: "[[[" as
// a table header), and would assume it under NDEBUG. A broken assertion throws here instead, so
// that no text can end the program. Errors throw too: nothing runs on after the first one.
#undef NDEBUG
#define TOML_EXCEPTIONS 1
namespace {
struct broken_assertion {};
inline void toml_assert(bool holds) {
  if (!holds) throw broken_assertion{};
}
}  // namespace
#define TOML_ASSERT(expression) toml_assert(static_cast<bool>(expression))

#include "CToml.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <cstring>
#include <memory>
#include <string_view>
#include <toml++/toml.h>
#include <utility>
#include <vector>

struct ct_document {
  toml::table root;
  std::vector<ct_node> nodes;
};

namespace {

constexpr size_t longest_text = 256 * 1024;
/// Each dot of a key is a table, and toml++ frees tables by recursion.
constexpr long most_dots = 10000;
constexpr long most_dots_in_line = 200;
constexpr int deepest = 64;

constexpr std::string_view too_large = "the file is too large or too deeply nested";

struct too_deep {};

bool has_too_many_dots(std::string_view text) {
  long total = 0;
  long in_line = 0;
  for (const char byte : text) {
    if (byte == '\n') in_line = 0;
    if (byte == '.' && (++total > most_dots || ++in_line > most_dots_in_line)) return true;
  }
  return false;
}

void fail(ct_error *error, std::string_view message, uint32_t line, uint32_t column) {
  const size_t length = std::min(message.size(), sizeof error->message - 1);
  std::memcpy(error->message, message.data(), length);
  error->message[length] = 0;
  error->line = line;
  error->column = column;
}

void append(std::vector<ct_node> &nodes, const toml::node &node, std::string_view key,
            const toml::source_position &place, int depth = 0) {
  if (depth > deepest) throw too_deep{};
  ct_node flat{};
  flat.line = place.line;
  flat.column = place.column;
  flat.key = key.data();
  flat.key_length = key.size();
  const size_t index = nodes.size();
  switch (node.type()) {
    case toml::node_type::table: flat.kind = CT_TABLE; break;
    case toml::node_type::array: flat.kind = CT_ARRAY; break;
    case toml::node_type::string: {
      const std::string &text = **node.as_string();
      flat.kind = CT_STRING;
      flat.text = text.data();
      flat.text_length = text.size();
      break;
    }
    case toml::node_type::integer:
      flat.kind = CT_INTEGER;
      flat.integer = **node.as_integer();
      break;
    case toml::node_type::floating_point:
      flat.kind = CT_FLOAT;
      flat.number = **node.as_floating_point();
      break;
    case toml::node_type::boolean:
      flat.kind = CT_BOOLEAN;
      flat.boolean = **node.as_boolean();
      break;
    default: flat.kind = CT_DATE; break;
  }
  nodes.push_back(flat);
  if (const toml::table *table = node.as_table()) {
    for (const auto &[name, child] : *table) {
      append(nodes, child, name.str(), name.source().begin, depth + 1);
    }
  } else if (const toml::array *array = node.as_array()) {
    for (const toml::node &child : *array) {
      append(nodes, child, {}, child.source().begin, depth + 1);
    }
  }
  nodes[index].descendants = static_cast<uint32_t>(nodes.size() - index - 1);
}

/// The first line that opens a table's header and goes on with what can't begin a key; else 0.
uint32_t line_of_bad_header(std::string_view text) {
  uint32_t line = 1;
  for (size_t start = 0; start < text.size(); line++) {
    const size_t end = std::min(text.find('\n', start), text.size());
    std::string_view row = text.substr(start, end - start);
    row.remove_prefix(std::min(row.find_first_not_of(" \t"), row.size()));
    start = end + 1;
    if (row.empty() || row[0] != '[') continue;
    row.remove_prefix(row.substr(0, 2) == "[[" ? 2 : 1);
    row.remove_prefix(std::min(row.find_first_not_of(" \t"), row.size()));
    if (row.empty() || !(std::isalnum(static_cast<unsigned char>(row[0])) ||
                         std::strchr("_-\"'", row[0]) != nullptr)) {
      return line;
    }
  }
  return 0;
}

}  // namespace

ct_document *ct_parse(const char *text, size_t length, ct_error *error) {
  const std::string_view view(text, length);
  if (length > longest_text || has_too_many_dots(view)) {
    fail(error, too_large, 0, 0);
    return nullptr;
  }
  try {
    auto document = std::make_unique<ct_document>(ct_document{toml::parse(view), {}});
    append(document->nodes, document->root, {}, document->root.source().begin);
    return document.release();
  } catch (const toml::parse_error &problem) {
    fail(error, problem.description(), problem.source().begin.line,
         problem.source().begin.column);
  } catch (const broken_assertion &) {
    fail(error, "a table's header is malformed", line_of_bad_header(view), 1);
  } catch (const too_deep &) {
    fail(error, too_large, 0, 0);
  } catch (const std::exception &problem) {
    fail(error, problem.what(), 0, 0);
  }
  return nullptr;
}

const ct_node *ct_nodes(const ct_document *document, size_t *count) {
  *count = document->nodes.size();
  return document->nodes.data();
}

void ct_free(ct_document *document) { delete document; }
