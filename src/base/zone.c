#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

#define FOLDER "/usr/share/zoneinfo/"

enum {
    S_A_DAY = 86400,
    S_AN_HOUR = 3600,
    S_A_MINUTE = 60,
    MAX_BYTE = 65536,
    MAX_CHANGE = 4096,
    HEADER = 44,
    MAX_RULE = 80,
    LATEST_H = 167 /* of a change, by RFC 8536 */
};

/** Day of the year on which clocks change: 'M' month, week (5: the last) and weekday; 'J' day 1 to 365 without 29 February;
 * 'N' day 0 to 365. */
struct change_day {
    char form;
    int month, week, weekday, day;
    long time_s; /* of the wall clock before the change */
};
struct rule {
    bool known, has_summer;
    long winter_s, summer_s; /* ahead of UTC */
    struct change_day start, end;
};
struct change {
    int64_t at_s;
    long offset_s;
};
struct rsp_zone {
    long first_s; /* offset before the first change */
    size_t n;
    struct change change[MAX_CHANGE];
    struct rule rule;
};

/* ---- the rule ---- */

static bool read_whole(const char **at, long most, long *value)
{
    const char *p = *at;
    long n = 0;
    while (*p >= '0' && *p <= '9' && n <= most)
        n = n * 10 + (*p++ - '0');
    if (p == *at || n > most)
        return false;
    *value = n;
    *at = p;
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(const char **at, long *time_s)
{
    long h = 0, m = 0, s = 0;
    const bool minus = **at == '-';
    *at += **at == '-' || **at == '+';
    if (!read_whole(at, LATEST_H, &h))
        return false;
    if (**at == ':') {
        ++*at;
        if (!read_whole(at, 59, &m))
            return false;
        if (**at == ':') {
            ++*at;
            if (!read_whole(at, 59, &s))
                return false;
        }
    }
    *time_s = (minus ? -1 : 1) * (h * S_AN_HOUR + m * S_A_MINUTE + s);
    return true;
}

/* "CET" or "<+03>" */
static bool skip_name(const char **at)
{
    const bool quoted = **at == '<';
    const char *p = *at + quoted;
    size_t n = 0;
    while ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') ||
           (quoted && ((*p >= '0' && *p <= '9') || *p == '+' || *p == '-')))
        p++, n++;
    if (n < 3 || (quoted && *p != '>'))
        return false;
    *at = p + quoted;
    return true;
}

static bool read_day(const char **at, struct change_day *day)
{
    long a = 0, b = 0, c = 0;
    *day = (struct change_day){.form = 'N', .time_s = 2 * S_AN_HOUR};
    if (*(*at)++ != ',')
        return false;
    if (**at == 'M') {
        const char *p = *at + 1;
        if (!read_whole(&p, 12, &a) || *p++ != '.' || !read_whole(&p, 5, &b) || *p++ != '.' ||
            !read_whole(&p, 6, &c) || a == 0 || b == 0)
            return false;
        day->form = 'M';
        day->month = (int)a;
        day->week = (int)b;
        day->weekday = (int)c;
        *at = p;
    } else {
        if (**at == 'J') {
            day->form = 'J';
            ++*at;
        }
        if (!read_whole(at, 365, &a) || (day->form == 'J' && a == 0))
            return false;
        day->day = (int)a;
    }
    if (**at != '/')
        return true;
    ++*at;
    return read_time(at, &day->time_s);
}

static bool read_rule(const char *text, struct rule *rule)
{
    long behind_s = 0;
    *rule = (struct rule){.known = true};
    if (!skip_name(&text) || !read_time(&text, &behind_s))
        return false;
    rule->winter_s = -behind_s;
    if (*text == '\0')
        return true;
    rule->has_summer = true;
    rule->summer_s = rule->winter_s + S_AN_HOUR;
    if (!skip_name(&text))
        return false;
    if (*text != ',') {
        if (!read_time(&text, &behind_s))
            return false;
        rule->summer_s = -behind_s;
    }
    return read_day(&text, &rule->start) && read_day(&text, &rule->end) && *text == '\0';
}

