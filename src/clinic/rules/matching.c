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

const char *rsp_medication_near_miss(const struct rsp_rulebook *book, const char *name)
{
    enum { MAX_NEAR = 256 };
    const char *nearest = NULL;
    for (size_t c = 0; c < book->n_class; c++)
        if (rsp_class_holds(&book->classes[c], name))
            return NULL;
    for (size_t c = 0; c < book->n_class && nearest == NULL; c++) {
        const char *known[MAX_NEAR + 1] = {0};
        for (size_t i = 0; i < book->classes[c].n_member && i < MAX_NEAR; i++)
            known[i] = book->classes[c].member[i];
        nearest = rsp_text_nearest(name, known);
    }
    return nearest;
}
