/* Reader of a pain diary. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/diary.h>
#include <respite/units.h>

#include "base/date.h"
#include "base/text.h"
#include "estimate/diary_internal.h"
#include "simulate/table.h"

#define HALF_OF_24H_D 0.5
#define LATE_AFTER_D  1.0
enum { LARGEST_NRS = 10, LARGEST_PCT = 100, MAX_ENTRY = 20000 };

enum column { ID, DATE_TIME, PAIN_NRS, RECALL, RELIEF_PCT, MOOD, OTHER_TREATMENT, RECORDED, N_COLUMN };
static const char *const column_name[] = {
    "id", "date_time", "pain_nrs", "recall", "relief_pct", "mood", "other_treatment", "recorded", NULL};
static const char *const recall_name[] = {"unstated", "now", "average_24h", "worst_24h", NULL};

const char *rsp_recall_name(enum rsp_recall recall)
{
    return recall >= 0 && recall < RSP_N_RECALL ? recall_name[recall] : "unstated";
}

struct reader {
    const struct rsp_diary_read_options *options;
    const struct rsp_table *table;
    int at[N_COLUMN]; /* column of the table, -1 */
    struct rsp_diary diary;
    bool any; /* a row came before */
    struct rsp_moment before;
    enum rsp_recall before_recall;
    int before_line;
    bool worst, other_than_worst;
};

static const char *cell_of(const struct reader *r, size_t row, enum column column)
{
    return r->at[column] < 0 ? "" : r->table->cell[row][r->at[column]];
}

static rsp_status find_columns(struct reader *r, struct rsp_error *err)
{
    for (int c = 0; c < N_COLUMN; c++)
        r->at[c] = -1;
    for (size_t i = 0; i < r->table->n_column; i++) {
        const char *name = r->table->name[i];
        const int c = rsp_text_index(name, column_name);
        if (c < 0) {
            const char *near = rsp_text_nearest(name, column_name);
            return rsp_error_set(err, RSP_E_UNKNOWN, "",
                "a diary has no column '%.40s'%s%s%s; expected id, date_time, pain_nrs and, where known, "
                "recall, "
                "relief_pct, mood, other_treatment, recorded",
                name, near != NULL ? " (nearest: '" : "", near != NULL ? near : "", near != NULL ? "')" : "");
        }
        if (r->at[c] >= 0)
            return rsp_error_set(
                err, RSP_E_SYNTAX, "", "column %s stands twice in the header", column_name[c]);
        r->at[c] = (int)i;
    }
    if (r->at[DATE_TIME] < 0 || r->at[PAIN_NRS] < 0)
        return rsp_error_set(err, RSP_E_MISSING, "", "column %s is missing; the first row names the columns",
            column_name[r->at[DATE_TIME] < 0 ? DATE_TIME : PAIN_NRS]);
    return RSP_OK;
}

static rsp_status check_person(struct reader *r, size_t row, struct rsp_error *err)
{
    const char *id = cell_of(r, row, ID);
    if (r->at[ID] < 0)
        return RSP_OK;
    if (id[0] == '\0' || strlen(id) >= sizeof r->diary.id)
        return rsp_error_set(err, RSP_E_DOMAIN, "id", "expected the person's id, at most 63 bytes long");
    if (r->diary.id[0] != '\0' && strcmp(r->diary.id, id) != 0)
        return rsp_error_set(err, RSP_E_MISMATCH, "id",
            "the rows above are of '%s' and this one is of '%s': give the diary of one person", r->diary.id,
            id);
    if (r->options->id != NULL && strcmp(r->options->id, id) != 0)
        return rsp_error_set(
            err, RSP_E_MISMATCH, "id", "the diary is of '%s' and the person is '%.63s'", id, r->options->id);
    memcpy(r->diary.id, id, strlen(id) + 1);
    return RSP_OK;
}

static rsp_status read_score(const char *text, int *score, struct rsp_error *err)
{
    double value = NAN;
    const rsp_status status = rsp_number_parse(text, &value, NULL);
    if (status != RSP_OK || !(value >= 0.0 && value <= LARGEST_NRS) || value != floor(value))
        return rsp_error_set(err, RSP_E_DOMAIN, "pain_nrs",
            "'%.40s' is no score of this scale: expected a whole number from 0 to 10 (empty: not answered)",
            text);
    *score = (int)value;
    return RSP_OK;
}

