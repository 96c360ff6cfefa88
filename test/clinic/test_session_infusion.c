/* What was given, against pumps that are lived second by second, a grammar of sessions, and examples by hand. */
#include "session_support.h"

#include <math.h>
#include <regex.h>

#include "session/infusion.h"

enum { MOST = 64 };

/* A session as it is written down: events in the order of their entry. */
struct book {
    struct rsp_infusion_order order;
    size_t n;
    struct rsp_infusion_event event[MOST];
};

static struct book pump_of(double total_mg)
{
    return (struct book){.order = {.total_mg = total_mg, .pump = true}};
}

static rsp_status enter(struct book *book, struct rsp_infusion_event event, struct rsp_error *err)
{
    event.number = (int64_t)book->n + 1;
    const rsp_status status = rsp_infusion_allows(&book->order, book->n, book->event, &event, err);
    ck_assert_uint_lt(book->n, MOST);
    if (status == RSP_OK)
        book->event[book->n++] = event;
    return status;
}

static struct rsp_infusion_event at(double at_s, enum rsp_infusion_kind kind)
{
    return (struct rsp_infusion_event){.kind = kind, .at_s = at_s, .entered_s = at_s};
}

static struct rsp_infusion_event rate(double at_s, enum rsp_infusion_kind kind, double rate_mg_per_h)
{
    struct rsp_infusion_event event = at(at_s, kind);
    event.rate_mg_per_h = rate_mg_per_h;
    return event;
}

static struct rsp_infusion_event amount(double at_s, enum rsp_infusion_kind kind, double amount_mg)
{
    struct rsp_infusion_event event = at(at_s, kind);
    event.amount_mg = amount_mg;
    return event;
}

static struct rsp_infusion_event uncertain(struct rsp_infusion_event event)
{
    event.uncertain = true;
    return event;
}

static struct rsp_infusion_event late(struct rsp_infusion_event event, double entered_s)
{
    event.entered_s = entered_s;
    return event;
}

static struct rsp_infusion_event instead(struct rsp_infusion_event event, int64_t supersedes)
{
    event.supersedes = supersedes;
    return event;
}

static void must(struct book *book, struct rsp_infusion_event event)
{
    struct rsp_error err = {0};
    const rsp_status status = enter(book, event, &err);
    ck_assert_msg(status == RSP_OK, "%s: %s", err.field, err.message);
}

static void refused(
    struct book *book, struct rsp_infusion_event event, rsp_status expected, const char *words)
{
    struct rsp_error err = {0};
    const rsp_status status = enter(book, event, &err);
    ck_assert_msg(status == expected, "%d: %s", (int)status, err.message);
    ck_assert_msg(strstr(err.message, words) != NULL, "%s", err.message);
}

static struct rsp_infusion fold(const struct book *book, double now_s)
{
    struct rsp_infusion infusion = {0};
    struct rsp_error err = {0};
    const rsp_status status = rsp_infusion_fold(&book->order, book->n, book->event, now_s, &infusion, &err);
    ck_assert_msg(status == RSP_OK, "%s", err.message);
    return infusion;
}

static void gives(const struct book *book, double now_s, double low_mg, double high_mg)
{
    struct rsp_infusion infusion = fold(book, now_s);
    ck_assert_double_eq_tol(infusion.low.given_mg, low_mg, 1e-9);
    ck_assert_double_eq_tol(infusion.high.given_mg, high_mg, 1e-9);
    rsp_infusion_clear(&infusion);
}

static void is(const struct book *book, double now_s, enum rsp_infusion_state state)
{
    struct rsp_infusion infusion = fold(book, now_s);
    ck_assert_str_eq(rsp_infusion_state_name(infusion.state), rsp_infusion_state_name(state));
    rsp_infusion_clear(&infusion);
}

static struct book running(void)
{
    struct book book = pump_of(40);
    must(&book, at(0, RSP_INFUSION_CHECKED));
    must(&book, rate(600, RSP_INFUSION_STARTED, 36));
    return book;
}

/* ---- examples by hand ---- */

