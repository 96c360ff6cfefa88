/* The ledger: whatever is entered in whatever order, no vial is twice and none is lost. */
#include <pthread.h>

#include "order_support.h"

#include "service/stock.h"

enum { N_MOVE = 260, N_THREAD = 8, DAY_S = 86400 };

static const double vial_mg = 200, ordered_mg = 98;

/* The same clinic, told by a second bookkeeper who knows only what was agreed and what is pending. */
struct shadow {
    int64_t shelf;
    double open_mg, given_mg; /* of the one issue */
};

static unsigned drawn(uint64_t *state, unsigned below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((*state >> 33) % below);
}

static json_int_t receive(struct two *two, int vials)
{
    return two_lot(two, "2030-01-31", vials);
}

/* Enter a move and sign it, or refuse it. @return whether it counts in the end */
static bool enter(struct two *two, enum rsp_use_case use_case, json_t *input, bool agree, bool *entered)
{
    json_t *body = NULL;
    *entered = ask(&two->clinic, &two->nurse, use_case, input, NULL, &body) == RSP_NOT_REFUSED;
    if (!*entered)
        return false;
    json_t *sign = json_pack("{s:I, s:s, s:s}", "number", number_in(body, "move"), "answer",
        agree ? "agreed" : "refused", "why", "as the dice fell");
    json_decref(done(&two->clinic, &two->physician, RSP_USE_stock_sign, sign));
    return agree;
}

static json_t *lot_of(struct two *two, json_int_t lot)
{
    json_t *stock = done(&two->clinic, &two->nurse, RSP_USE_stock, json_object()), *row;
    size_t i;
    json_t *found = NULL;
    json_array_foreach(json_object_get(stock, "lots"), i, row)
    {
        if (json_integer_value(json_object_get(row, "number")) == lot)
            found = json_incref(row);
    }
    json_decref(stock);
    return found;
}

static double open_mg(struct two *two, json_int_t issue)
{
    json_t *stock = done(&two->clinic, &two->nurse, RSP_USE_stock, json_object()), *row;
    size_t i;
    double open = 0;
    json_array_foreach(json_object_get(stock, "issues"), i, row)
    {
        if (json_integer_value(json_object_get(row, "number")) == issue)
            open = json_number_value(json_object_get(row, "open_mg"));
    }
    json_decref(stock);
    return open;
}

/* One random move; the ledger must take it exactly when the second bookkeeper would. */
static void step(struct two *two, json_int_t lot, json_int_t issue, struct shadow *shadow, uint64_t *state)
{
    const bool agree = drawn(state, 4) != 0;
    bool entered = false, should = false;
    const double mg = 1 + drawn(state, 60);
    const int vials = 1 + (int)drawn(state, 4);
    switch (drawn(state, 4)) {
    case 0:
        should = mg <= shadow->open_mg && shadow->given_mg + mg <= ordered_mg;
        if (enter(two, RSP_USE_stock_give, json_pack("{s:I, s:f}", "issue", issue, "amount_mg", mg), agree,
                &entered)) {
            shadow->open_mg -= mg;
            shadow->given_mg += mg;
        }
        break;
    case 1:
        should = mg <= shadow->open_mg;
        if (enter(two, RSP_USE_stock_waste, json_pack("{s:I, s:f}", "issue", issue, "amount_mg", mg), agree,
                &entered))
            shadow->open_mg -= mg;
        break;
    case 2:
        should = vials * vial_mg <= shadow->open_mg;
        if (enter(two, RSP_USE_stock_return, json_pack("{s:I, s:i}", "issue", issue, "vials", vials), agree,
                &entered)) {
            shadow->open_mg -= vials * vial_mg;
            shadow->shelf += vials;
        }
        break;
    default:
        should = vials <= shadow->shelf;
        if (enter(two, RSP_USE_stock_waste,
                json_pack("{s:I, s:i, s:s}", "lot", lot, "vials", vials, "note", "broken"), agree, &entered))
            shadow->shelf -= vials;
    }
    ck_assert_int_eq(entered, should);
}

