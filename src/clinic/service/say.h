/** Sentences made in pieces, in a text of limited room, and numbers in words for them. */
#ifndef RSP_CLINIC_SERVICE_SAY_H
#define RSP_CLINIC_SERVICE_SAY_H

#include <stddef.h>

#include <respite/status.h>

/** One text of limited room; what does not fit is cut. */
struct rsp_say {
    char *text;
    size_t size, used;
};

/** For an array: struct rsp_say say = RSP_SAY(advice->relief_sentence); */
#define RSP_SAY(member)                                                                                      \
    {                                                                                                        \
        .text = (member), .size = sizeof(member), .used = 0                                                  \
    }

/** Add to the text, as printf does. */
void rsp_say(struct rsp_say *say, const char *fmt, ...) RSP_PRINTF(2, 3);
/** Make its first letter a capital. */
void rsp_say_capital(struct rsp_say *say);

/** A number in words, by value, so that several stand in one call. */
struct rsp_words {
    char text[64];
};
/** As rsp_number_format. */
struct rsp_words rsp_words_number(double value, int digits);
/** A chance of one person, "34 in 100": never 0 or 100, which nothing proves of one person. */
struct rsp_words rsp_words_chance(double frac);
/** How many characters of a UTF-8 text are no blanks: a reason of blanks is none. */
size_t rsp_letters(const char *text);

#endif