START_TEST(a_session_from_check_to_discharge_gives_rate_times_time)
{
    struct book book = running();
    must(&book, at(1200, RSP_INFUSION_PAUSED)); /* 6 mg */
    must(&book, rate(1800, RSP_INFUSION_RESUMED, 18));
    must(&book, amount(2000, RSP_INFUSION_GIVEN, 5)); /* a bolus: 11 mg and 1 mg of the pump */
    must(&book, at(2400, RSP_INFUSION_BAG));
    must(&book, rate(2800, RSP_INFUSION_RATE, 36)); /* 5 mg of the pump since it went on */
    must(&book, at(3800, RSP_INFUSION_STOPPED));    /* 10 mg more */
    is(&book, 3800, RSP_STATE_STOPPED);
    must(&book, at(3900, RSP_INFUSION_RECOVERING));
    must(&book, at(9000, RSP_INFUSION_DISCHARGED));
    gives(&book, 9000, 26, 26);
    is(&book, 9000, RSP_STATE_DISCHARGED);
}
END_TEST

START_TEST(each_state_refuses_what_it_does_not_allow_in_a_sentence)
{
    struct book book = pump_of(40);
    refused(&book, rate(0, RSP_INFUSION_STARTED, 20), RSP_E_MISMATCH, "a session that is ordered");
    refused(&book, amount(0, RSP_INFUSION_GIVEN, 20), RSP_E_MISMATCH, "after the check");
    must(&book, at(0, RSP_INFUSION_CHECKED));
    refused(&book, at(1, RSP_INFUSION_CHECKED), RSP_E_MISMATCH, "the check comes once");
    refused(&book, at(1, RSP_INFUSION_STOPPED), RSP_E_MISMATCH, "only what was begun");
    must(&book, rate(1, RSP_INFUSION_STARTED, 20));
    refused(&book, rate(2, RSP_INFUSION_STARTED, 20), RSP_E_MISMATCH, "a pump starts once");
    refused(&book, rate(2, RSP_INFUSION_RESUMED, 20), RSP_E_MISMATCH, "paused");
    must(&book, at(3, RSP_INFUSION_PAUSED));
    refused(&book, rate(4, RSP_INFUSION_RATE, 10), RSP_E_MISMATCH, "a session that is paused");
    must(&book, at(5, RSP_INFUSION_STOPPED));
    refused(&book, amount(6, RSP_INFUSION_GIVEN, 1), RSP_E_MISMATCH, "before the end");
    refused(&book, at(6, RSP_INFUSION_DISCHARGED), RSP_E_MISMATCH, "only who is recovering");
    must(&book, at(7, RSP_INFUSION_RECOVERING));
    refused(&book, at(8, RSP_INFUSION_ABORTED), RSP_E_MISMATCH, "before recovery");
    must(&book, at(9, RSP_INFUSION_DISCHARGED));
    ck_assert_uint_eq(book.n, 6); /* what was refused left nothing */
}
END_TEST

START_TEST(a_number_that_is_missing_or_does_not_belong_is_refused)
{
    struct book book = running();
    refused(&book, at(700, RSP_INFUSION_RATE), RSP_E_MISSING, "needs a number above zero");
    refused(&book, rate(700, RSP_INFUSION_RATE, -3), RSP_E_DOMAIN, "above zero");
    refused(&book, rate(700, RSP_INFUSION_RATE, NAN), RSP_E_MISSING, "above zero");
    refused(&book, rate(700, RSP_INFUSION_RATE, INFINITY), RSP_E_DOMAIN, "above zero");
    refused(&book, rate(700, RSP_INFUSION_PAUSED, 20), RSP_E_DOMAIN, "has no such number");
    refused(&book, amount(700, RSP_INFUSION_STOPPED, 20), RSP_E_DOMAIN, "has no such number");
    refused(&book, late(rate(700, RSP_INFUSION_RATE, 3), 699), RSP_E_DOMAIN, "after it is entered");
    refused(&book, uncertain(at(700, RSP_INFUSION_RECOVERING)), RSP_E_DOMAIN, "happened or did not");
}
END_TEST