START_TEST(random_moves_never_lose_or_double_a_vial)
{
    struct two two;
    uint64_t state = 4711;
    two_open(&two, "random.db");
    const json_int_t order = two_order(&two), lot = receive(&two, 40);
    struct shadow shadow = {.shelf = 40 - 2, .open_mg = 2 * vial_mg};
    json_t *issue_input = json_pack(
        "{s:I, s:I, s:i, s:s}", "lot", lot, "order", order, "vials", 2, "note", "one may be broken");
    const json_int_t issue =
        number_in(done(&two.clinic, &two.nurse, RSP_USE_stock_issue, issue_input), "move");
    ck_assert_int_eq(ask(&two.clinic, &two.nurse, RSP_USE_stock_give,
                         json_pack("{s:I, s:i}", "issue", issue, "amount_mg", 1), NULL, NULL),
        RSP_REFUSED_INVALID); /* not signed yet */
    json_decref(done(&two.clinic, &two.physician, RSP_USE_stock_sign,
        json_pack("{s:I, s:s}", "number", issue, "answer", "agreed")));
    for (int i = 0; i < N_MOVE; i++) {
        step(&two, lot, issue, &shadow, &state);
        json_t *row = lot_of(&two, lot);
        ck_assert_int_eq(json_integer_value(json_object_get(row, "on_shelf")), shadow.shelf);
        const json_int_t in = json_integer_value(json_object_get(row, "received")) +
                              json_integer_value(json_object_get(row, "returned")),
                         out = json_integer_value(json_object_get(row, "issued")) +
                               json_integer_value(json_object_get(row, "wasted"));
        ck_assert_int_eq(in, out + shadow.shelf);
        json_decref(row);
        ck_assert_double_eq_tol(open_mg(&two, issue), shadow.open_mg, 1e-6);
    }
    ck_assert_double_le(shadow.given_mg, ordered_mg);
    clinic_close(&two.clinic);
    clinic_verify(&two.clinic);
}
END_TEST

struct taker {
    struct two *two;
    json_int_t lot;
    int taken;
};

static void *take(void *context)
{
    struct taker *taker = context;
    for (int i = 0; i < 3; i++) {
        json_t *input = json_pack("{s:I, s:i, s:s}", "lot", taker->lot, "vials", 1, "note", "fell down");
        if (ask(&taker->two->clinic, &taker->two->nurse, RSP_USE_stock_waste, input, NULL, NULL) ==
            RSP_NOT_REFUSED)
            taker->taken++;
    }
    return NULL;
}

START_TEST(people_who_take_at_the_same_moment_cannot_take_more_than_there_is)
{
    struct two two;
    struct taker taker[N_THREAD];
    pthread_t thread[N_THREAD];
    int taken = 0;
    two_open(&two, "moment.db");
    const json_int_t lot = receive(&two, 10);
    for (int i = 0; i < N_THREAD; i++) {
        taker[i] = (struct taker){&two, lot, 0};
        ck_assert_int_eq(pthread_create(&thread[i], NULL, take, &taker[i]), 0);
    }
    for (int i = 0; i < N_THREAD; i++) {
        pthread_join(thread[i], NULL);
        taken += taker[i].taken;
    }
    ck_assert_int_eq(taken, 10);
    json_t *row = lot_of(&two, lot);
    ck_assert_int_eq(json_integer_value(json_object_get(row, "on_shelf")), 0);
    json_decref(row);
    clinic_close(&two.clinic);
    clinic_verify(&two.clinic);
}
END_TEST

START_TEST(a_lot_that_expired_in_the_cupboard_is_not_issued_but_wasted)
{
    struct two two;
    two_open(&two, "expired.db");
    const json_int_t lot = two_lot(&two, "2026-11-30", 2);
    two.clinic.now_s += 5 * DAY_S;
    two_confirm(&two);
    const json_int_t order = two_order(&two);
    ck_assert_int_eq(ask(&two.clinic, &two.nurse, RSP_USE_stock_issue,
                         json_pack("{s:I, s:I, s:i}", "lot", lot, "order", order, "vials", 1), NULL, NULL),
        RSP_REFUSED_GATE);
    json_t *stock = done(&two.clinic, &two.nurse, RSP_USE_stock, json_object());
    const json_t *first = json_array_get(json_object_get(stock, "attention"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(first, "kind")), "expired");
    json_decref(stock);
    json_decref(done(&two.clinic, &two.nurse, RSP_USE_stock_waste,
        json_pack("{s:I, s:i, s:s}", "lot", lot, "vials", 2, "note", "expired")));
    clinic_close(&two.clinic);
}
END_TEST

