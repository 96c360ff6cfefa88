/** Text helpers: nearest word, growable text, arena. */
#ifndef RSP_BASE_TEXT_H
#define RSP_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

/** Word of the NULL-terminated list nearest to `word` (edit distance with transpositions,
 * case-insensitive; else a word that begins with it), or NULL when none is near enough to be meant. */
const char *rsp_text_nearest(const char *word, const char *const known[]);

/** Case-insensitive ASCII equality, independent of the locale. */
bool rsp_text_equal(const char *a, const char *b);

/** Whether text ends with `end`, to the letter. */
bool rsp_text_ends(const char *text, const char *end);

/** Place of `word` in the NULL-terminated list, case-insensitive; -1 when it is not there. */
int rsp_text_index(const char *word, const char *const known[]);

/** Bytes (1 to 4) of the well-formed, printable-or-ASCII UTF-8 character at the start of the n bytes
 * of text; 0 when it is malformed, cut off, or a C1 control character. */
size_t rsp_utf8_length(const char *text, size_t n);

/** Whether the n bytes of text begin with a character that no screen shows and that can change what one
 * shows: a control character other than tab and line ends, C1 (U+0080 to U+009F) or a mark that turns
 * the direction of text (U+202A to U+202E, U+2066 to U+2069). */
bool rsp_utf8_is_control(const char *text, size_t n);

/** Growable text with a maximum size. After any failure `failed` stays set and appends do nothing, so
 * that a writer checks once at the end. */
struct rsp_buf {
    char *data; /* always terminated; NULL before the first append */
    size_t length, capacity, max;
    bool failed, too_long; /* too_long: by more than max; else memory was missing */
};
/** @param max  greatest length in bytes, without the terminator */
void rsp_buf_init(struct rsp_buf *buf, size_t max);
void rsp_buf_free(struct rsp_buf *buf);
void rsp_buf_add(struct rsp_buf *buf, const char *data, size_t length);
/** @param text  NULL adds nothing */
void rsp_buf_text(struct rsp_buf *buf, const char *text);
void rsp_buf_printf(struct rsp_buf *buf, const char *fmt, ...) RSP_PRINTF(2, 3);
/** Shortest text that reads back as the same double: plain ("0.00012") from 1e-5 to under 1e17, else
 * with an exponent ("1.2e-7"). "." always the decimal point; "nan", "inf", "-inf" as such. */
void rsp_buf_double(struct rsp_buf *buf, double value);
/** Value rounded to 1..17 significant digits (exact value, half to even), trailing zeros left out, in
 * the same two forms. */
void rsp_buf_fixed(struct rsp_buf *buf, double value, int significant_digits);

/** Arena: many small allocations, freed at once. */
struct rsp_arena;
struct rsp_arena *rsp_arena_new(void);
void rsp_arena_free(struct rsp_arena *arena);
/** Zeroed memory aligned for any type; NULL when out of memory. */
void *rsp_arena_alloc(struct rsp_arena *arena, size_t size);
/** Terminated copy of length bytes; NULL when out of memory. */
char *rsp_arena_text(struct rsp_arena *arena, const char *text, size_t length);

#endif