START_TEST(an_aborted_session_recovers_only_if_drug_was_given)
{
    struct book none = pump_of(40), some = running();
    must(&none, at(0, RSP_INFUSION_ABORTED));
    refused(&none, at(1, RSP_INFUSION_RECOVERING), RSP_E_MISMATCH, "what was begun");
    must(&some, at(1600, RSP_INFUSION_ABORTED));
    must(&some, at(1700, RSP_INFUSION_RECOVERING));
    struct rsp_infusion infusion = fold(&some, 1700);
    ck_assert(infusion.aborted);
    ck_assert_double_eq(infusion.ended_s, 1600);
    rsp_infusion_clear(&infusion);
    gives(&some, 5000, 10, 10);
}
END_TEST

START_TEST(a_late_entry_counts_from_when_it_happened)
{
    struct book book = running();
    must(&book, at(3000, RSP_INFUSION_BAG));
    must(&book, late(rate(1600, RSP_INFUSION_RATE, 18), 3100)); /* 10 mg, then 18 mg/h */
    gives(&book, 3600, 20, 20);
    must(&book, late(amount(1200, RSP_INFUSION_GIVEN, 3), 3700));
    gives(&book, 3700, 23.5, 23.5);
}
END_TEST

START_TEST(a_late_entry_that_later_ones_contradict_names_the_event)
{
    struct book book = running();
    must(&book, rate(1600, RSP_INFUSION_RATE, 18)); /* event 3 */
    refused(&book, late(at(1200, RSP_INFUSION_PAUSED), 2000), RSP_E_MISMATCH, "event 3 does not fit");
    refused(&book, late(at(-5, RSP_INFUSION_ABORTED), 2000), RSP_E_MISMATCH, "event 1 does not fit");
}
END_TEST

START_TEST(undo_and_correction_supersede_and_are_computed_anew)
{
    struct book book = running();
    must(&book, at(1600, RSP_INFUSION_PAUSED)); /* event 3 */
    gives(&book, 2600, 10, 10);
    must(&book, instead(at(2600, RSP_INFUSION_UNDONE), 3)); /* event 4 */
    gives(&book, 2600, 20, 20);
    is(&book, 2600, RSP_STATE_RUNNING);
    refused(&book, instead(at(2700, RSP_INFUSION_UNDONE), 3), RSP_E_CONFLICT, "already replaced by event 4");
    refused(&book, instead(at(2700, RSP_INFUSION_UNDONE), 77), RSP_E_UNKNOWN, "not one of this session");
    refused(&book, at(2700, RSP_INFUSION_UNDONE), RSP_E_MISSING, "name the event");
    must(&book, instead(late(rate(600, RSP_INFUSION_STARTED, 18), 2700), 2));
    gives(&book, 2600, 10, 10);
    must(&book, instead(late(at(1600, RSP_INFUSION_PAUSED), 2800), 4)); /* the undo was the mistake */
    gives(&book, 2800, 5, 5);
    refused(&book, instead(at(2900, RSP_INFUSION_UNDONE), 1), RSP_E_MISMATCH, "does not fit");
}
END_TEST

START_TEST(the_pump_stops_by_itself_at_the_total_of_the_order)
{
    struct book book = running(); /* 40 mg at 36 mg/h: 4000 s after the start */
    struct rsp_infusion infusion = fold(&book, 3600);
    ck_assert_double_eq_tol(rsp_infusion_ends_s(&infusion, &infusion.low, 3600), 4600, 1e-9);
    ck_assert(isnan(infusion.low.reached_s));
    rsp_infusion_clear(&infusion);
    infusion = fold(&book, 6000);
    ck_assert_double_eq_tol(infusion.low.given_mg, 40, 1e-9);
    ck_assert_double_eq_tol(infusion.low.reached_s, 4600, 1e-9);
    ck_assert_double_eq(infusion.low.rate_mg_per_h, 0);
    ck_assert(isnan(rsp_infusion_ends_s(&infusion, &infusion.low, 6000)));
    rsp_infusion_clear(&infusion);
}
END_TEST

