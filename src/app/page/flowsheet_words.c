/* Words, times and numbers of the flowsheet. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "flowsheet_parts.h"

enum { S_A_DAY = 86400, S_AN_HOUR = 3600, S_A_MINUTE = 60, MONTH_SIZE = 12, KEY_SIZE = 120 };

/* Written by tools/embed.py: the sheet's own words, and those of the staff app that it shares. */
size_t rsp_page_words_en_count(void);
const char *rsp_page_words_en_text(size_t i, size_t *length);
size_t rsp_page_words_de_count(void);
const char *rsp_page_words_de_text(size_t i, size_t *length);

rsp_status rsp_flowsheet_words(const char *language, json_t **words, struct rsp_error *err)
{
    const bool german = strcmp(language, "de") == 0;
    const size_t n = german ? rsp_page_words_de_count() : rsp_page_words_en_count();
    *words = json_object();
    bool failed = *words == NULL;
    for (size_t i = 0; i < n && !failed; i++) {
        size_t length = 0;
        const char *text = german ? rsp_page_words_de_text(i, &length) : rsp_page_words_en_text(i, &length);
        json_t *read = json_loadb(text, length, 0, NULL);
        failed = read == NULL || json_object_update(*words, read) != 0;
        json_decref(read);
    }
    return failed ? rsp_error_set(err, RSP_E_MEMORY, "", "out of memory") : RSP_OK;
}

const char *rsp_flowsheet_say(const struct rsp_flowsheet *f, const char *key)
{
    const char *text = json_string_value(json_object_get(f->words, key));
    return text != NULL ? text : key;
}

const char *rsp_flowsheet_word(const struct rsp_flowsheet *f, const char *prefix, const char *id)
{
    char key[KEY_SIZE];
    (void)snprintf(key, sizeof key, "%s.%s", prefix, id);
    const char *text = json_string_value(json_object_get(f->words, key));
    return text != NULL ? text : id;
}

void rsp_flowsheet_fill(
    const struct rsp_flowsheet *f, struct rsp_buf *out, const char *key, const char *const value[])
{
    const char *pattern = rsp_flowsheet_say(f, key);
    while (*pattern != '\0') {
        const size_t plain = strcspn(pattern, "%{");
        rsp_buf_add(out, pattern, plain);
        pattern += plain;
        if (*pattern == '\0')
            return;
        pattern += *pattern == '%' ? 2 : strcspn(pattern, "}") + 1; /* "%s", "{name}" */
        if (*value != NULL)
            rsp_buf_text(out, *value++);
    }
}

double rsp_flowsheet_wall_s(const struct rsp_flowsheet *f, double at_s)
{
    return at_s + (double)rsp_zone_offset_s(f->zone, (int64_t)floor(at_s));
}

void rsp_flowsheet_time(const struct rsp_flowsheet *f, double at_s, char text[16])
{
    const unsigned s = (unsigned)fmod(floor(rsp_flowsheet_wall_s(f, at_s)), S_A_DAY) % S_A_DAY;
    (void)snprintf(text, 16, "%02u:%02u", s / S_AN_HOUR, s / S_A_MINUTE % S_A_MINUTE);
}

void rsp_flowsheet_day(const struct rsp_flowsheet *f, double at_s, char text[32])
{
    rsp_flowsheet_date(f, (struct rsp_date){(long)floor(rsp_flowsheet_wall_s(f, at_s) / S_A_DAY)}, text);
}

void rsp_flowsheet_date(const struct rsp_flowsheet *f, struct rsp_date date, char text[32])
{
    char iso[16], month[MONTH_SIZE];
    int day = 0, number = 1;
    rsp_date_format(date, iso, sizeof iso);
    (void)sscanf(iso, "%*d-%2d-%2d", &number, &day);
    const char *name = rsp_flowsheet_say(f, "flowsheet.months");
    for (int i = 1; i < number && strchr(name, ' ') != NULL; i++)
        name = strchr(name, ' ') + 1;
    (void)snprintf(month, sizeof month, "%.*s", (int)strcspn(name, " "), name);
    if (strcmp(f->language, "de") == 0)
        (void)snprintf(text, 32, "%d. %s %ld", day, month, rsp_date_year(date));
    else
        (void)snprintf(text, 32, "%d %s %ld", day, month, rsp_date_year(date));
}

void rsp_flowsheet_number(double value, int digits, char text[32])
{
    struct rsp_buf written;
    rsp_buf_init(&written, 31);
    if (isfinite(value))
        rsp_buf_fixed(&written, value, digits);
    (void)snprintf(text, 32, "%s", written.data != NULL ? written.data : "-");
    rsp_buf_free(&written);
}

void rsp_flowsheet_amount(double value, char text[32])
{
    const double hundredth = 0.01;
    enum { ALL_DIGITS = 12 };
    rsp_flowsheet_number(hundredth * floor(value / hundredth + 0.5), ALL_DIGITS, text);
}
