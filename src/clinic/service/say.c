#include "service/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

void rsp_say(struct rsp_say *say, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(say->text + say->used, say->size - say->used, fmt, args);
    va_end(args);
    if (n > 0)
        say->used += (size_t)n < say->size - say->used ? (size_t)n : say->size - say->used - 1;
}

void rsp_say_capital(struct rsp_say *say)
{
    char *first = say->text;
    if (*first >= 'a' && *first <= 'z')
        *first = (char)(*first - 'a' + 'A');
}

struct rsp_words rsp_words_number(double value, int digits)
{
    struct rsp_words words;
    rsp_number_format(value, digits, words.text, sizeof words.text);
    return words;
}

struct rsp_words rsp_words_chance(double frac)
{
    struct rsp_words words;
    const double least = 0.01;
    if (frac > 1.0 - least)
        snprintf(words.text, sizeof words.text, "over 99 in 100");
    else if (frac < least)
        snprintf(words.text, sizeof words.text, "under 1 in 100");
    else
        snprintf(words.text, sizeof words.text, "%.0f in 100", 100.0 * frac);
    return words;
}

size_t rsp_letters(const char *text)
{
    const unsigned char blank = 0x20, follows = 0x80, follows_mask = 0xC0;
    size_t n = 0;
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned char c = (unsigned char)*at;
        if (strncmp(at, "\xC2\xA0", 2) == 0) /* no-break space */
            at++;
        else
            n += c > blank && (c & follows_mask) != follows;
    }
    return n;
}