static long year_of(int64_t wall_s)
{
    return rsp_date_year((struct rsp_date){(long)(wall_s / S_A_DAY) - (wall_s % S_A_DAY < 0)});
}

/* Wall clock at which clocks change in a year. */
static int64_t change_wall_s(const struct change_day *day, long year)
{
    const long new_year = rsp_date_number(year, 1, 1);
    long on = new_year + day->day;
    if (day->form == 'J') {
        const bool leap = rsp_date_number(year, 3, 1) - new_year == 60;
        on = new_year + day->day - 1 + (leap && day->day >= 60);
    } else if (day->form == 'M') {
        const long first = rsp_date_number(year, day->month, 1);
        const long next =
            day->month == 12 ? rsp_date_number(year + 1, 1, 1) : rsp_date_number(year, day->month + 1, 1);
        const long weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
        on = first + (day->weekday - weekday + 7) % 7 + 7L * (day->week - 1);
        while (on >= next)
            on -= 7;
    }
    return (int64_t)on * S_A_DAY + day->time_s;
}

static long rule_offset_s(const struct rule *rule, int64_t at_s)
{
    if (!rule->has_summer)
        return rule->winter_s;
    const long year = year_of(at_s + rule->winter_s);
    const int64_t start_s = change_wall_s(&rule->start, year) - rule->winter_s;
    const int64_t end_s = change_wall_s(&rule->end, year) - rule->summer_s;
    const bool summer = start_s < end_s ? at_s >= start_s && at_s < end_s : at_s >= start_s || at_s < end_s;
    return summer ? rule->summer_s : rule->winter_s;
}

/* ---- the file ---- */

