/* Opioids of a medication list in morphine equivalents. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rules/matching.h"
#include "rules/rulebook.h"

/* ---- the section opioids ---- */

static rsp_status read_opioid(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"name", "factor", "by_rate", "not_counted", "sources", NULL};
    struct rsp_opioid *opioid = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    opioid->factor = NAN;
    RSP_TRY(rsp_yaml_texts(node, "name", true, &opioid->n_name, &opioid->name, err));
    RSP_TRY(rsp_yaml_number(node, "factor", false, &opioid->factor, err));
    RSP_TRY(rsp_yaml_bool(node, "by_rate", false, &opioid->by_rate, err));
    RSP_TRY(rsp_yaml_text(node, "not_counted", false, &opioid->not_counted, err));
    RSP_TRY(rsp_read_sources(book, node, &opioid->source, err));
    if (opioid->n_name == 0)
        return rsp_yaml_error(node, err, RSP_E_MISSING, "An opioid needs a name.");
    if (isnan(opioid->factor) == (opioid->not_counted == NULL))
        return rsp_yaml_error(node, err, RSP_E_MISMATCH, "An opioid has a factor or not_counted, not both.");
    if (!isnan(opioid->factor) && !(opioid->factor > 0))
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "A factor must be above zero.");
    return RSP_OK;
}

rsp_status rsp_read_opioids(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(book, node, read_opioid, sizeof *book->opioid, &book->opioid, &book->n_opioid, err);
}

/* ---- counting ---- */

static const struct rsp_opioid *find(const struct rsp_rulebook *book, const char *name)
{
    for (size_t i = 0; i < book->n_opioid; i++)
        for (size_t k = 0; k < book->opioid[i].n_name; k++)
            if (rsp_medication_is(name, book->opioid[i].name[k]))
                return &book->opioid[i];
    return NULL;
}

/* Does a name as written say that it is not swallowed? The factors are those of doses by mouth. */
static const char *other_way(const char *name)
{
    static const char *const ways[] = {"iv", "i.v", "intravenous", "infusion", "injection", "sc", "s.c",
        "subcutaneous", "im", "intramuscular", "epidural", "intrathecal", "spinal", "pump", "pca", "rectal",
        "suppository", "nasal", "spray", "lozenge", "buccal", "sublingual"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (const char *at = strchr(name, ' '); at != NULL; at = strchr(at + 1, ' '))
            if (rsp_medication_is(at + 1 + strspn(at + 1, "(,"), ways[i]))
                return ways[i];
    return NULL;
}

static void refuse(struct rsp_mme_row *row, const char *why)
{
    snprintf(row->text, sizeof row->text, "%.80s: %s", row->medicine, why);
}

static void count_rate(const struct rsp_medication *one, struct rsp_mme_row *row)
{
    char rate[40], mme[40];
    if (isnan(one->rate_mcg_per_h)) {
        refuse(row, "only a patch is counted; write its rate_mcg_per_h");
        return;
    }
    row->mme_mg = one->rate_mcg_per_h * row->factor;
    row->counted = true;
    rsp_number_format(one->rate_mcg_per_h, 4, rate, sizeof rate);
    rsp_number_format(row->mme_mg, 4, mme, sizeof mme);
    snprintf(row->text, sizeof row->text, "%.80s %s mcg/h: %s mg", row->medicine, rate, mme);
}

static void count_amount(const struct rsp_medication *one, struct rsp_mme_row *row)
{
    char daily[40], mme[40], why[120];
    const char *way = other_way(one->name);
    if (way != NULL) {
        snprintf(why, sizeof why, "\"%s\": the factors are of doses by mouth", way);
        refuse(row, why);
        return;
    }
    if (!isnan(one->rate_mcg_per_h)) {
        refuse(row, "a rate counts for fentanyl patches only; write dose_mg and per_day");
        return;
    }
    if (isnan(one->dose_mg) || isnan(one->per_day)) {
        snprintf(why, sizeof why, "%s missing",
            !isnan(one->dose_mg)  ? "per_day is"
            : isnan(one->per_day) ? "dose_mg and per_day are"
                                  : "dose_mg is");
        refuse(row, why);
        return;
    }
    row->daily_mg = one->dose_mg * one->per_day;
    row->mme_mg = row->daily_mg * row->factor;
    row->counted = true;
    rsp_number_format(row->daily_mg, 4, daily, sizeof daily);
    rsp_number_format(row->mme_mg, 4, mme, sizeof mme);
    snprintf(row->text, sizeof row->text, "%.80s %s mg a day: %s mg", row->medicine, daily, mme);
}

static struct rsp_mme_row count(const struct rsp_opioid *opioid, const struct rsp_medication *one)
{
    struct rsp_mme_row row = {.medicine = one->name,
        .opioid = opioid->name[0],
        .source = opioid->source,
        .by_rate = opioid->by_rate,
        .factor = opioid->factor,
        .daily_mg = NAN,
        .rate_mcg_per_h = one->rate_mcg_per_h,
        .mme_mg = NAN};
    if (opioid->not_counted != NULL)
        refuse(&row, opioid->not_counted);
    else if (opioid->by_rate)
        count_rate(one, &row);
    else
        count_amount(one, &row);
    return row;
}

bool rsp_mme_complete(const struct rsp_mme *mme)
{
    return mme->asked && mme->n_counted == mme->n && mme->n_unknown == 0;
}

const char *rsp_mme_meant(const struct rsp_rulebook *book, const char *unknown)
{
    return rsp_medication_near_miss(book, unknown);
}

void rsp_rules_mme(const struct rsp_rulebook *book, const struct rsp_patient *patient, struct rsp_mme *mme)
{
    *mme =
        (struct rsp_mme){.asked = patient->has_medications, .total_mg = patient->has_medications ? 0 : NAN};
    for (size_t i = 0; i < patient->n_medication; i++) {
        const char *name = patient->medication[i].name;
        const struct rsp_opioid *opioid = find(book, name);
        if (opioid == NULL && !rsp_medication_known(book, name)) {
            if (mme->n_unknown < RSP_MAX_MME)
                mme->unknown[mme->n_unknown] = name;
            mme->n_unknown++;
        }
        if (opioid == NULL)
            continue;
        const struct rsp_mme_row row = count(opioid, &patient->medication[i]);
        if (row.counted) {
            mme->total_mg += row.mme_mg;
            mme->n_counted++;
        }
        if (mme->n < RSP_MAX_MME)
            mme->row[mme->n] = row;
        mme->n++;
    }
}
