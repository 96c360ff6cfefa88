/* respite instrument list | show | score */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "cli.h"
#include "columns.h"
#include "json.h"
#include "rules/instrument.h"

enum { WIDTH = 100, TEXT = 12, DIGITS = 6, MAX_ANSWER_TEXT = 64 };

static const char language[] = "en";

static void labelled(struct rsp_buf *out, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    rsp_buf_printf(out, "  %-*s", TEXT, label);
    rsp_cli_wrap(out, text, TEXT + 2, TEXT + 2, WIDTH);
}

static void write_range(const struct rsp_instrument *one, char *text, size_t size)
{
    char low[40], high[40];

    rsp_number_format(one->low, DIGITS, low, sizeof low);
    rsp_number_format(one->high, DIGITS, high, sizeof high);
    snprintf(text, size, "%s to %s", low, high);
}

static const char *entry_of(const struct rsp_instrument *one)
{
    return one->kind == RSP_INSTRUMENT_SCORE ? "total only" : "answers";
}

/* ---- list ---- */

static void list_text(const struct rsp_rulebook *book, struct rsp_buf *out)
{
    static const char *const head[] = {"instrument", "name", "measures", "entry", "range", "direction"};
    struct rsp_columns table;
    char range[100];

    rsp_columns_init(&table, 6);
    for (size_t c = 0; c < 6; c++)
        rsp_columns_text(&table, head[c]);
    for (size_t i = 0; i < rsp_rulebook_n_instrument(book); i++) {
        const struct rsp_instrument *one = rsp_rulebook_instrument(book, i);
        write_range(one, range, sizeof range);
        rsp_columns_text(&table, one->id);
        rsp_columns_text(&table, one->name);
        rsp_columns_text(&table, one->measures);
        rsp_columns_text(&table, entry_of(one));
        rsp_columns_text(&table, range);
        rsp_columns_text(&table, one->direction);
    }
    rsp_columns_print(&table, 0, 0, out);
    rsp_columns_free(&table);
}

/* ---- show ---- */

static void json_texts(const struct rsp_rulebook *book, const struct rsp_instrument *one, struct rsp_buf *out)
{
    rsp_json_open(out, "items", '[');
    for (size_t i = 0; i < one->n_item; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "key", one->item[i]);
        rsp_json_text(out, "text", rsp_rulebook_message(book, language, one->item[i]));
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "answers", '[');
    for (size_t i = 0; i < one->n_answer; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_number(out, "value", one->answer[i].value);
        rsp_json_text(out, "key", one->answer[i].text);
        rsp_json_text(out, "text", rsp_rulebook_message(book, language, one->answer[i].text));
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

/* What a band or a cut-off says of a total; ends its object. */
static void end_reading(const struct rsp_rulebook *book, const char *text,
    enum rsp_rule_confidence confidence, struct rsp_buf *out)
{
    rsp_json_text(out, "text", rsp_rulebook_message(book, language, text));
    rsp_json_text(out, "confidence", rsp_rule_confidence_name(confidence));
    rsp_json_close(out, '}');
}

static void json_meaning(
    const struct rsp_rulebook *book, const struct rsp_instrument *one, struct rsp_buf *out)
{
    rsp_json_open(out, "bands", '[');
    for (size_t i = 0; i < one->n_band; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_number(out, "from", one->band[i].from);
        rsp_json_number(out, "to", one->band[i].to);
        end_reading(book, one->band[i].text, one->band[i].confidence, out);
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "cutoffs", '[');
    for (size_t i = 0; i < one->n_cutoff; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_number(out, "at_least", one->cutoff[i].at_least);
        rsp_json_number(out, "at_most", one->cutoff[i].at_most);
        end_reading(book, one->cutoff[i].text, one->cutoff[i].confidence, out);
    }
    rsp_json_close(out, ']');
}

static void json_instrument(
    const struct rsp_rulebook *book, const struct rsp_instrument *one, struct rsp_buf *out)
{
    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "id", one->id);
    rsp_json_text(out, "name", one->name);
    rsp_json_text(out, "measures", one->measures);
    rsp_json_text(out, "entry", one->kind == RSP_INSTRUMENT_SCORE ? "total" : "answers");
    rsp_json_number(out, "low", one->low);
    rsp_json_number(out, "high", one->high);
    rsp_json_bool(out, "whole", one->whole);
    rsp_json_text(out, "direction", one->direction);
    rsp_json_text(out, "lead", one->lead != NULL ? rsp_rulebook_message(book, language, one->lead) : NULL);
    json_texts(book, one, out);
    json_meaning(book, one, out);
    rsp_json_text(out, "change", one->change);
    rsp_json_text(out, "licence", one->licence);
    rsp_json_bool(out, "free", one->free_text);
    rsp_json_text(
        out, "notice", one->notice != NULL ? rsp_rulebook_message(book, language, one->notice) : NULL);
    rsp_json_text(out, "confidence", rsp_rule_confidence_name(one->confidence));
    rsp_json_number(out, "version", one->version);
    rsp_json_text(out, "source", one->source);
    rsp_json_close(out, '}');
}

