#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { MAX_WORD = 48 }; /* longer words are no typing slip of a known one */

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool rsp_text_equal(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] != '\0' && lower(a[i]) == lower(b[i]))
        i++;
    return lower(a[i]) == lower(b[i]);
}

bool rsp_text_ends(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

int rsp_text_index(const char *word, const char *const known[])
{
    for (int i = 0; known[i] != NULL; i++)
        if (rsp_text_equal(word, known[i]))
            return i;
    return -1;
}

static bool starts_with(const char *text, const char *prefix)
{
    size_t i = 0;
    while (prefix[i] != '\0' && lower(text[i]) == lower(prefix[i]))
        i++;
    return prefix[i] == '\0';
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau-Levenshtein distance with adjacent transpositions (optimal string alignment). */
static size_t distance(const char *a, size_t n_a, const char *b, size_t n_b)
{
    size_t row[3][MAX_WORD + 1];
    for (size_t j = 0; j <= n_b; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t *now = row[i % 3];
        const size_t *above = row[(i + 2) % 3], *above2 = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            size_t d = least(least(above[j], now[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                d = least(d, above2[j - 2] + 1);
            now[j] = d;
        }
    }
    return row[n_a % 3][n_b];
}

const char *rsp_text_nearest(const char *word, const char *const known[])
{
    const size_t n_word = strlen(word);
    if (n_word == 0 || n_word > MAX_WORD)
        return NULL;
    const char *best = NULL, *extension = NULL;
    size_t best_distance = SIZE_MAX;
    for (size_t i = 0; known[i] != NULL; i++) {
        const size_t n_known = strlen(known[i]);
        if (n_known == 0 || n_known > MAX_WORD)
            continue;
        const size_t longer = n_word > n_known ? n_word : n_known;
        const size_t d = distance(word, n_word, known[i], n_known);
        /* One slip in three letters, at least one, and never a wholly different word. */
        const size_t cut = longer < 6 ? 1 : longer / 3;
        if (d <= cut && d < longer && d < best_distance) {
            best = known[i];
            best_distance = d;
        }
        if (extension == NULL && n_word >= 3 && starts_with(known[i], word))
            extension = known[i];
    }
    return best != NULL ? best : extension;
}

size_t rsp_utf8_length(const char *text, size_t n)
{
    const unsigned char *s = (const unsigned char *)text;
    if (n == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    const size_t need = s[0] >= 0xc2 && s[0] <= 0xdf   ? 2
                        : s[0] >= 0xe0 && s[0] <= 0xef ? 3
                        : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                                       : 0;
    if (need == 0 || n < need)
        return 0;
    for (size_t i = 1; i < need; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    const bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    const bool surrogate = s[0] == 0xed && s[1] > 0x9f;
    const bool too_high = s[0] == 0xf4 && s[1] > 0x8f;
    const bool c1_control = s[0] == 0xc2 && s[1] < 0xa0;
    return overlong || surrogate || too_high || c1_control ? 0 : need;
}

bool rsp_utf8_is_control(const char *text, size_t n)
{
    const unsigned char *s = (const unsigned char *)text;
    if (n == 0)
        return false;
    if (s[0] < 0x80)
        return s[0] == 0x7f || (s[0] < 0x20 && s[0] != '\t' && s[0] != '\n' && s[0] != '\r');
    if (n >= 2 && s[0] == 0xc2)
        return s[1] >= 0x80 && s[1] < 0xa0;
    if (n < 3 || s[0] != 0xe2)
        return false;
    return (s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) || (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9);
}
