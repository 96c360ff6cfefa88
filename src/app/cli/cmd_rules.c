/* respite rules list | show | limits | protocols | words */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "columns.h"
#include "json.h"
#include "rulebook_argument.h"
#include "rules/rules.h"

enum { WIDTH = 100, TEXT = 12 };

static void labelled(struct rsp_buf *out, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    rsp_buf_printf(out, "  %-*s", TEXT, label);
    rsp_cli_wrap(out, text, TEXT + 2, TEXT + 2, WIDTH);
}

static void json_rule(struct rsp_buf *out, const struct rsp_rule *rule)
{
    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "id", rule->id);
    rsp_json_text(out, "area", rule->area);
    rsp_json_text(out, "text", rule->text);
    rsp_json_text(out, "action", rule->action);
    rsp_json_text(out, "note", rule->why);
    rsp_json_text(out, "severity", rsp_severity_name(rule->severity));
    rsp_json_text(out, "gate", rsp_gate_name(rule->gate));
    rsp_json_text(out, "confidence", rsp_rule_confidence_name(rule->confidence));
    rsp_json_text(out, "grade", rule->grade);
    rsp_json_bool(out, "on", rule->on);
    rsp_json_number(out, "version", rule->version);
    rsp_json_text(out, "source", rule->source);
    rsp_json_close(out, '}');
}

static void list_rules(const struct rsp_rulebook *book, struct rsp_buf *out)
{
    static const char *const head[] = {"rule", "area", "confidence", "severity", "gate", "on", "text"};
    struct rsp_columns table;

    rsp_columns_init(&table, 7);
    for (size_t c = 0; c < 7; c++)
        rsp_columns_text(&table, head[c]);
    for (size_t i = 0; i < rsp_rulebook_n_rule(book); i++) {
        const struct rsp_rule *rule = rsp_rulebook_rule(book, i);
        rsp_columns_text(&table, rule->id);
        rsp_columns_text(&table, rule->area);
        rsp_columns_text(&table, rsp_rule_confidence_name(rule->confidence));
        rsp_columns_text(&table, rsp_severity_name(rule->severity));
        rsp_columns_text(&table, rsp_gate_name(rule->gate));
        rsp_columns_text(&table, rule->on ? "on" : "off");
        rsp_columns_text(&table, rule->text);
    }
    rsp_columns_print(&table, 0, 0, out);
    rsp_columns_free(&table);
}

rsp_status rsp_cmd_rules_list(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;

    RSP_TRY(rsp_cli_rulebook(cli, &book, err));
    if (rsp_cli_flag(cli, "json")) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_text(&cli->out, "version", rsp_rulebook_version(book));
        rsp_json_open(&cli->out, "rules", '[');
        for (size_t i = 0; i < rsp_rulebook_n_rule(book); i++)
            json_rule(&cli->out, rsp_rulebook_rule(book, i));
        rsp_buf_text(&cli->out, "]}\n");
    } else {
        list_rules(book, &cli->out);
    }
    rsp_rulebook_free(book);
    return RSP_OK;
}

/* ---- limits ---- */

static void json_limit(struct rsp_buf *out, const struct rsp_limit *limit, bool on)
{
    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "id", limit->id);
    rsp_json_text(out, "quantity", rsp_limit_quantity_name(limit->quantity));
    rsp_json_number(out, "bound", limit->bound);
    rsp_json_text(out, "unit", rsp_limit_quantity_unit(limit->quantity));
    rsp_json_bool(out, "hard", limit->hard);
    rsp_json_bool(out, "on", on);
    rsp_json_text(out, "text", limit->text);
    rsp_json_text(out, "source", limit->source);
    rsp_json_close(out, '}');
}

static void list_limits(const struct rsp_rulebook *book, struct rsp_buf *out)
{
    static const char *const head[] = {"limit", "quantity", "bound", "unit", "kind", "on", "text"};
    struct rsp_columns table;

    rsp_columns_init(&table, 7);
    table.right[2] = true;
    for (size_t c = 0; c < 7; c++)
        rsp_columns_text(&table, head[c]);
    for (size_t i = 0; i < rsp_rulebook_n_limit(book); i++) {
        bool on = false;
        const struct rsp_limit *limit = rsp_rulebook_limit(book, i, &on);
        rsp_columns_text(&table, limit->id);
        rsp_columns_text(&table, rsp_limit_quantity_name(limit->quantity));
        rsp_columns_number(&table, limit->bound, 6);
        rsp_columns_text(&table, rsp_limit_quantity_unit(limit->quantity));
        rsp_columns_text(&table, limit->hard ? "hard" : "warning");
        rsp_columns_text(&table, on ? "on" : "off");
        rsp_columns_text(&table, limit->text);
    }
    rsp_columns_print(&table, 0, 0, out);
    rsp_columns_free(&table);
}