rsp_status rsp_cmd_instrument_list(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;

    RSP_TRY(rsp_rulebook_shipped(&book, err));
    if (rsp_cli_flag(cli, "json")) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_open(&cli->out, "instruments", '[');
        for (size_t i = 0; i < rsp_rulebook_n_instrument(book); i++)
            json_instrument(book, rsp_rulebook_instrument(book, i), &cli->out);
        rsp_buf_text(&cli->out, "]}\n");
    } else {
        list_text(book, &cli->out);
    }
    rsp_rulebook_free(book);
    return RSP_OK;
}

static void show_texts(const struct rsp_rulebook *book, const struct rsp_instrument *one, struct rsp_buf *out)
{
    char number[40];

    if (one->lead != NULL)
        labelled(out, "lead", rsp_rulebook_message(book, language, one->lead));
    for (size_t i = 0; i < one->n_item; i++) {
        snprintf(number, sizeof number, "item %zu", i + 1);
        labelled(out, number, rsp_rulebook_message(book, language, one->item[i]));
    }
    for (size_t i = 0; i < one->n_answer; i++) {
        snprintf(number, sizeof number, "answer %g", one->answer[i].value);
        labelled(out, number, rsp_rulebook_message(book, language, one->answer[i].text));
    }
}

static const char *doubt(enum rsp_rule_confidence confidence)
{
    return confidence > RSP_RULE_MEDIUM ? " (not verified: never applied)" : "";
}

static void show_meaning(
    const struct rsp_rulebook *book, const struct rsp_instrument *one, struct rsp_buf *out)
{
    char text[400];

    for (size_t i = 0; i < one->n_band; i++) {
        const struct rsp_instrument_band *band = &one->band[i];
        snprintf(text, sizeof text, "%g to %g: %s%s", band->from, band->to,
            rsp_rulebook_message(book, language, band->text), doubt(band->confidence));
        labelled(out, i == 0 ? "bands" : "", text);
    }
    for (size_t i = 0; i < one->n_cutoff; i++) {
        snprintf(text, sizeof text, "%s%s", rsp_rulebook_message(book, language, one->cutoff[i].text),
            doubt(one->cutoff[i].confidence));
        labelled(out, i == 0 ? "cut-offs" : "", text);
    }
    for (size_t i = 0; i < one->n_criteria; i++)
        labelled(out, i == 0 ? "criteria" : "", rsp_rulebook_message(book, language, one->criteria[i].text));
}

static void show_instrument(
    const struct rsp_rulebook *book, const struct rsp_instrument *one, struct rsp_buf *out)
{
    char range[100];

    write_range(one, range, sizeof range);
    rsp_buf_printf(out, "%s: %s\n", one->id, one->name);
    labelled(out, "measures", one->measures);
    labelled(out, "entry", entry_of(one));
    labelled(out, "range", range);
    labelled(out, "direction", one->direction);
    show_texts(book, one, out);
    show_meaning(book, one, out);
    labelled(out, "change", one->change);
    labelled(out, "licence", one->licence);
    if (one->notice != NULL)
        labelled(out, "notice", rsp_rulebook_message(book, language, one->notice));
    labelled(out, "confidence", rsp_rule_confidence_name(one->confidence));
    labelled(out, "source", one->source);
}