static enum rsp_refusal answer(struct two *two, const struct staff *who, json_int_t move, const char *word)
{
    return ask(&two->clinic, who, RSP_USE_stock_sign,
        json_pack("{s:I, s:s, s:s}", "number", move, "answer", word, "why", "as it was seen"), NULL, NULL);
}

static bool closes(struct two *two)
{
    json_t *stock = done(&two->clinic, &two->nurse, RSP_USE_stock, json_object());
    const bool yes = json_is_true(json_object_get(stock, "closes"));
    ck_assert_int_eq(json_array_size(json_object_get(stock, "attention")) == 0, yes);
    json_decref(stock);
    return yes;
}

static json_int_t count(struct two *two, json_int_t lot, int vials)
{
    return number_in(done(&two->clinic, &two->nurse, RSP_USE_stock_count,
                         json_pack("{s:I, s:i, s:s}", "lot", lot, "vials", vials, "note", "counted twice")),
        "move");
}

START_TEST(nobody_undoes_their_own_count_and_a_difference_stays_until_a_later_count_is_agreed)
{
    struct two two;
    two_open(&two, "count.db");
    const json_int_t lot = receive(&two, 10), missing = count(&two, lot, 4);
    ck_assert_int_eq(answer(&two, &two.nurse, missing, "refused"), RSP_REFUSED_GATE);
    ck_assert_int_eq(answer(&two, &two.physician, missing, "refused"), RSP_NOT_REFUSED);
    ck_assert(!closes(&two));
    const json_int_t unseen = count(&two, lot, 10);
    ck_assert_int_eq(answer(&two, &two.physician, unseen, "refused"), RSP_NOT_REFUSED);
    ck_assert(!closes(&two));
    const json_int_t seen = count(&two, lot, 10);
    ck_assert_int_eq(answer(&two, &two.physician, seen, "agreed"), RSP_NOT_REFUSED);
    ck_assert(closes(&two));
    clinic_close(&two.clinic);
}
END_TEST

static json_t *issue_input(json_int_t lot, json_int_t order, int vials)
{
    return json_pack(
        "{s:I, s:I, s:i, s:s}", "lot", lot, "order", order, "vials", vials, "note", "one may break");
}

static json_t *cancel_input(const struct two *two, json_int_t order)
{
    return json_pack("{s:s, s:I, s:s}", "patient", two->patient, "order", order, "why", "fever");
}

START_TEST(an_order_whose_vials_are_out_is_not_cancelled)
{
    struct two two;
    two_open(&two, "ended.db");
    const json_int_t order = two_order(&two), lot = receive(&two, 10);
    ck_assert_int_eq(
        ask(&two.clinic, &two.nurse, RSP_USE_stock_issue, issue_input(lot, order, 3), NULL, NULL),
        RSP_REFUSED_GATE); /* one is needed, one may be spare */
    const json_int_t issue =
        number_in(done(&two.clinic, &two.nurse, RSP_USE_stock_issue, issue_input(lot, order, 2)), "move");
    ck_assert_int_eq(
        ask(&two.clinic, &two.physician, RSP_USE_order_cancel, cancel_input(&two, order), NULL, NULL),
        RSP_REFUSED_CONFLICT);
    ck_assert_int_eq(answer(&two, &two.physician, issue, "refused"), RSP_NOT_REFUSED);
    json_decref(done(&two.clinic, &two.physician, RSP_USE_order_cancel, cancel_input(&two, order)));
    json_t *row = lot_of(&two, lot);
    ck_assert_int_eq(json_integer_value(json_object_get(row, "on_shelf")), 10);
    json_decref(row);
    clinic_close(&two.clinic);
}
END_TEST

