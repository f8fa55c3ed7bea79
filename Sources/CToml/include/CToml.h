// toml++ behind C: a document as a flat list of nodes, each with its place in the text.
//
// Names begin with ct_ (CT_), so that they meet no other library's.
#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  CT_TABLE,
  CT_ARRAY,
  CT_STRING,
  CT_INTEGER,
  CT_FLOAT,
  CT_BOOLEAN,
  /// A date, a time, or both.
  CT_DATE,
} ct_kind;

/// One node; parents come before their children, and a node's descendants follow it at once.
typedef struct {
  ct_kind kind;
  /// From 1; 0 for a table that only came into being by the keys within it.
  uint32_t line;
  uint32_t column;
  /// Nodes below this one, at any depth: the next sibling is that far behind the next node.
  uint32_t descendants;
  /// The key in the table above, or of length 0 in an array; not terminated.
  const char *key;
  size_t key_length;
  /// The value of a string; not terminated.
  const char *text;
  size_t text_length;
  int64_t integer;
  double number;
  int boolean;
} ct_node;

/// The error in a text, and its position.
typedef struct {
  char message[256];
  uint32_t line;
  uint32_t column;
} ct_error;

typedef struct ct_document ct_document;

/// Parses a text; NULL and `error` when it isn't TOML. Free the document with ct_free.
///
/// Texts over 256 KiB, with more than 10 000 dots or 200 in a line, or nested deeper than 64 tables
/// and arrays are refused, before they could overflow the stack.
ct_document *ct_parse(const char *text, size_t length, ct_error *error);
/// The nodes, the root table first; valid until ct_free.
const ct_node *ct_nodes(const ct_document *document, size_t *count);
void ct_free(ct_document *document);

#ifdef __cplusplus
}
#endif

#endif