START_TEST(a_dose_beyond_the_order_needs_an_event_that_says_so)
{
    struct book book = running();
    must(&book, at(3600, RSP_INFUSION_PAUSED)); /* 30 of 40 mg */
    refused(&book, amount(3700, RSP_INFUSION_GIVEN, 11), RSP_E_LIMIT, "more than the 40 mg of the order");
    must(&book, amount(3700, RSP_INFUSION_GIVEN, 10));
    refused(&book, amount(3800, RSP_INFUSION_GIVEN, 1), RSP_E_LIMIT, "more than the 40 mg");
    must(&book, amount(3800, RSP_INFUSION_EXCEEDED, 1));
    must(&book, amount(3800, RSP_INFUSION_GIVEN, 1));
    gives(&book, 4000, 41, 41);
    refused(&book, instead(at(4100, RSP_INFUSION_UNDONE), 5), RSP_E_LIMIT, "event 6 does not fit");
    /* A late rate that would have given more takes nothing back: the later bolus does not fit. */
    refused(&book, late(rate(2000, RSP_INFUSION_RATE, 72), 4200), RSP_E_LIMIT, "event 4 does not fit");
}
END_TEST

START_TEST(doses_without_a_pump_add_up_and_know_no_rate)
{
    struct book book = {.order = {.total_mg = 60, .pump = false}};
    must(&book, at(0, RSP_INFUSION_CHECKED));
    refused(&book, rate(10, RSP_INFUSION_STARTED, 5), RSP_E_MISMATCH, "without a pump");
    refused(&book, at(10, RSP_INFUSION_PAUSED), RSP_E_MISMATCH, "without a pump");
    must(&book, amount(10, RSP_INFUSION_GIVEN, 30));
    is(&book, 11, RSP_STATE_RUNNING);
    must(&book, amount(900, RSP_INFUSION_GIVEN, 20));
    refused(&book, amount(1800, RSP_INFUSION_GIVEN, 20), RSP_E_LIMIT, "more than the 60 mg");
    must(&book, at(2000, RSP_INFUSION_STOPPED));
    gives(&book, 4000, 50, 50);
}
END_TEST

START_TEST(an_uncertain_bolus_is_a_range_until_it_is_settled)
{
    struct book book = running();
    must(&book, uncertain(amount(1600, RSP_INFUSION_GIVEN, 8))); /* event 3; the pump gave 10 mg */
    gives(&book, 1600, 10, 18);
    refused(&book, amount(1600, RSP_INFUSION_GIVEN, 25), RSP_E_LIMIT, "settle what is uncertain");
    struct book did = book, did_not = book;
    must(&did, instead(late(amount(1600, RSP_INFUSION_GIVEN, 8), 1700), 3));
    gives(&did, 1600, 18, 18);
    must(&did_not, instead(at(1700, RSP_INFUSION_UNDONE), 3));
    gives(&did_not, 1700, 11, 11);
}
END_TEST

/* nightscout/AndroidAPS 1361: the whole bolus counted, a part was given */
START_TEST(a_bolus_that_was_given_in_part_counts_that_part)
{
    struct book book = running();
    must(&book, amount(1600, RSP_INFUSION_GIVEN, 8)); /* event 3 */
    must(&book, instead(late(amount(1600, RSP_INFUSION_GIVEN, 3), 1700), 3));
    gives(&book, 1600, 13, 13);
}
END_TEST

/* LoopKit/Loop 876 and 983, AndroidAPS 3342: doses that looked failed and were all given later */
START_TEST(doses_that_may_have_been_given_are_all_in_the_most_and_none_in_the_least)
{
    struct book book = running();
    for (int i = 0; i < 3; i++)
        must(&book, uncertain(amount(1600 + i, RSP_INFUSION_GIVEN, 5)));
    gives(&book, 1700, 11, 26);
    refused(&book, amount(1700, RSP_INFUSION_GIVEN, 15), RSP_E_LIMIT, "settle what is uncertain");
}
END_TEST

/* nightscout/AndroidAPS 1768: boluses that were doubled */
START_TEST(a_correction_that_two_people_enter_counts_once)
{
    struct book book = running();
    must(&book, amount(1600, RSP_INFUSION_GIVEN, 8)); /* event 3 */
    must(&book, instead(late(amount(1600, RSP_INFUSION_GIVEN, 4), 1700), 3));
    refused(&book, instead(late(amount(1600, RSP_INFUSION_GIVEN, 4), 1701), 3), RSP_E_CONFLICT, "look again");
    gives(&book, 1600, 14, 14);
}
END_TEST

