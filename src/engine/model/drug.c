/* Names of drugs and routes. */
#include "model/drug.h"

#include <stdio.h>
#include <string.h>

#include <respite/dose.h>

#include "base/text.h"

const char *const rsp_drug_words[] = {
#define RSP_X(name, text) text,
    RSP_DRUG_LIST(RSP_X)
#undef RSP_X
        NULL};

const char *const rsp_route_words[] = {
#define RSP_X(name, text) text,
    RSP_ROUTE_LIST(RSP_X)
#undef RSP_X
        NULL};

#define THE_DRUGS "ketamine (the racemate), esketamine (S-ketamine) or arketamine (R-ketamine)"

/* Sound-alike drugs and their kin: refused by name, never taken for a slip. */
static const char *const other_drugs[] = {"ketoprofen", "dexketoprofen", "ketorolac", "ketotifen",
    "ketoconazole", "levoketoconazole", "ketanserin", "ketazolam", "ketobemidone", "norketamine",
    "esnorketamine", "hydroxynorketamine", "tiletamine", "methoxetamine", "deschloroketamine",
    "phencyclidine", "memantine", "dextromethorphan", "etomidate", "propofol", "midazolam", "morphine",
    "fentanyl", "lidocaine", NULL};

/* Other spellings and brand names by their letters alone ("(S)-ketamine", "S(+)-Ketamin"). */
static const struct {
    const char *letters;
    enum rsp_drug drug;
    const char *is;
} aliases[] = {
    {"sketamine", RSP_DRUG_ESKETAMINE, "the S-enantiomer"},
    {"sketamin", RSP_DRUG_ESKETAMINE, "the S-enantiomer"},
    {"ketamines", RSP_DRUG_ESKETAMINE, "the S-enantiomer"},
    {"ketamins", RSP_DRUG_ESKETAMINE, "the S-enantiomer"},
    {"dextroketamine", RSP_DRUG_ESKETAMINE, "the S-enantiomer"},
    {"esketamin", RSP_DRUG_ESKETAMINE, "the S-enantiomer"},
    {"esketaminum", RSP_DRUG_ESKETAMINE, "the S-enantiomer"},
    {"ketanests", RSP_DRUG_ESKETAMINE, "a brand of the S-enantiomer"},
    {"spravato", RSP_DRUG_ESKETAMINE, "a nasal brand of the S-enantiomer"},
    {"vesierra", RSP_DRUG_ESKETAMINE, "a brand of the S-enantiomer"},
    {"eskesia", RSP_DRUG_ESKETAMINE, "a brand of the S-enantiomer"},
    {"rketamine", RSP_DRUG_ARKETAMINE, "the R-enantiomer"},
    {"rketamin", RSP_DRUG_ARKETAMINE, "the R-enantiomer"},
    {"ketaminer", RSP_DRUG_ARKETAMINE, "the R-enantiomer"},
    {"ketaminr", RSP_DRUG_ARKETAMINE, "the R-enantiomer"},
    {"levoketamine", RSP_DRUG_ARKETAMINE, "the R-enantiomer"},
    {"arketamin", RSP_DRUG_ARKETAMINE, "the R-enantiomer"},
    {"arketaminum", RSP_DRUG_ARKETAMINE, "the R-enantiomer"},
    {"ketamin", RSP_DRUG_KETAMINE, "the racemate"},
    {"ketaminum", RSP_DRUG_KETAMINE, "the racemate"},
    {"rsketamine", RSP_DRUG_KETAMINE, "the racemate"},
    {"rsketamin", RSP_DRUG_KETAMINE, "the racemate"},
    {"racketamine", RSP_DRUG_KETAMINE, "the racemate"},
    {"dlketamine", RSP_DRUG_KETAMINE, "the racemate"},
    {"racemic", RSP_DRUG_KETAMINE, "the racemate"},
    {"racemicketamine", RSP_DRUG_KETAMINE, "the racemate"},
    {"racemate", RSP_DRUG_KETAMINE, "the racemate"},
    {"ketalar", RSP_DRUG_KETAMINE, "a brand of the racemate"},
    {"ketanest", RSP_DRUG_KETAMINE, "a brand of the racemate"},
    {"ketaject", RSP_DRUG_KETAMINE, "a brand of the racemate"},
    {"calypsol", RSP_DRUG_KETAMINE, "a brand of the racemate"},
};