rsp_status rsp_cmd_rules_limits(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;

    RSP_TRY(rsp_cli_rulebook(cli, &book, err));
    if (rsp_cli_flag(cli, "json")) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_text(&cli->out, "version", rsp_rulebook_version(book));
        rsp_json_open(&cli->out, "limits", '[');
        for (size_t i = 0; i < rsp_rulebook_n_limit(book); i++) {
            bool on = false;
            const struct rsp_limit *limit = rsp_rulebook_limit(book, i, &on);
            json_limit(&cli->out, limit, on);
        }
        rsp_buf_text(&cli->out, "]}\n");
    } else {
        list_limits(book, &cli->out);
    }
    rsp_rulebook_free(book);
    return RSP_OK;
}

/* ---- protocols ---- */

static void json_protocol(struct rsp_buf *out, const struct rsp_protocol *protocol)
{
    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "id", protocol->id);
    rsp_json_text(out, "name", protocol->name);
    rsp_json_text(out, "kind", protocol->kind);
    rsp_json_text(out, "drug", rsp_drug_name(protocol->drug));
    rsp_json_text(out, "setting", protocol->setting);
    rsp_json_text(out, "confidence", rsp_rule_confidence_name(protocol->confidence));
    rsp_json_open(out, "conditions", '[');
    for (size_t i = 0; i < protocol->n_condition; i++)
        rsp_json_text(out, NULL, rsp_condition_word(protocol->condition[i]));
    rsp_json_close(out, ']');
    rsp_json_open(out, "doses", '[');
    for (size_t i = 0; i < protocol->n_dose; i++)
        rsp_json_text(out, NULL, protocol->dose[i]);
    rsp_json_close(out, ']');
    rsp_json_number(out, "cap_mg_per_h", protocol->cap_mg_per_h);
    rsp_json_number(out, "cap_mg_per_day", protocol->cap_mg_per_day);
    rsp_json_text(out, "note", protocol->note);
    rsp_json_text(out, "source", protocol->source);
    rsp_json_close(out, '}');
}

static void show_protocol(struct rsp_buf *out, const struct rsp_protocol *protocol)
{
    rsp_buf_printf(out, "%s: %s\n", protocol->id, protocol->name);
    labelled(out, "drug", rsp_drug_name(protocol->drug));
    labelled(out, "setting", protocol->setting);
    for (size_t i = 0; i < protocol->n_condition; i++)
        labelled(out, i == 0 ? "for" : "", rsp_condition_text(protocol->condition[i]));
    for (size_t i = 0; i < protocol->n_dose; i++)
        labelled(out, i == 0 ? "doses" : "", protocol->dose[i]);
    labelled(out, "confidence", rsp_rule_confidence_name(protocol->confidence));
    labelled(out, "note", protocol->note);
    labelled(out, "source", protocol->source);
}

rsp_status rsp_cmd_rules_protocols(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;
    struct rsp_columns table;

    RSP_TRY(rsp_rulebook_shipped(&book, err));
    if (rsp_cli_flag(cli, "json")) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_open(&cli->out, "protocols", '[');
        for (size_t i = 0; i < rsp_rulebook_n_protocol(book); i++)
            json_protocol(&cli->out, rsp_rulebook_protocol(book, i));
        rsp_buf_text(&cli->out, "]}\n");
        rsp_rulebook_free(book);
        return RSP_OK;
    }
    static const char *const head[] = {"protocol", "drug", "setting", "confidence", "doses"};
    rsp_columns_init(&table, 5);
    for (size_t c = 0; c < 5; c++)
        rsp_columns_text(&table, head[c]);
    for (size_t i = 0; i < rsp_rulebook_n_protocol(book); i++) {
        const struct rsp_protocol *protocol = rsp_rulebook_protocol(book, i);
        for (size_t k = 0; k < protocol->n_dose; k++) {
            rsp_columns_text(&table, k == 0 ? protocol->id : "");
            rsp_columns_text(&table, k == 0 ? rsp_drug_name(protocol->drug) : "");
            rsp_columns_text(&table, k == 0 && protocol->setting != NULL ? protocol->setting : "");
            rsp_columns_text(&table, k == 0 ? rsp_rule_confidence_name(protocol->confidence) : "");
            rsp_columns_text(&table, protocol->dose[k]);
        }
    }
    rsp_columns_print(&table, 0, 0, &cli->out);
    rsp_columns_free(&table);
    rsp_rulebook_free(book);
    return RSP_OK;
}