START_TEST(a_closed_issue_takes_nothing_more_and_rounding_up_closes_it)
{
    struct two two;
    two_open(&two, "closed.db");
    const json_int_t order = two_order(&two), lot = receive(&two, 10);
    const json_int_t issue =
        number_in(done(&two.clinic, &two.nurse, RSP_USE_stock_issue, issue_input(lot, order, 1)), "move");
    ck_assert_int_eq(answer(&two, &two.physician, issue, "agreed"), RSP_NOT_REFUSED);
    const json_int_t waste = number_in(done(&two.clinic, &two.nurse, RSP_USE_stock_waste,
                                           json_pack("{s:I, s:f}", "issue", issue, "amount_mg", 200.009)),
        "move");
    ck_assert_double_eq(open_mg(&two, issue), 0);
    ck_assert_int_eq(ask(&two.clinic, &two.nurse, RSP_USE_stock_waste,
                         json_pack("{s:I, s:f}", "issue", issue, "amount_mg", 0.005), NULL, NULL),
        RSP_REFUSED_CONFLICT);
    ck_assert_int_eq(answer(&two, &two.physician, waste, "agreed"), RSP_NOT_REFUSED);
    ck_assert(closes(&two));
    clinic_close(&two.clinic);
}
END_TEST

START_TEST(an_issue_is_not_signed_after_the_patient_took_the_consent_back)
{
    struct two two;
    two_open(&two, "taken_back.db");
    const json_int_t order = two_order(&two), lot = receive(&two, 10);
    const json_int_t issue =
        number_in(done(&two.clinic, &two.nurse, RSP_USE_stock_issue, issue_input(lot, order, 1)), "move");
    json_t *read = done(&two.clinic, &two.nurse, RSP_USE_order_read,
        json_pack("{s:s, s:I}", "patient", two.patient, "order", order));
    json_t *plan = json_object_get(json_object_get(json_object_get(read, "document"), "rests_on"), "plan");
    json_t *sheet = done(&two.clinic, &two.physician, RSP_USE_sheet,
        json_pack("{s:s, s:O, s:s}", "patient", two.patient, "plan", plan, "language", "en"));
    json_decref(done(&two.clinic, &two.physician, RSP_USE_consent,
        json_pack("{s:s, s:O, s:O, s:s, s:s, s:s}", "patient", two.patient, "plan", plan, "sheet_version",
            json_object_get(sheet, "digest"), "language", "en", "decision", "declined", "off_label",
            "explained")));
    json_decref(sheet);
    json_decref(read);
    ck_assert_int_eq(answer(&two, &two.physician, issue, "agreed"), RSP_REFUSED_GATE);
    ck_assert_int_eq(answer(&two, &two.physician, issue, "refused"), RSP_NOT_REFUSED);
    clinic_close(&two.clinic);
}
END_TEST

START_TEST(what_was_never_issued_cannot_have_been_given_or_brought_back)
{
    static const char *const move[] = {"given", "returned"};
    for (size_t i = 0; i < 2; i++) {
        struct two two;
        struct below below;
        struct rsp_ledger ledger;
        char file[40], body[200];
        (void)snprintf(file, sizeof file, "never_%zu.db", i);
        two_open(&two, file);
        const json_int_t lot = receive(&two, 10);
        (void)snprintf(body, sizeof body, "{\"move\": \"%s\", \"lot\": %lld, \"vials\": 1, \"amount_mg\": 5}",
            move[i], (long long)lot);
        (void)clinic_put_fact(&two.clinic, "stock_move", 0, body);
        below_open(&below, &two.clinic, NULL);
        ck_assert_int_eq(rsp_ledger_read(&below.call, &ledger), RSP_E_DAMAGED);
        ck_assert_text_in(below.err.message, "never issued");
        rsp_ledger_clear(&ledger);
        below_close(&below);
        clinic_close(&two.clinic);
    }
}
END_TEST

START_TEST(the_ledger_as_a_table_holds_no_formula)
{
    struct two two;
    two_open(&two, "table.db");
    const json_int_t lot = receive(&two, 10);
    json_decref(done(&two.clinic, &two.nurse, RSP_USE_stock_waste,
        json_pack("{s:I, s:i, s:s}", "lot", lot, "vials", 1, "note", " =cmd|'/c calc'!A1")));
    json_t *table = done(&two.clinic, &two.nurse, RSP_USE_stock_export, json_object());
    ck_assert_text_in(json_string_value(json_object_get(table, "csv")), ",\"' =cmd|'/c calc'!A1\",");
    json_decref(table);
    clinic_close(&two.clinic);
}
END_TEST

