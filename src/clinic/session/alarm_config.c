/* What a session watches: the signed limits, the rises over the baseline, and the technical causes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rules/preparing.h"
#include "session/alarm.h"

static const double S_PER_MINUTE = 60;

#define RSP_X(name, text) text,
static const char *const cause_ids[] = {RSP_ALARM_CAUSE_LIST(RSP_X) NULL};
#undef RSP_X

static rsp_status add(
    struct rsp_alarm_config *config, const struct rsp_alarm_condition *condition, struct rsp_error *err)
{
    if (config->n == RSP_MAX_ALARM)
        return rsp_error_set(
            err, RSP_E_LIMIT, "watching", "at most %d conditions can be watched", RSP_MAX_ALARM);
    config->condition[config->n++] = *condition;
    return RSP_OK;
}

static struct rsp_alarm_condition from_rule(const struct rsp_watch_limit *rule)
{
    struct rsp_alarm_condition c = {.vital = (enum rsp_vital)rsp_vital_find(rule->vital),
        .cause = RSP_N_CAUSE,
        .priority = rule->priority,
        .text = rule->text,
        .limit = NAN,
        .critical = rule->critical,
        .clear_by = rule->clear_by,
        .apart_s = rule->apart_s,
        .times = 1,
        .delay_s = rule->delay_s,
        .latch = rule->latch};
    (void)snprintf(c.id, sizeof c.id, "%s", rule->id);
    return c;
}

/* The site's value is held to the rules once more: a profile may be older than they are. */
static rsp_status signed_value(const struct rsp_alarm *alarm, size_t n, const struct rsp_signed_limit limit[],
    double *value, struct rsp_error *err)
{
    const double sign = alarm->above ? 1 : -1;
    size_t i = 0;
    while (i < n && strcmp(limit[i].id, alarm->id) != 0)
        i++;
    if (i == n || !isfinite(limit[i].value))
        return rsp_error_set(err, RSP_E_MISSING, alarm->id,
            "no physician of this site has signed a limit for it: %s", alarm->text);
    if (sign * limit[i].value > sign * alarm->loosest)
        return rsp_error_set(err, RSP_E_LIMIT, alarm->id, "%.6g %s is looser than %.6g %s (%s): sign it anew",
            limit[i].value, alarm->unit, alarm->loosest, alarm->unit, alarm->text);
    *value = limit[i].value;
    return RSP_OK;
}

static rsp_status add_limit(struct rsp_alarm_config *config, const struct rsp_watching *watching,
    const struct rsp_alarm *alarm, size_t n, const struct rsp_signed_limit limit[], struct rsp_error *err)
{
    const double sign = alarm->above ? 1 : -1;
    size_t k = 0;
    while (k < watching->n_limit && strcmp(watching->limit[k].id, alarm->id) != 0)
        k++;
    if (k == watching->n_limit)
        return rsp_error_set(
            err, RSP_E_MISSING, alarm->id, "the rules do not say how this limit sounds: %s", alarm->text);
    struct rsp_alarm_condition c = from_rule(&watching->limit[k]);
    RSP_TRY(signed_value(alarm, n, limit, &c.limit, err));
    c.text = alarm->text;
    c.above = alarm->above;
    if (alarm->times > 1) {
        c.times = alarm->times;
        c.within_s = alarm->minutes * S_PER_MINUTE;
    } else if (alarm->minutes > 0) {
        c.delay_s = alarm->minutes * S_PER_MINUTE;
    }
    /* A stricter limit than the critical value leaves nothing between the two. */
    if (!(sign * c.critical > sign * c.limit) && !isnan(c.critical))
        c.critical = c.limit;
    return add(config, &c, err);
}

static rsp_status add_rises(struct rsp_alarm_config *config, const struct rsp_watching *watching,
    const double baseline[], struct rsp_error *err)
{
    for (size_t i = 0; i < watching->n_rise; i++) {
        struct rsp_alarm_condition c = from_rule(&watching->rise[i]);
        c.above = true;
        c.limit = baseline[c.vital] + watching->rise[i].rise;
        RSP_TRY(add(config, &c, err));
    }
    return RSP_OK;
}

static rsp_status add_technical(struct rsp_alarm_config *config, const struct rsp_watching *watching,
    enum rsp_alarm_cause cause, struct rsp_error *err)
{
    size_t k = 0;
    while (k < watching->n_technical && strcmp(watching->technical[k].id, cause_ids[cause]) != 0)
        k++;
    if (k == watching->n_technical)
        return rsp_error_set(
            err, RSP_E_MISSING, "watching", "the rules do not say how '%s' sounds", cause_ids[cause]);
    const struct rsp_watch_technical *rule = &watching->technical[k];
    const int n = rule->each ? RSP_N_VITAL : 1;
    for (int v = 0; v < n; v++) {
        struct rsp_alarm_condition c = {.technical = true,
            .vital = rule->each ? (enum rsp_vital)v : RSP_N_VITAL,
            .cause = cause,
            .priority = rule->priority,
            .text = rule->text,
            .limit = NAN,
            .critical = NAN,
            .latch = rule->latch,
            .held = rule->held};
        (void)snprintf(c.id, sizeof c.id, "%s%s%s", rule->id, rule->each ? ":" : "",
            rule->each ? rsp_vital_id((enum rsp_vital)v) : "");
        RSP_TRY(add(config, &c, err));
    }
    return RSP_OK;
}

rsp_status rsp_alarm_config_make(const struct rsp_rulebook *book, size_t n,
    const struct rsp_signed_limit limit[], const double baseline[], struct rsp_alarm_config *config,
    struct rsp_error *err)
{
    const struct rsp_watching *watching = rsp_rulebook_watching(book);
    struct rsp_alarm_config made = {0};
    RSP_TRY(rsp_vital_rules_make(watching, &made.vitals, err));
    made.silence_most_s = watching->silence_most_s;
    made.silence_high_s = watching->silence_high_s;
    for (size_t i = 0; i < rsp_rulebook_n_alarm(book); i++)
        RSP_TRY(add_limit(&made, watching, rsp_rulebook_alarm(book, i), n, limit, err));
    RSP_TRY(add_rises(&made, watching, baseline, err));
    for (int cause = 0; cause < RSP_N_CAUSE; cause++)
        RSP_TRY(add_technical(&made, watching, (enum rsp_alarm_cause)cause, err));
    *config = made;
    return RSP_OK;
}

size_t rsp_alarm_find(const struct rsp_alarm_config *config, const char *id)
{
    size_t i = 0;
    while (i < config->n && strcmp(config->condition[i].id, id) != 0)
        i++;
    return i;
}
