/** Any text: a diary in order of time with scores of the scale, or an error with place and sentence. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <respite/diary.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rsp_diary_read_options options = {.time_zero = {.local_day = 20710, .zoned = true}};
    struct rsp_diary diary = {0};
    struct rsp_error err = {0};
    if (rsp_diary_parse((const char *)data, size, "fuzz.csv", &options, &diary, &err) != RSP_OK) {
        need(diary.entry == NULL && err.message[0] != '\0');
        return 0;
    }
    need(diary.n > 0);
    for (size_t i = 0; i < diary.n; i++) {
        const struct rsp_diary_entry *e = &diary.entry[i];
        need(isfinite(e->time_d) && e->pain_nrs >= 0 && e->pain_nrs <= 10);
        need(i == 0 || e->time_d >= diary.entry[i - 1].time_d);
    }
    rsp_diary_free(&diary);
    return 0;
}