START_TEST(an_uncertain_rate_widens_with_time_and_a_later_rate_ends_the_widening)
{
    struct book book = running();
    must(&book, uncertain(rate(1600, RSP_INFUSION_RATE, 18)));
    gives(&book, 1800, 11, 12);
    gives(&book, 2600, 15, 20);
    must(&book, rate(2600, RSP_INFUSION_RATE, 36)); /* read from the pump: from here both agree */
    gives(&book, 3100, 20, 25);
    struct rsp_infusion infusion = fold(&book, 3100);
    ck_assert_uint_eq(infusion.n_uncertain, 1); /* but what was given is not settled by it */
    ck_assert_int_eq(infusion.uncertain[0], 3);
    rsp_infusion_clear(&infusion);
}
END_TEST

START_TEST(what_comes_later_rules_out_what_cannot_have_been)
{
    struct book book = running();
    must(&book, uncertain(at(1600, RSP_INFUSION_PAUSED)));
    struct rsp_infusion infusion = fold(&book, 2600);
    ck_assert(!infusion.state_certain);
    ck_assert_int_eq(infusion.state, RSP_STATE_PAUSED);
    ck_assert_double_eq(infusion.high.rate_mg_per_h, 36);
    ck_assert_double_eq(infusion.low.rate_mg_per_h, 0);
    rsp_infusion_clear(&infusion);
    struct book ran = book;
    must(&book, rate(2600, RSP_INFUSION_RESUMED, 36)); /* so it was paused */
    gives(&book, 2600, 10, 10);
    must(&ran, rate(2600, RSP_INFUSION_RATE, 18)); /* so it ran */
    gives(&ran, 2600, 20, 20);
    refused(&ran, uncertain(late(at(1700, RSP_INFUSION_STOPPED), 2700)), RSP_E_MISMATCH, "does not fit");
}
END_TEST

START_TEST(more_uncertain_events_than_anyone_can_follow_are_refused)
{
    struct book book = running();
    for (int i = 0; i < RSP_MAX_UNCERTAIN; i++)
        must(&book, uncertain(amount(700 + i, RSP_INFUSION_GIVEN, 1)));
    gives(&book, 1600, 10, 10 + RSP_MAX_UNCERTAIN);
    refused(&book, uncertain(at(1700, RSP_INFUSION_BAG)), RSP_E_LIMIT, "settle those first");
}
END_TEST

START_TEST(doses_for_the_engine_carry_the_milligrams_and_their_times)
{
    struct book book = running();
    must(&book, amount(2400, RSP_INFUSION_GIVEN, 4));
    struct rsp_infusion infusion = fold(&book, 4200);
    struct rsp_dose dose[8];
    ck_assert_uint_eq(infusion.low.n_segment, 3);
    rsp_infusion_doses(&infusion.low, 600, RSP_DRUG_ESKETAMINE, RSP_ROUTE_IV, dose);
    const double start_h[] = {0, 0.5, 0.5}, duration_h[] = {0.5, 0, 0.5}, amount_mg[] = {18, 4, 18};
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(dose[i].start_h, start_h[i], 1e-12);
        ck_assert_double_eq_tol(dose[i].duration_h, duration_h[i], 1e-12);
        ck_assert_double_eq_tol(dose[i].amount_mg, amount_mg[i], 1e-9);
        ck_assert(
            dose[i].drug == RSP_DRUG_ESKETAMINE && dose[i].route == RSP_ROUTE_IV && dose[i].state == -1);
    }
    rsp_infusion_clear(&infusion);
}
END_TEST

/* ---- random streams, against a grammar and a pump that is lived second by second ---- */

static const char letters[RSP_N_INFUSION_EVENT + 1] = "CSRPUGBXVDAE-";

/* Every session that may be, as a regular expression over the letters of its events. */
#define ANYTIME "[RGB]*"
#define COURSE  "CG*S" ANYTIME "(P[GB]*U" ANYTIME ")*(P[GB]*)?"
static const char pump_grammar[] = "^(A?|CG*A?|CG+AVD?|" COURSE "((XA?|A)(VD?)?)?)$";
static const char dose_grammar[] = "^(A?|CA?|CG+((XA?|A)(VD?)?)?)$";

struct grammar {
    regex_t pump, doses;
};

