#include "service/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/csv.h"
#include "service/json_build.h"

enum { MOST_CSV = 16 * 1024 * 1024 };

/* ---- rows ---- */

struct collecting {
    const struct rsp_register_filter *filter;
    json_t *rows;
};

static bool other(const json_t *body, const char *key, const char *wanted)
{
    return wanted != NULL && wanted[0] != '\0' && strcmp(rsp_key_text(body, key), wanted) != 0;
}

static bool left_out(const json_t *body, const struct rsp_register_filter *filter)
{
    const char *when = rsp_key_text(body, "wall");
    return other(body, "kind", filter->kind) || other(body, "word", filter->word) ||
           other(body, "severity", filter->severity) || other(body, "state", filter->state) ||
           (filter->from != NULL && strncmp(when, filter->from, strlen(filter->from)) < 0) ||
           (filter->to != NULL && filter->to[0] != '\0' && strncmp(when, filter->to, strlen(filter->to)) > 0);
}

static rsp_status collect(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    static const char *const key[] = {
        "kind", "word", "severity", "state", "zone", "about_patient", "reported_by", "order"};
    struct collecting *collecting = context;
    char hex[RSP_PERSON_HEX];
    if (left_out(fact->body, collecting->filter))
        return RSP_OK;
    rsp_person_hex(&fact->person, hex);
    json_t *row = json_pack("{s:I, s:I, s:s, s:s, s:s, s:s}", "entry", (json_int_t)fact->number, "number",
        (json_int_t)fact->number, "when", rsp_key_text(fact->body, "wall"), "who", fact->who, "at",
        fact->wall, "person", hex);
    if (row == NULL || !rsp_keys_copy(row, fact->body, sizeof key / sizeof *key, key) ||
        json_array_append(collecting->rows, row) != 0) {
        json_decref(row);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    json_decref(row);
    return RSP_OK;
}

static rsp_status mark(struct rsp_call *call, json_t *row)
{
    struct rsp_person_id person;
    bool readable = !json_is_true(json_object_get(row, "about_patient")) ||
                    strcmp(rsp_key_text(row, "reported_by"), call->account.name) == 0;
    if (!readable && rsp_person_read(rsp_key_text(row, "person"), &person)) {
        bool cares = false, broken = false;
        RSP_TRY(rsp_call_cares(call, &person, &cares, &broken));
        readable = cares || broken;
    }
    return json_object_set_new(row, "readable", json_boolean(readable)) == 0 ? RSP_OK
                                                                             : rsp_call_no_memory(call);
}

rsp_status rsp_register_rows(struct rsp_call *call, const struct rsp_register_filter *filter, json_t **rows)
{
    struct collecting collecting = {filter, json_array()};
    const struct rsp_fact_filter facts = {
        .kind = "register_entry", .current = true, .without_identity = true};
    const bool all = (call->roles & RSP_ROLE_PHYSICIAN) != 0;
    if (collecting.rows == NULL)
        return rsp_call_no_memory(call);
    rsp_status status = rsp_store_read(call->service->store, &facts, collect, &collecting, call->err);
    for (size_t i = json_array_size(collecting.rows); status == RSP_OK && i-- > 0;) {
        json_t *row = json_array_get(collecting.rows, i);
        status = mark(call, row);
        if (status == RSP_OK && !all && !json_is_true(json_object_get(row, "readable")))
            (void)json_array_remove(collecting.rows, i);
    }
    if (status != RSP_OK) {
        json_decref(collecting.rows);
        return status;
    }
    *rows = collecting.rows;
    return RSP_OK;
}

/* ---- texts ---- */

static rsp_status take_texts(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    static const char *const key[] = {"what_happened", "what_was_done", "follow_up", "family_name",
        "given_name", "birth_date", "record_number"};
    json_t *row = context;
    const bool made = !fact->withheld || json_object_set_new(row, "erased", json_true()) == 0;
    return made && rsp_keys_copy(row, fact->body, sizeof key / sizeof *key, key)
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

static rsp_status open_row(struct rsp_call *call, json_t *row, bool with_patient)
{
    struct rsp_person_id person;
    const bool readable = json_is_true(json_object_get(row, "readable")),
               about = json_is_true(json_object_get(row, "about_patient"));
    const int64_t entry = json_integer_value(json_object_get(row, "entry"));

    if (readable && !rsp_person_read(rsp_key_text(row, "person"), &person))
        return rsp_error_set(call->err, RSP_E_BUG, "person", "not a person");
    if (readable)
        RSP_TRY(rsp_store_fact(call->service->store, entry, take_texts, row, call->err));
    if (readable && about && with_patient) {
        const struct rsp_fact_filter identity = {.person = &person, .kind = "identity", .current = true};
        RSP_TRY(rsp_store_read(call->service->store, &identity, take_texts, row, call->err));
        if (json_object_set(row, "patient", json_object_get(row, "person")) != 0)
            return rsp_call_no_memory(call);
    }
    (void)json_object_del(row, "person");
    return RSP_OK;
}

rsp_status rsp_register_open(struct rsp_call *call, json_t *rows, bool with_patient)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) RSP_TRY(open_row(call, row, with_patient));
    return RSP_OK;
}

/* ---- CSV ---- */

static void add_line(struct rsp_buf *csv, const json_t *row)
{
    static const char *const key[] = {"kind", "word", "severity", "when", "zone", "state", "reported_by",
        "what_happened", "what_was_done", "follow_up"};
    rsp_buf_printf(csv, "%lld", (long long)json_integer_value(json_object_get(row, "entry")));
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        rsp_buf_text(csv, ",");
        rsp_csv_cell(csv, rsp_key_text(row, key[i]));
    }
    rsp_buf_text(csv, "\r\n");
}

rsp_status rsp_register_csv(struct rsp_call *call, const json_t *rows, char **csv)
{
    struct rsp_buf text;
    size_t i;
    const json_t *row;
    rsp_buf_init(&text, MOST_CSV);
    rsp_buf_text(&text,
        "entry,kind,word,severity,when,zone,state,reported_by,what_happened,what_was_done,follow_up\r\n");
    json_array_foreach(rows, i, row) add_line(&text, row);
    if (text.failed) {
        const bool too_long = text.too_long;
        rsp_buf_free(&text);
        return too_long ? rsp_error_set(call->err, RSP_E_LIMIT, "from",
                              "this is more than a file can take: choose fewer days")
                        : rsp_call_no_memory(call);
    }
    *csv = text.data;
    return RSP_OK;
}
