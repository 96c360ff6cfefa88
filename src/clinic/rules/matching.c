#include "rules/matching.h"

#include <string.h>

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Length of the word when text begins with it, else 0. */
static size_t begins(const char *text, const char *word)
{
    size_t i = 0;
    for (; word[i] != '\0'; i++)
        if (lower(text[i]) != lower(word[i])) /* also ends at the end of text */
            return 0;
    return i;
}

bool rsp_text_holds(const char *text, const char *word)
{
    for (; *text != '\0'; text++)
        if (begins(text, word) > 0)
            return true;
    return false;
}

bool rsp_medication_is(const char *name, const char *medicine)
{
    const size_t n = begins(name, medicine);
    const int next = n > 0 ? lower(name[n]) : 'x';
    return n > 0 && !(next >= 'a' && next <= 'z');
}

bool rsp_class_holds(const struct rsp_class *class, const char *name)
{
    for (size_t i = 0; class != NULL && i < class->n_member; i++)
        if (rsp_medication_is(name, class->member[i]))
            return true;
    return false;
}

/* Edit distance (insertions, deletions, substitutions); anything above the longest name counts as far. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 48 };
    size_t row[LONGEST + 1];
    const size_t n = strlen(b);
    if (n > LONGEST)
        return n;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            const size_t replaced = corner + (lower(a[i - 1]) != lower(b[j - 1]));
            const size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            corner = row[j];
            row[j] = replaced < shorter ? replaced : shorter;
        }
    }
    return row[n];
}

/* Names of medicines of one family differ by few letters, so that near means less here than for a key:
 * the same first letter and at most two slips, one in a short name. */
static bool near(const char *name, const char *member)
{
    enum { SHORT_NAME = 8, SLIPS = 2 };
    const size_t slips = strlen(member) < SHORT_NAME ? SLIPS - 1 : SLIPS;
    return lower(name[0]) == lower(member[0]) && distance(name, member) <= slips;
}

bool rsp_medication_known(const struct rsp_rulebook *book, const char *name)
{
    for (size_t c = 0; c < book->n_class; c++)
        if (rsp_class_holds(&book->classes[c], name))
            return true;
    return false;
}

const char *rsp_medication_near_miss(const struct rsp_rulebook *book, const char *name)
{
    if (rsp_medication_known(book, name))
        return NULL;
    for (size_t c = 0; c < book->n_class; c++)
        for (size_t i = 0; i < book->classes[c].n_member; i++)
            if (near(name, book->classes[c].member[i]))
                return book->classes[c].member[i];
    return NULL;
}