/* The effective events, by a method of its own: each number points to what it became. */
static size_t effective(const struct book *book, const struct rsp_infusion_event *out[])
{
    size_t n = 0;
    for (size_t i = 0; i < book->n; i++) {
        bool replaced = book->event[i].kind == RSP_INFUSION_UNDONE;
        for (size_t k = 0; k < book->n; k++)
            replaced = replaced || book->event[k].supersedes == book->event[i].number;
        if (replaced)
            continue;
        size_t place = n++;
        for (; place > 0 && out[place - 1]->at_s > book->event[i].at_s; place--)
            out[place] = out[place - 1];
        out[place] = &book->event[i];
    }
    return n;
}

/* What the grammar says of the events without the uncertain ones that are left out, and the amount by living
 * through every second; NaN: not a session. *over: a dose did not fit. */
static double live(const struct grammar *grammar, const struct book *book, size_t n,
    const struct rsp_infusion_event *const event[], unsigned happened, int until_s, bool *over)
{
    char word[MOST + 1];
    size_t length = 0, first = MOST, first_exceeded = MOST;
    double total_mg = book->order.total_mg, given_mg = 0, flow_mg_per_h = 0;
    const struct rsp_infusion_event *kept[MOST];
    size_t n_kept = 0;
    unsigned bit = 0;
    for (size_t i = 0; i < n; i++) {
        if (event[i]->uncertain && (happened >> bit++ & 1u) == 0)
            continue;
        const char letter = letters[event[i]->kind];
        kept[n_kept++] = event[i];
        if (letter == 'E') {
            total_mg += event[i]->amount_mg;
            first_exceeded = first_exceeded < n_kept ? first_exceeded : n_kept;
            continue;
        }
        if ((letter == 'S' || letter == 'G') && first == MOST)
            first = n_kept;
        word[length++] = letter;
    }
    word[length] = '\0';
    if (regexec(book->order.pump ? &grammar->pump : &grammar->doses, word, 0, NULL, 0) != 0 ||
        (first_exceeded != MOST && first_exceeded < first))
        return NAN;
    size_t next = 0;
    for (int s = 0; s <= until_s; s++) {
        for (; next < n_kept && kept[next]->at_s <= s; next++) {
            const char letter = letters[kept[next]->kind];
            if (letter == 'G')
                given_mg += kept[next]->amount_mg;
            if (letter == 'G' && given_mg > total_mg + 1e-6)
                *over = true;
            if (strchr("SRU", letter) != NULL)
                flow_mg_per_h = kept[next]->rate_mg_per_h;
            if (strchr("PXA", letter) != NULL)
                flow_mg_per_h = 0;
        }
        if (s < until_s)
            given_mg = fmax(given_mg, fmin(total_mg, given_mg + flow_mg_per_h / 3600));
    }
    return given_mg;
}

struct lived {
    double low_mg, high_mg; /* NaN: no session could have been like this */
    bool over;
    unsigned seen;
};

static struct lived live_all(const struct grammar *grammar, const struct book *book, int until_s)
{
    const struct rsp_infusion_event *event[MOST];
    const size_t n = effective(book, event);
    struct lived lived = {.low_mg = NAN, .high_mg = NAN};
    unsigned n_uncertain = 0;
    for (size_t i = 0; i < n; i++)
        n_uncertain += event[i]->uncertain;
    for (unsigned happened = 0; happened < 1u << n_uncertain; happened++) {
        bool over = false;
        const double mg = live(grammar, book, n, event, happened, until_s, &over);
        if (isnan(mg))
            continue;
        lived.low_mg = fmin(lived.low_mg, mg);
        lived.high_mg = fmax(lived.high_mg, mg);
        lived.over = lived.over || over;
        lived.seen |= happened;
    }
    return lived;
}