static rsp_status find(struct rsp_cli *cli, const char *usage, struct rsp_rulebook **book,
    const struct rsp_instrument **one, struct rsp_error *err)
{
    const char *id = rsp_cli_nth(cli, NULL, 0);

    if (id == NULL)
        return rsp_error_set(
            err, RSP_E_MISSING, "", "name an instrument: %s ('respite instrument list')", usage);
    RSP_TRY(rsp_rulebook_shipped(book, err));
    return rsp_rulebook_instrument_find(*book, id, one, err);
}

rsp_status rsp_cmd_instrument_show(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;
    const struct rsp_instrument *one = NULL;

    const rsp_status status = find(cli, "respite instrument show ID", &book, &one, err);
    if (status == RSP_OK && rsp_cli_flag(cli, "json")) {
        json_instrument(book, one, &cli->out);
        rsp_buf_text(&cli->out, "\n");
    } else if (status == RSP_OK) {
        show_instrument(book, one, &cli->out);
    }
    rsp_rulebook_free(book);
    return status;
}

/* ---- score ---- */

/* "0,1,,3": an empty place is an answer that was not given. */
static rsp_status read_answers(const char *text, size_t *n, double answer[], struct rsp_error *err)
{
    for (*n = 0;; (*n)++) {
        char one[MAX_ANSWER_TEXT];
        const size_t length = strcspn(text, ",");
        if (*n == RSP_MAX_ITEM)
            return rsp_error_set(err, RSP_E_LIMIT, "answers", "more than %d answers", RSP_MAX_ITEM);
        if (length >= sizeof one)
            return rsp_error_set(err, RSP_E_SYNTAX, "answers", "'%.40s...' is not an answer", text);
        snprintf(one, sizeof one, "%.*s", (int)length, text);
        answer[*n] = NAN;
        if (strspn(one, " ") < length && rsp_number_parse(one, &answer[*n], NULL) != RSP_OK)
            return rsp_error_set(err, RSP_E_SYNTAX, "answers",
                "answer %zu: '%s' is not a number; write answers as 0,1,2", *n + 1, one);
        if (text[length] == '\0')
            break;
        text += length + 1;
    }
    (*n)++;
    return RSP_OK;
}

static const char *truth_name(enum rsp_truth truth)
{
    static const char *const names[] = {"not met", "met", "not known yet"};
    return names[truth];
}

static void json_score(const struct rsp_rulebook *book, const struct rsp_score *score, struct rsp_buf *out)
{
    const struct rsp_instrument *one = score->instrument;

    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "instrument", one->id);
    rsp_json_number(out, "version", one->version);
    rsp_json_number(out, "total", score->total);
    rsp_json_text(
        out, "band", score->band != NULL ? rsp_rulebook_message(book, language, score->band->text) : NULL);
    rsp_json_open(out, "cutoffs", '[');
    for (size_t i = 0; i < score->n_cutoff; i++)
        rsp_json_text(out, NULL, rsp_rulebook_message(book, language, score->cutoff[i]->text));
    rsp_json_close(out, ']');
    rsp_json_open(out, "criteria", '[');
    for (size_t i = 0; i < one->n_criteria; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "text", rsp_rulebook_message(book, language, one->criteria[i].text));
        rsp_json_text(out, "result", truth_name(score->criteria[i]));
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "findings", '[');
    for (size_t i = 0; i < score->n_flag; i++) {
        const struct rsp_instrument_flag *flag = score->flag[i];
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "rule", flag->rule->id);
        rsp_json_number(out, "version", flag->rule->version);
        rsp_json_text(out, "severity", rsp_severity_name(flag->rule->severity));
        rsp_json_text(out, "gate", rsp_gate_name(flag->rule->gate));
        rsp_json_text(out, "text", rsp_rulebook_message(book, language, flag->text));
        rsp_json_text(out, "action", flag->rule->action);
        rsp_json_text(out, "source", flag->rule->source);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_text(out, "source", one->source);
    rsp_json_text(
        out, "notice", one->notice != NULL ? rsp_rulebook_message(book, language, one->notice) : NULL);
    rsp_json_text(out, "rules_version", rsp_rulebook_version(book));
    rsp_buf_text(out, "}\n");
}