/* ---- show ---- */

static void show_rule(struct rsp_buf *out, const struct rsp_rule *rule)
{
    rsp_buf_printf(out, "%s: ", rule->id);
    rsp_cli_wrap(out, rule->text, rsp_cli_columns(rule->id) + 2, TEXT + 2, WIDTH);
    labelled(out, "area", rule->area);
    labelled(out, "action", rule->action);
    labelled(out, "severity", rsp_severity_name(rule->severity));
    labelled(out, "gate", rsp_gate_name(rule->gate));
    labelled(out, "confidence", rsp_rule_confidence_name(rule->confidence));
    labelled(out, "behaviour", rule->on ? "on" : "off: not sure enough to drive behaviour");
    labelled(out, "grade", rule->grade);
    labelled(out, "note", rule->why);
    labelled(out, "source", rule->source);
    rsp_buf_printf(out, "  %-*s%d\n", TEXT, "version", rule->version);
}

/* Nearest id among rules and protocols. */
static rsp_status unknown_id(const struct rsp_rulebook *book, const char *id, struct rsp_error *err)
{
    enum { MAX_KNOWN = 1024 };
    const char *known[MAX_KNOWN + 1];
    size_t n = 0;

    for (size_t i = 0; i < rsp_rulebook_n_rule(book) && n < MAX_KNOWN; i++)
        known[n++] = rsp_rulebook_rule(book, i)->id;
    for (size_t i = 0; i < rsp_rulebook_n_protocol(book) && n < MAX_KNOWN; i++)
        known[n++] = rsp_rulebook_protocol(book, i)->id;
    known[n] = NULL;
    const char *nearest = rsp_text_nearest(id, known);
    return rsp_error_set(err, RSP_E_UNKNOWN, "", "there is no rule or protocol '%.60s'%s%s%s", id,
        nearest != NULL ? ": did you mean '" : ": 'respite rules list' shows all",
        nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

static rsp_status show(
    struct rsp_cli *cli, const struct rsp_rulebook *book, const char *id, struct rsp_error *err)
{
    const bool json = rsp_cli_flag(cli, "json");

    for (size_t i = 0; i < rsp_rulebook_n_rule(book); i++) {
        if (!rsp_text_equal(rsp_rulebook_rule(book, i)->id, id))
            continue;
        if (json)
            json_rule(&cli->out, rsp_rulebook_rule(book, i));
        else
            show_rule(&cli->out, rsp_rulebook_rule(book, i));
        rsp_buf_text(&cli->out, json ? "\n" : "");
        return RSP_OK;
    }
    for (size_t i = 0; i < rsp_rulebook_n_protocol(book); i++) {
        if (!rsp_text_equal(rsp_rulebook_protocol(book, i)->id, id))
            continue;
        if (json)
            json_protocol(&cli->out, rsp_rulebook_protocol(book, i));
        else
            show_protocol(&cli->out, rsp_rulebook_protocol(book, i));
        rsp_buf_text(&cli->out, json ? "\n" : "");
        return RSP_OK;
    }
    return unknown_id(book, id, err);
}

rsp_status rsp_cmd_rules_show(struct rsp_cli *cli, struct rsp_error *err)
{
    const char *id = rsp_cli_nth(cli, NULL, 0);
    struct rsp_rulebook *book = NULL;

    if (id == NULL)
        return rsp_error_set(
            err, RSP_E_MISSING, "", "name a rule or protocol: respite rules show ID ('respite rules list')");
    RSP_TRY(rsp_cli_rulebook(cli, &book, err));
    const rsp_status status = show(cli, book, id, err);
    rsp_rulebook_free(book);
    return status;
}

rsp_status rsp_cmd_rules_words(struct rsp_cli *cli, struct rsp_error *err)
{
    const bool json = rsp_cli_flag(cli, "json");

    (void)err;
    if (json) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_open(&cli->out, "words", '[');
    }
    for (const char *const *word = rsp_rulebook_words(); *word != NULL; word++) {
        if (json)
            rsp_json_text(&cli->out, NULL, *word);
        else
            rsp_buf_printf(&cli->out, "%s\n", *word);
    }
    if (json)
        rsp_buf_text(&cli->out, "]}\n");
    return RSP_OK;
}
