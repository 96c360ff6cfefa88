/* The two years, event by event in the order of time. */
#include <stdlib.h>

#include "demo/demo_internal.h"
#include "service/demo.h"

/* Nothing to keep: the accounts are made up, and the page for signing in shows it. */
static const char made_up_password[] = "made up for the demo";

enum { SECONDS_A_DAY = 86400, SECONDS_A_HOUR = 3600, SECONDS_A_MINUTE = 60, OPENED_D = 730 };

static int by_time(const void *a, const void *b)
{
    const struct rsp_demo_event *x = a, *y = b;
    if (x->at_s != y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* @param under_way  those of whom a session is under way at the end, or the others */
static rsp_status enter_people(struct rsp_demo *demo, bool under_way, struct rsp_demo_calendar *calendar)
{
    for (size_t i = 0; i < demo->n_person; i++) {
        struct rsp_demo_person *person = &demo->person[i];
        if ((person->live.node != NULL) != under_way)
            continue;
        RSP_TRY(rsp_demo_sessions(demo, person));
        RSP_TRY(rsp_demo_diary(demo, person));
        RSP_TRY(rsp_demo_visits(demo, person, calendar));
    }
    return RSP_OK;
}

static rsp_status live(struct rsp_demo *demo)
{
    struct rsp_demo_calendar calendar = {0};
    rsp_status status = RSP_OK;

    RSP_TRY_DONE(enter_people(demo, true, &calendar)); /* first: their time cannot give way to others */
    RSP_TRY_DONE(enter_people(demo, false, &calendar));
    RSP_TRY_DONE(rsp_demo_reports(demo, NULL, &calendar));
    qsort(calendar.event, calendar.n, sizeof *calendar.event, by_time);
    for (size_t i = 0; i < calendar.n; i++)
        RSP_TRY_DONE(calendar.event[i].happen(demo, &calendar.event[i]));
done:
    free(calendar.event);
    return status;
}

static rsp_status fill(struct rsp_demo *demo)
{
    struct rsp_stamp opened;
    const int64_t at_s = rsp_demo_at(demo, -OPENED_D, 8);

    demo->options->wall(at_s, &opened);
    RSP_TRY(rsp_service_demo_begin(
        demo->service, (int64_t)demo->options->seed, demo->password, &opened, demo->err));
    RSP_TRY(rsp_demo_hire(demo, at_s));
    RSP_TRY(rsp_demo_furnish(demo, at_s));
    RSP_TRY(rsp_demo_stock_up(demo, at_s + SECONDS_A_HOUR));
    RSP_TRY(live(demo));
    for (size_t i = 0; i < demo->n_person; i++)
        RSP_TRY(rsp_demo_live_devices(demo, &demo->person[i]));
    return rsp_service_demo_end(demo->service, demo->err);
}

rsp_status rsp_demo_fill(
    struct rsp_service *service, const struct rsp_demo_options *options, struct rsp_error *err)
{
    struct rsp_stamp now;
    struct rsp_demo demo = {.service = service, .options = options, .err = err, .password = made_up_password};

    options->wall(options->now_s, &now);
    demo.today.day = (long)((options->now_s + (int64_t)now.offset_min * SECONDS_A_MINUTE) / SECONDS_A_DAY);
    rsp_status status = rsp_rulebook_shipped(&demo.book, err);
    if (status == RSP_OK)
        status = rsp_demo_cast(&demo);
    if (status == RSP_OK)
        status = fill(&demo);
    rsp_demo_free(&demo);
    return status;
}