static rsp_status read_recall(
    struct reader *r, const char *text, enum rsp_recall *recall, struct rsp_error *err)
{
    const int found = text[0] == '\0' ? RSP_RECALL_UNSTATED : rsp_text_index(text, recall_name);
    if (found < 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "recall",
            "'%.40s' is not known; expected now, average_24h or worst_24h (empty: not stated)", text);
    *recall = (enum rsp_recall)found;
    r->worst = r->worst || *recall == RSP_RECALL_WORST_24H;
    r->other_than_worst = r->other_than_worst || *recall != RSP_RECALL_WORST_24H;
    if (r->worst && r->other_than_worst)
        return rsp_error_set(err, RSP_E_MISMATCH, "recall",
            "worst pain is another quantity than pain now or on average, and how far apart they lie is not "
            "known: give "
            "a diary of one question");
    return RSP_OK;
}

static rsp_status check_pct(const char *text, struct rsp_error *err)
{
    double value = 0.0;
    if (text[0] != '\0' &&
        (rsp_number_parse(text, &value, NULL) != RSP_OK || !(value >= 0.0 && value <= LARGEST_PCT)))
        return rsp_error_set(err, RSP_E_DOMAIN, "relief_pct",
            "'%.40s' is no share of relief: expected a number from 0 to 100, or nothing", text);
    return RSP_OK;
}

static bool is_yes(const char *text)
{
    static const char *const no[] = {"", "0", "no", "none", "false", NULL};
    return rsp_text_index(text, no) < 0;
}

/* Rows are in order of time, and a question of the day is answered once. */
static rsp_status check_order(
    const struct reader *r, const struct rsp_moment *now, enum rsp_recall recall, struct rsp_error *err)
{
    double step_d = 0.0;
    if (r->options->has_today && now->local_day > r->options->today)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "date_time", "this day lies after today: nobody has felt it yet");
    if (!r->any)
        return RSP_OK;
    RSP_TRY(rsp_moment_days(&r->before, now, &step_d, err));
    if (step_d < 0.0)
        return rsp_error_set(err, RSP_E_DOMAIN, "date_time",
            "the time runs backwards from line %d to this one: write the rows in order%s", r->before_line,
            now->zoned ? "" : ", and where clocks or time zones changed with the offset from UTC (+01:00)");
    if (step_d == 0.0)
        return rsp_error_set(err, RSP_E_DOMAIN, "date_time",
            "two ratings at one moment (line %d and this one): keep the one that holds", r->before_line);
    if (now->local_day == r->before.local_day &&
        !(recall == RSP_RECALL_NOW && r->before_recall == RSP_RECALL_NOW))
        return rsp_error_set(err, RSP_E_DOMAIN, "date_time",
            "two entries of one day (line %d and this one): keep the one that holds; only ratings with "
            "recall `now` may "
            "come several times a day",
            r->before_line);
    return RSP_OK;
}

static rsp_status is_late(
    const struct reader *r, size_t row, const struct rsp_moment *felt, bool *late, struct rsp_error *err)
{
    const char *text = cell_of(r, row, RECORDED);
    struct rsp_moment written;
    double after_d = 0.0;
    *late = false;
    if (text[0] == '\0')
        return RSP_OK;
    RSP_TRY(rsp_moment_parse(text, &written, err));
    RSP_TRY(rsp_moment_days(felt, &written, &after_d, err));
    if (after_d < 0.0)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "recorded", "'%.40s' lies before the moment that the score is of", text);
    *late = after_d > LATE_AFTER_D;
    return RSP_OK;
}

/* A slip in a year, of the entry or of time zero: the two days stand side by side. */
static rsp_status check_distance(const struct reader *r, double time_d, struct rsp_error *err)
{
    char zero[16];
    if (fabs(time_d) <= RSP_DIARY_FURTHEST_D)
        return RSP_OK;
    rsp_date_format((struct rsp_date){r->options->time_zero.local_day}, zero, sizeof zero);
    return rsp_error_set(err, RSP_E_DOMAIN, "date_time",
        "this day lies %.0f days %s time zero (%s), more than %g: check its year, or that of time zero",
        fabs(time_d), time_d < 0.0 ? "before" : "after", zero, RSP_DIARY_FURTHEST_D);
}