static void text_total(const struct rsp_rulebook *book, const struct rsp_score *score, struct rsp_buf *out)
{
    const struct rsp_instrument *one = score->instrument;
    char total[40], high[40], range[100];

    rsp_number_format(score->total, DIGITS, total, sizeof total);
    rsp_number_format(one->high, DIGITS, high, sizeof high);
    if (one->kind == RSP_INSTRUMENT_BUDAPEST) {
        rsp_buf_printf(out, "%s: symptoms in %d of %d categories, signs in %d of %d\n", one->name,
            score->n_symptom, RSP_BUDAPEST_CATEGORY, score->n_sign, RSP_BUDAPEST_CATEGORY);
        return;
    }
    write_range(one, range, sizeof range);
    if (one->low < 0.0 || one->low > 0.0) /* "-5 of 4" and "1 of 6" say nothing */
        rsp_buf_printf(out, "%s: %s on a scale from %s", one->name, total, range);
    else
        rsp_buf_printf(out, "%s: %s of %s", one->name, total, high);
    rsp_buf_printf(out, "%s%s\n", score->band != NULL ? ", " : "",
        score->band != NULL ? rsp_rulebook_message(book, language, score->band->text) : "");
}

/* Are there bands or cut-offs that nobody could verify? */
static bool doubtful(const struct rsp_instrument *one)
{
    bool found = false;

    for (size_t i = 0; i < one->n_band; i++)
        found = found || one->band[i].confidence > RSP_RULE_MEDIUM;
    for (size_t i = 0; i < one->n_cutoff; i++)
        found = found || one->cutoff[i].confidence > RSP_RULE_MEDIUM;
    return found;
}

static void text_score(const struct rsp_rulebook *book, const struct rsp_score *score, struct rsp_buf *out)
{
    const struct rsp_instrument *one = score->instrument;

    text_total(book, score, out);
    for (size_t i = 0; i < score->n_flag; i++) {
        const struct rsp_rule *rule = score->flag[i]->rule;
        labelled(out, rsp_severity_name(rule->severity),
            rsp_rulebook_message(book, language, score->flag[i]->text));
        labelled(out, "", rule->action);
        labelled(out, "", rule->id);
    }
    for (size_t i = 0; i < one->n_criteria; i++) {
        rsp_buf_printf(out, "  %s: %s\n", rsp_rulebook_message(book, language, one->criteria[i].text),
            truth_name(score->criteria[i]));
    }
    for (size_t i = 0; i < score->n_cutoff; i++)
        labelled(out, "cut-off", rsp_rulebook_message(book, language, score->cutoff[i]->text));
    if (score->band == NULL && score->n_cutoff == 0 && doubtful(one))
        labelled(out, "meaning", "what its bands or cut-offs on file mean was not verified: none is applied");
    labelled(out, "change", strncmp(one->change, "none", 4) == 0 ? NULL : one->change);
    labelled(out, "source", one->source);
    if (one->notice != NULL)
        labelled(out, "notice", rsp_rulebook_message(book, language, one->notice));
}

static rsp_status score_answers(struct rsp_cli *cli, struct rsp_rulebook **book, struct rsp_error *err)
{
    const struct rsp_instrument *one = NULL;
    const char *text = rsp_cli_nth(cli, NULL, 1);
    double answer[RSP_MAX_ITEM];
    struct rsp_score score;
    size_t n = 0;

    RSP_TRY(find(cli, "respite instrument score ID ANSWERS", book, &one, err));
    if (text == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "give the answers in the order of the items, with commas: respite instrument score %s 0,1,2",
            one->id);
    RSP_TRY(read_answers(text, &n, answer, err));
    RSP_TRY(rsp_instrument_score(one, n, answer, &score, err));
    if (rsp_cli_flag(cli, "json"))
        json_score(*book, &score, &cli->out);
    else
        text_score(*book, &score, &cli->out);
    return RSP_OK;
}

rsp_status rsp_cmd_instrument_score(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;

    const rsp_status status = score_answers(cli, &book, err);
    rsp_rulebook_free(book);
    return status;
}