const char *rsp_drug_name(enum rsp_drug drug)
{
    return (int)drug >= 0 && drug < RSP_N_DRUG ? rsp_drug_words[drug] : "?";
}

const char *rsp_route_name(enum rsp_route route)
{
    return (int)route >= 0 && route < RSP_N_ROUTE ? rsp_route_words[route] : "?";
}

/* The letters a to z of a word, false when they do not fit. */
static bool add_letters(const char *word, char letters[48])
{
    size_t n = strlen(letters);
    for (; *word != '\0'; word++) {
        const char c = *word >= 'A' && *word <= 'Z' ? (char)(*word - 'A' + 'a') : *word;
        if (c < 'a' || c > 'z')
            continue;
        if (n + 1 >= 48)
            return false;
        letters[n++] = c;
    }
    letters[n] = '\0';
    return true;
}

static rsp_status refuse_alias(const char *letters, const char *shown, struct rsp_error *err)
{
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (strcmp(letters, aliases[i].letters) == 0)
            return rsp_error_set(err, RSP_E_UNKNOWN, "drug", "'%.60s' is %s; write %s if that is meant",
                shown, aliases[i].is, rsp_drug_name(aliases[i].drug));
    }
    return RSP_OK;
}

rsp_status rsp_drug_refuse(const char *word, const char *next, struct rsp_error *err)
{
    const int other = rsp_text_index(word, other_drugs);
    if (other >= 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "drug",
            "%s is a different drug; only ketamine, esketamine and arketamine are known here",
            other_drugs[other]);
    char letters[48] = "", shown[128];
    if (!add_letters(word, letters))
        return RSP_OK;
    const bool enantiomer = strcmp(letters, "s") == 0 || strcmp(letters, "r") == 0;
    if (next != NULL) { /* "Ketanest S", "S ketamine" */
        char both[48] = "", second[48] = "";
        const bool fits = add_letters(word, both) && add_letters(next, both) && add_letters(next, second);
        (void)snprintf(shown, sizeof shown, "%.60s %.60s", word, next);
        if (fits && (enantiomer || strcmp(second, "s") == 0 || strcmp(second, "r") == 0))
            RSP_TRY(refuse_alias(both, shown, err));
    }
    RSP_TRY(refuse_alias(letters, word, err));
    if (enantiomer)
        return rsp_error_set(err, RSP_E_UNKNOWN, "drug",
            "'%.40s' beside the drug is not read; write esketamine for the S-enantiomer or arketamine for "
            "the "
            "R-enantiomer",
            word);
    if (rsp_text_nearest(word, rsp_drug_words) != NULL || rsp_text_nearest(letters, rsp_drug_words) != NULL)
        return rsp_error_set(err, RSP_E_UNKNOWN, "drug", "unknown drug '%.40s'; write " THE_DRUGS, word);
    return RSP_OK;
}

rsp_status rsp_drug_parse(const char *text, enum rsp_drug *drug, struct rsp_error *err)
{
    const int found = rsp_text_index(text, rsp_drug_words);
    if (found >= 0) {
        *drug = (enum rsp_drug)found;
        return RSP_OK;
    }
    if (text[0] == '\0')
        return rsp_error_set(err, RSP_E_MISSING, "drug", "the drug is missing; write " THE_DRUGS);
    RSP_TRY(rsp_drug_refuse(text, NULL, err));
    return rsp_error_set(err, RSP_E_UNKNOWN, "drug", "unknown drug '%.40s'; write " THE_DRUGS, text);
}

rsp_status rsp_route_parse(const char *text, enum rsp_route *route, struct rsp_error *err)
{
    const int found = rsp_text_index(text, rsp_route_words);
    if (found >= 0) {
        *route = (enum rsp_route)found;
        return RSP_OK;
    }
    const char *nearest = rsp_text_nearest(text, rsp_route_words);
    if (nearest != NULL)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "route", "unknown route '%.40s'; did you mean '%s'?", text, nearest);
    return rsp_error_set(err, text[0] == '\0' ? RSP_E_MISSING : RSP_E_UNKNOWN, "route",
        "%s%.40s%s; write iv, nasal, buccal, sublingual, oral, im, sc or rectal",
        text[0] == '\0' ? "the route is missing" : "unknown route '", text, text[0] == '\0' ? "" : "'");
}