/* An event of any kind, mostly the next thing that happens, sometimes late, uncertain, or in the place of another. */
static struct rsp_infusion_event draw(struct dice *dice, const struct book *book, int *clock_s)
{
    static const enum rsp_infusion_kind usual[] = {RSP_INFUSION_RATE, RSP_INFUSION_PAUSED,
        RSP_INFUSION_RESUMED, RSP_INFUSION_GIVEN, RSP_INFUSION_BAG, RSP_INFUSION_CHECKED,
        RSP_INFUSION_STARTED, RSP_INFUSION_RATE, RSP_INFUSION_PAUSED, RSP_INFUSION_RESUMED};
    enum rsp_infusion_kind kind = dice_below(dice, 3) > 0
                                      ? usual[dice_below(dice, sizeof usual / sizeof *usual)]
                                      : (enum rsp_infusion_kind)dice_below(dice, RSP_N_INFUSION_EVENT);
    *clock_s += (int)dice_below(dice, 40);
    struct rsp_infusion_event event = at(*clock_s, kind);
    if (dice_below(dice, 5) == 0)
        event.at_s -= dice_below(dice, 60);
    if (strchr("SRU", letters[kind]) != NULL)
        event.rate_mg_per_h = 10 * (1 + dice_below(dice, 20));
    if (strchr("GE", letters[kind]) != NULL)
        event.amount_mg = 0.5 * (1 + dice_below(dice, 4));
    if (strchr("SRPUGBX", letters[kind]) != NULL)
        event.uncertain = dice_below(dice, 8) == 0;
    if (book->n > 0 && (kind == RSP_INFUSION_UNDONE || dice_below(dice, 8) == 0))
        event.supersedes = 1 + dice_below(dice, (unsigned)book->n);
    return event;
}

static void check_invariants(const struct book *book, int now_s, const struct lived *lived)
{
    struct rsp_infusion infusion = fold(book, now_s);
    const struct rsp_infusion_course *const courses[] = {&infusion.low, &infusion.high};
    ck_assert_double_eq_tol(infusion.low.given_mg, lived->low_mg, 1e-6);
    ck_assert_double_eq_tol(infusion.high.given_mg, lived->high_mg, 1e-6);
    ck_assert_double_le(infusion.high.given_mg, infusion.total_mg * (1 + 1e-9));
    for (int c = 0; c < 2; c++) {
        double sum_mg = 0, end_s = -INFINITY;
        for (size_t i = 0; i < courses[c]->n_segment; i++) {
            const struct rsp_infusion_segment *segment = &courses[c]->segment[i];
            ck_assert_double_ge(segment->begin_s, end_s);
            ck_assert_double_ge(segment->end_s, segment->begin_s);
            ck_assert_double_ge(segment->begin_s, infusion.checked_s);
            if (!isnan(infusion.ended_s) && infusion.n_uncertain == 0)
                ck_assert_double_le(segment->end_s, infusion.ended_s);
            end_s = segment->end_s;
            sum_mg += segment->amount_mg;
        }
        ck_assert_double_eq_tol(sum_mg, courses[c]->given_mg, 1e-9);
    }
    rsp_infusion_clear(&infusion);
}

/* One random session; counts what was accepted and what was refused. */
static void one_stream(const struct grammar *grammar, uint64_t seed, size_t count[2])
{
    struct dice dice = {seed};
    struct book book = {.order = {.total_mg = 2 + dice_below(&dice, 20), .pump = dice_below(&dice, 5) > 0}};
    int clock_s = 100;
    for (int step = 0; step < 60 && book.n < MOST - 1; step++) {
        const struct rsp_infusion_event next = draw(&dice, &book, &clock_s);
        struct book with = book;
        struct rsp_error err = {0};
        const rsp_status status = enter(&book, next, &err);
        bool known = next.supersedes == 0 && next.kind != RSP_INFUSION_UNDONE;
        unsigned n_uncertain = 0, bit = 0, own = 0;
        for (size_t i = 0; i < with.n && next.supersedes != 0; i++)
            known = known || with.event[i].number == next.supersedes;
        for (size_t i = 0; i < with.n && next.supersedes != 0; i++)
            known = known && with.event[i].supersedes != next.supersedes;
        with.event[with.n] = next;
        with.event[with.n].number = (int64_t)with.n + 1;
        with.n++;
        const struct rsp_infusion_event *event[MOST];
        const size_t n = effective(&with, event);
        for (size_t i = 0; i < n; i++) {
            if (event[i]->number == (int64_t)with.n && event[i]->uncertain)
                own = 1u << bit;
            bit += event[i]->uncertain;
            n_uncertain += event[i]->uncertain;
        }
        const struct lived lived = live_all(grammar, &with, clock_s);
        const bool fits = known && n_uncertain <= RSP_MAX_UNCERTAIN && !isnan(lived.low_mg) && !lived.over &&
                          (lived.seen & own) == own;
        ck_assert_msg((status == RSP_OK) == fits, "seed %llu, step %d, %s: %s", (unsigned long long)seed,
            step, rsp_infusion_event_name(next.kind), err.message);
        ck_assert(status == RSP_OK || err.message[0] != '\0');
        count[status == RSP_OK]++;
        if (status == RSP_OK)
            check_invariants(&book, clock_s, &lived);
    }
}