static int64_t big_endian(const unsigned char *at, size_t n)
{
    uint64_t value = n == 4 && (at[0] & 0x80) != 0 ? ~(uint64_t)0 : 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

struct counts {
    size_t n_utc, n_standard, n_leap, n_time, n_type, n_char;
};

static bool read_header(const unsigned char *at, size_t left, struct counts *counts)
{
    if (left < HEADER || memcmp(at, "TZif", 4) != 0 || at[4] < '2')
        return false;
    size_t n[6];
    for (size_t i = 0; i < 6; i++) {
        const int64_t count = big_endian(at + 20 + 4 * i, 4);
        if (count < 0 || count > MAX_CHANGE)
            return false;
        n[i] = (size_t)count;
    }
    *counts = (struct counts){n[0], n[1], n[2], n[3], n[4], n[5]};
    return true;
}

static size_t block_size(const struct counts *n, size_t time_size)
{
    return n->n_time * (time_size + 1) + n->n_type * 6 + n->n_char + n->n_leap * (time_size + 4) +
           n->n_standard + n->n_utc;
}

static bool take_changes(const unsigned char *at, const struct counts *n, struct rsp_zone *zone)
{
    const unsigned char *type_of = at + 8 * n->n_time, *type = type_of + n->n_time;
    if (n->n_type == 0)
        return false;
    zone->first_s = (long)big_endian(type, 4);
    for (size_t i = 0; i < n->n_time; i++) {
        if (type_of[i] >= n->n_type)
            return false;
        zone->change[i] =
            (struct change){big_endian(at + 8 * i, 8), (long)big_endian(type + 6 * (size_t)type_of[i], 4)};
        if (i > 0 && zone->change[i].at_s <= zone->change[i - 1].at_s)
            return false;
    }
    zone->n = n->n_time;
    return true;
}

static bool read_zone(const unsigned char *data, size_t length, struct rsp_zone *zone)
{
    struct counts counts;
    char rule[MAX_RULE];
    if (!read_header(data, length, &counts))
        return false;
    size_t at = HEADER + block_size(&counts, 4); /* the first block is for readers of 32 bits */
    if (at > length || !read_header(data + at, length - at, &counts))
        return false;
    at += HEADER;
    const size_t size = block_size(&counts, 8);
    if (size > length - at || !take_changes(data + at, &counts, zone))
        return false;
    at += size;
    if (at >= length || data[at] != '\n')
        return false;
    size_t n = 0;
    for (at++; at < length && data[at] != '\n' && n + 1 < sizeof rule; at++)
        rule[n++] = (char)data[at];
    rule[n] = '\0';
    return at < length && data[at] == '\n' && (n == 0 || read_rule(rule, &zone->rule));
}

static bool is_name(const char *name)
{
    return name[0] != '\0' && name[0] != '/' && strlen(name) < 64 && strstr(name, "..") == NULL &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == strlen(name);
}

static rsp_status load_file(const char *name, struct rsp_zone *zone, bool *found, struct rsp_error *err)
{
    char path[128];
    snprintf(path, sizeof path, "%s%.64s", FOLDER, name);
    FILE *file = is_name(name) ? fopen(path, "rb") : NULL;
    *found = file != NULL;
    if (file == NULL)
        return RSP_OK;
    unsigned char *data = malloc(MAX_BYTE);
    const size_t length = data != NULL ? fread(data, 1, MAX_BYTE, file) : 0;
    (void)fclose(file);
    const bool good = data != NULL && read_zone(data, length, zone);
    const bool no_memory = data == NULL;
    free(data);
    if (no_memory)
        return rsp_error_set(err, RSP_E_MEMORY, "zone", "out of memory");
    return good ? RSP_OK
                : rsp_error_set(err, RSP_E_DAMAGED, "zone",
                      "the system's time zone file of %.64s cannot be read: install tzdata anew", name);
}

rsp_status rsp_zone_load(const char *name, struct rsp_zone **zone, struct rsp_error *err)
{
    bool found = false;
    struct rsp_zone *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "zone", "out of memory");
    rsp_status status = RSP_OK;
    if (strcmp(name, "UTC") != 0) {
        status = load_file(name, made, &found, err);
        if (status == RSP_OK && !found && !read_rule(name, &made->rule))
            status = rsp_error_set(err, RSP_E_UNKNOWN, "zone",
                "the time zone %.64s is not known here: install tzdata, or set the computer's zone by a name "
                "such as "
                "Europe/Zurich",
                name);
    }
    if (status != RSP_OK) {
        free(made);
        return status;
    }
    *zone = made;
    return RSP_OK;
}

void rsp_zone_free(struct rsp_zone *zone)
{
    free(zone);
}

long rsp_zone_offset_s(const struct rsp_zone *zone, int64_t at_s)
{
    if (zone->n == 0 || at_s < zone->change[0].at_s)
        return zone->rule.known && zone->n == 0 ? rule_offset_s(&zone->rule, at_s) : zone->first_s;
    if (at_s >= zone->change[zone->n - 1].at_s && zone->rule.known)
        return rule_offset_s(&zone->rule, at_s);
    size_t low = 0, high = zone->n; /* change[low] <= at_s < change[high] */
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (zone->change[middle].at_s <= at_s)
            low = middle;
        else
            high = middle;
    }
    return zone->change[low].offset_s;
}

int rsp_zone_instants(const struct rsp_zone *zone, int64_t wall_s, int64_t at_s[2])
{
    int n = 0;
    /* clocks change less often than every other day, by less than a day */
    const long before_s = rsp_zone_offset_s(zone, wall_s - S_A_DAY),
               after_s = rsp_zone_offset_s(zone, wall_s + S_A_DAY);
    if (rsp_zone_offset_s(zone, wall_s - before_s) == before_s)
        at_s[n++] = wall_s - before_s;
    if (after_s != before_s && rsp_zone_offset_s(zone, wall_s - after_s) == after_s)
        at_s[n++] = wall_s - after_s;
    if (n == 2 && at_s[0] > at_s[1]) {
        const int64_t later_s = at_s[0];
        at_s[0] = at_s[1];
        at_s[1] = later_s;
    }
    return n;
}