static rsp_status read_row(struct reader *r, size_t row, struct rsp_error *err)
{
    struct rsp_moment felt;
    struct rsp_diary_entry entry = {.line = r->table->line[row]};
    const char *score = cell_of(r, row, PAIN_NRS);
    bool late = false;
    RSP_TRY(check_person(r, row, err));
    RSP_TRY(rsp_moment_parse(cell_of(r, row, DATE_TIME), &felt, err));
    RSP_TRY(rsp_moment_days(&r->options->time_zero, &felt, &entry.time_d, err));
    RSP_TRY(check_distance(r, entry.time_d, err));
    RSP_TRY(check_pct(cell_of(r, row, RELIEF_PCT), err));
    RSP_TRY(read_recall(r, cell_of(r, row, RECALL), &entry.recall, err));
    RSP_TRY(check_order(r, &felt, entry.recall, err));
    RSP_TRY(is_late(r, row, &felt, &late, err));
    r->any = true;
    r->before = felt;
    r->before_recall = entry.recall;
    r->before_line = entry.line;
    if (score[0] == '\0') {
        r->diary.n_empty++;
        return RSP_OK;
    }
    RSP_TRY(read_score(score, &entry.pain_nrs, err));
    entry.other_treatment = is_yes(cell_of(r, row, OTHER_TREATMENT));
    if (entry.recall == RSP_RECALL_AVERAGE_24H)
        entry.time_d -= HALF_OF_24H_D;
    if (late)
        r->diary.n_late++;
    else
        r->diary.entry[r->diary.n++] = entry;
    return RSP_OK;
}

/* Averages stand half a day earlier than they were written, so that a rating of the evening before may pass them. */
static void sort_entries(struct rsp_diary *diary)
{
    for (size_t i = 1; i < diary->n; i++) {
        const struct rsp_diary_entry moved = diary->entry[i];
        size_t k = i;
        for (; k > 0 && diary->entry[k - 1].time_d > moved.time_d; k--)
            diary->entry[k] = diary->entry[k - 1];
        diary->entry[k] = moved;
    }
}

static rsp_status read_rows(struct reader *r, const char *source, struct rsp_error *err)
{
    const size_t n_row = r->table->n_row;
    rsp_status status = find_columns(r, err);
    if (status != RSP_OK) {
        rsp_error_place(err, source, 1);
        return status;
    }
    if (n_row == 0 || n_row > MAX_ENTRY) {
        status = n_row == 0
                     ? rsp_error_set(err, RSP_E_MISSING, "", "the diary has a header and no entry")
                     : rsp_error_set(err, RSP_E_LIMIT, "", "a diary may have at most %d rows", MAX_ENTRY);
        rsp_error_place(err, source, 0);
        return status;
    }
    r->diary.entry = calloc(n_row, sizeof *r->diary.entry);
    if (r->diary.entry == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < n_row && status == RSP_OK; i++) {
        status = read_row(r, i, err);
        if (status != RSP_OK)
            rsp_error_place(err, source, r->table->line[i]);
    }
    if (status == RSP_OK && r->diary.n == 0) {
        status = rsp_error_set(err, RSP_E_MISSING, "pain_nrs", "the diary holds no score that can be used");
        rsp_error_place(err, source, 0);
    }
    return status;
}

rsp_status rsp_diary_parse(const char *text, size_t length, const char *source,
    const struct rsp_diary_read_options *options, struct rsp_diary *diary, struct rsp_error *err)
{
    struct rsp_table table = {0};
    struct reader r = {.options = options, .table = &table};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(rsp_table_parse(text, length, source, &table, err));
    RSP_TRY_DONE(read_rows(&r, source, err));
    sort_entries(&r.diary);
    *diary = r.diary;
    r.diary.entry = NULL;
done:
    free(r.diary.entry);
    rsp_table_free(&table);
    return status;
}

void rsp_diary_free(struct rsp_diary *diary)
{
    if (diary == NULL)
        return;
    free(diary->entry);
    *diary = (struct rsp_diary){0};
}