START_TEST(random_streams_agree_with_a_grammar_and_with_living_every_second)
{
    struct grammar grammar;
    size_t count[2] = {0, 0};
    ck_assert_int_eq(regcomp(&grammar.pump, pump_grammar, REG_EXTENDED | REG_NOSUB), 0);
    ck_assert_int_eq(regcomp(&grammar.doses, dose_grammar, REG_EXTENDED | REG_NOSUB), 0);
    for (uint64_t seed = 1; seed <= 400; seed++)
        one_stream(&grammar, seed, count);
    ck_assert_uint_gt(count[0], 3000); /* both answers were tried often */
    ck_assert_uint_gt(count[1], 3000);
    regfree(&grammar.pump);
    regfree(&grammar.doses);
}
END_TEST

/* ---- lists that no service should hand over ---- */

START_TEST(a_damaged_list_is_refused_and_leaves_the_output_untouched)
{
    struct book book = running();
    struct rsp_infusion infusion = {.total_mg = -7};
    struct rsp_error err = {0};
    book.event[1].number = 1;
    ck_assert_int_eq(rsp_infusion_fold(&book.order, book.n, book.event, 700, &infusion, &err), RSP_E_DOMAIN);
    book.event[1].number = 2;
    book.event[1].kind = (enum rsp_infusion_kind)99;
    ck_assert_int_eq(rsp_infusion_fold(&book.order, book.n, book.event, 700, &infusion, &err), RSP_E_UNKNOWN);
    book.event[1].kind = RSP_INFUSION_STARTED;
    book.order.total_mg = NAN;
    ck_assert_int_eq(rsp_infusion_fold(&book.order, book.n, book.event, 700, &infusion, &err), RSP_E_DOMAIN);
    ck_assert_double_eq(infusion.total_mg, -7);
}
END_TEST

START_TEST(names_of_events_read_back)
{
    for (int i = 0; i < RSP_N_INFUSION_EVENT; i++)
        ck_assert_int_eq(rsp_infusion_event_find(rsp_infusion_event_name((enum rsp_infusion_kind)i)), i);
    ck_assert_int_eq(rsp_infusion_event_find("begun"), -1);
}
END_TEST

RUN_TESTS("session infusion", a_session_from_check_to_discharge_gives_rate_times_time,
    each_state_refuses_what_it_does_not_allow_in_a_sentence,
    a_number_that_is_missing_or_does_not_belong_is_refused,
    an_aborted_session_recovers_only_if_drug_was_given, a_late_entry_counts_from_when_it_happened,
    a_late_entry_that_later_ones_contradict_names_the_event,
    undo_and_correction_supersede_and_are_computed_anew, the_pump_stops_by_itself_at_the_total_of_the_order,
    a_dose_beyond_the_order_needs_an_event_that_says_so, doses_without_a_pump_add_up_and_know_no_rate,
    an_uncertain_bolus_is_a_range_until_it_is_settled, a_bolus_that_was_given_in_part_counts_that_part,
    doses_that_may_have_been_given_are_all_in_the_most_and_none_in_the_least,
    a_correction_that_two_people_enter_counts_once,
    an_uncertain_rate_widens_with_time_and_a_later_rate_ends_the_widening,
    what_comes_later_rules_out_what_cannot_have_been,
    more_uncertain_events_than_anyone_can_follow_are_refused,
    doses_for_the_engine_carry_the_milligrams_and_their_times,
    random_streams_agree_with_a_grammar_and_with_living_every_second,
    a_damaged_list_is_refused_and_leaves_the_output_untouched, names_of_events_read_back)