static json_int_t issue_signed(struct two *two, json_int_t lot, json_int_t order)
{
    const json_int_t issue =
        number_in(done(&two->clinic, &two->nurse, RSP_USE_stock_issue, issue_input(lot, order, 1)), "move");
    ck_assert_int_eq(answer(two, &two->physician, issue, "agreed"), RSP_NOT_REFUSED);
    return issue;
}

static void amount(struct two *two, enum rsp_use_case use_case, json_int_t issue, double mg)
{
    const json_int_t move = number_in(
        done(&two->clinic, &two->nurse, use_case, json_pack("{s:I, s:f}", "issue", issue, "amount_mg", mg)),
        "move");
    ck_assert_int_eq(answer(two, &two->physician, move, "agreed"), RSP_NOT_REFUSED);
}

/* Session 1 was issued yesterday, session 2 is for today. */
START_TEST(open_vials_of_one_order_or_a_dose_of_today_keep_another_order_from_the_cupboard)
{
    for (int given = 0; given < 2; given++) {
        struct two two;
        two_open(&two, given ? "given.db" : "open.db");
        const json_int_t plan = two_plan(&two, "98 mg ketamine iv over 4 h every 24 h x2"),
                         first = two_signed(&two, plan, 1), second = two_signed(&two, plan, 2),
                         lot = receive(&two, 10), issue = issue_signed(&two, lot, first);
        two.clinic.now_s += DAY_S;
        two_confirm(&two);
        ck_assert_int_eq(
            ask(&two.clinic, &two.nurse, RSP_USE_stock_issue, issue_input(lot, second, 1), NULL, NULL),
            RSP_REFUSED_GATE);
        if (given)
            amount(&two, RSP_USE_stock_give, issue, ordered_mg);
        amount(&two, RSP_USE_stock_waste, issue, given ? vial_mg - ordered_mg : vial_mg);
        ck_assert_double_eq_tol(open_mg(&two, issue), 0, 1e-9);
        ck_assert_int_eq(
            ask(&two.clinic, &two.nurse, RSP_USE_stock_issue, issue_input(lot, second, 1), NULL, NULL),
            given ? RSP_REFUSED_GATE : RSP_NOT_REFUSED);
        clinic_close(&two.clinic);
        clinic_verify(&two.clinic);
    }
}
END_TEST

/* In date when the nurse took it out in the evening, not any more when the physician signs after midnight. */
START_TEST(an_issue_of_a_lot_that_expired_meanwhile_is_refused_and_never_agreed)
{
    struct two two;
    two_open(&two, "midnight.db");
    const json_int_t order = two_order(&two), lot = two_lot(&two, "2026-11-29", 3);
    const json_int_t issue =
        number_in(done(&two.clinic, &two.nurse, RSP_USE_stock_issue, issue_input(lot, order, 1)), "move");
    two.clinic.now_s += DAY_S;
    two_confirm(&two);
    ck_assert_int_eq(answer(&two, &two.physician, issue, "agreed"), RSP_REFUSED_GATE);
    ck_assert_int_eq(answer(&two, &two.physician, issue, "refused"), RSP_NOT_REFUSED);
    json_t *row = lot_of(&two, lot);
    ck_assert_int_eq(json_integer_value(json_object_get(row, "on_shelf")), 3);
    json_decref(row);
    clinic_close(&two.clinic);
}
END_TEST

RUN_TESTS("service stock", open_vials_of_one_order_or_a_dose_of_today_keep_another_order_from_the_cupboard,
    an_issue_of_a_lot_that_expired_meanwhile_is_refused_and_never_agreed,
    an_issue_is_not_signed_after_the_patient_took_the_consent_back,
    what_was_never_issued_cannot_have_been_given_or_brought_back, the_ledger_as_a_table_holds_no_formula,
    nobody_undoes_their_own_count_and_a_difference_stays_until_a_later_count_is_agreed,
    an_order_whose_vials_are_out_is_not_cancelled,
    a_closed_issue_takes_nothing_more_and_rounding_up_closes_it, random_moves_never_lose_or_double_a_vial,
    people_who_take_at_the_same_moment_cannot_take_more_than_there_is,
    a_lot_that_expired_in_the_cupboard_is_not_issued_but_wasted)
