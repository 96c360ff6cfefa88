/* Frames out of a stream, however it is cut into pieces. */
#include "../base/suite.h"

#include <stdio.h>
#include <string.h>

#include "app/device/mllp.h"

#define B "\x0b"
#define E "\x1c\r"
enum { MAX = 64 };

/* Events as text: "[one][two]" frames, "(cut)", "<long" the beginning of a long one, "?3" three bytes of garbage. */
static void tell(char *told, size_t size, enum rsp_mllp_event event, const struct rsp_mllp *m)
{
    static const char first[] = " [(<", last[] = " ])>";
    const size_t at = strlen(told);
    if (event == RSP_MLLP_GARBAGE)
        snprintf(told + at, size - at, "?%zu", m->length);
    else if (event != RSP_MLLP_MORE)
        snprintf(told + at, size - at, "%c%.*s%c", first[event], (int)m->length, m->length > 0 ? m->data : "",
            last[event]);
}

/* Feed pieces that end at the places; each piece is a copy of its own, so that a sanitizer sees every step beyond it. */
static const char *feed(const char *bytes, size_t n, size_t n_cut, const size_t cut[])
{
    static char told[2000];
    struct rsp_mllp m;
    size_t from = 0;
    told[0] = '\0';
    rsp_mllp_init(&m, MAX);
    for (size_t i = 0; i <= n_cut; i++) {
        const size_t to = i < n_cut ? cut[i] : n;
        char *piece = malloc(to - from + 1);
        ck_assert_ptr_nonnull(piece);
        memcpy(piece, bytes + from, to - from);
        for (size_t at = 0, taken = 0; at < to - from; at += taken) {
            const enum rsp_mllp_event event = rsp_mllp_take(&m, piece + at, to - from - at, &taken);
            ck_assert(event != RSP_MLLP_MORE || taken == to - from - at);
            tell(told, sizeof told, event, &m);
        }
        free(piece);
        from = to;
    }
    for (enum rsp_mllp_event event; (event = rsp_mllp_end(&m)) != RSP_MLLP_MORE;)
        tell(told, sizeof told, event, &m);
    rsp_mllp_free(&m);
    return told;
}

#define X64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
    const char *bytes, *events;
} stream[] = {
    {B "one" E, "[one]"},
    {B E, "[]"},
    {B "one" E B "two" E, "[one][two]"},
    {"\r\n" B "one" E "\r\n\r\n" B "two" E "\n", "[one][two]"},
    {"xyz" B "one" E "!" B "two" E "ab\rc", "?3[one]?1[two]?3"},
    {B "on" B "two" E, "(on)[two]"},
    {B B B "two" E, "()()[two]"},
    {B "one\x1c" B "two" E, "(one)[two]"},
    {B "one\x1c\n" B "two" E, "(one)[two]"},
    {B "one\x1cx\r" B "two" E, "(one)?1[two]"},
    {B "one\x1c\x1c\r" B "two" E, "(one)?1[two]"},
    {B "one", "(one)"},
    {B "one\x1c", "(one)"},
    {B "line\rline\nline" E, "[line\rline\nline]"},
    {B X64 E, "[" X64 "]"},
    {B X64 "!" E B "two" E, "<" X64 ">[two]"},
    {B X64 X64 X64 E B "two" E, "<" X64 ">[two]"},
    {B X64 X64 B "two" E, "(" X64 ")[two]"},
    {"no frame at all", "?15"},
    {"\x1c\r" B "one" E, "?1[one]"},
};

START_TEST(a_stream_means_the_same_however_it_is_cut)
{
    for (size_t i = 0; i < sizeof stream / sizeof stream[0]; i++) {
        const size_t n = strlen(stream[i].bytes);
        size_t every[300];
        ck_assert_str_eq(feed(stream[i].bytes, n, 0, NULL), stream[i].events);
        for (size_t a = 0; a <= n; a++)
            for (size_t b = a; b <= n; b++)
                ck_assert_msg(strcmp(feed(stream[i].bytes, n, 2, (size_t[]){a, b}), stream[i].events) == 0,
                    "stream %zu cut at %zu and %zu", i, a, b);
        for (size_t a = 0; a < n; a++)
            every[a] = a;
        ck_assert_str_eq(feed(stream[i].bytes, n, n, every), stream[i].events);
    }
}
END_TEST

START_TEST(what_is_wrapped_comes_out_again)
{
    struct rsp_buf out;
    rsp_buf_init(&out, 1000);
    rsp_mllp_wrap(&out, "one\rtwo", 7);
    rsp_mllp_wrap(&out, "", 0);
    ck_assert_str_eq(feed(out.data, out.length, 0, NULL), "[one\rtwo][]");
    rsp_buf_free(&out);
}
END_TEST

START_TEST(memory_of_a_long_frame_is_given_back)
{
    enum { LONG = 1 << 20, USUAL = 64 << 10 };
    struct rsp_mllp m;
    size_t taken = 0;
    char *bytes = malloc(LONG + 2);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 'x', LONG);
    bytes[0] = B[0];
    memcpy(bytes + LONG, E, 2);
    rsp_mllp_init(&m, LONG);
    ck_assert_int_eq(rsp_mllp_take(&m, bytes, LONG + 2, &taken), RSP_MLLP_FRAME);
    ck_assert_uint_eq(m.length, LONG - 1);
    ck_assert_uint_eq(m.capacity, LONG);
    ck_assert_int_eq(rsp_mllp_take(&m, B "one" E, 6, &taken), RSP_MLLP_FRAME);
    ck_assert_uint_le(m.capacity, USUAL);
    rsp_mllp_free(&m);
    free(bytes);
}
END_TEST

RUN_TESTS("mllp", a_stream_means_the_same_however_it_is_cut, what_is_wrapped_comes_out_again,
    memory_of_a_long_frame_is_given_back)
