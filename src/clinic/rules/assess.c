#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rulebook.h"

/* Worst first: by severity, and what fired before what is unknown. */
static int rank(const struct rsp_finding *finding)
{
    return -2 * (int)finding->rule->severity + (finding->truth == RSP_TRUE ? 0 : 1);
}

/* The sentence with {fact} filled in. */
static void write_text(const char *pattern, const struct rsp_verdict *verdict, char *text, size_t size)
{
    const char *place = strstr(pattern, "{fact}");
    if (place == NULL && (!verdict->personal || verdict->fact[0] == '\0'))
        snprintf(text, size, "%s", pattern);
    else if (place == NULL)
        snprintf(text, size, "%s (This patient: %s.)", pattern, verdict->fact);
    else
        snprintf(
            text, size, "%.*s%s%s", (int)(place - pattern), pattern, verdict->fact, place + strlen("{fact}"));
}

static void write_finding(const struct rsp_rule_entry *entry, const struct rsp_verdict *verdict,
    const struct rsp_used_facts *used, struct rsp_finding *finding)
{
    *finding = (struct rsp_finding){
        .rule = &entry->rule, .truth = verdict->truth, .n_fact = used->n, .fact = used->fact};
    if (verdict->truth == RSP_TRUE) {
        write_text(entry->finding != NULL ? entry->finding : entry->rule.text, verdict, finding->text,
            sizeof finding->text);
        return;
    }
    /* The first fact to ask for; the sentence names them all. */
    snprintf(finding->missing, sizeof finding->missing, "%.*s", (int)strcspn(verdict->missing, ";"),
        verdict->missing);
    snprintf(finding->text, sizeof finding->text, "Cannot be judged without %s: %s", verdict->missing,
        entry->rule.text);
}

/* A caution that waits for a fact for which a block waits already says nothing new. */
static size_t drop_repeated(struct rsp_finding *finding, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool asked = false;
        for (size_t k = 0; k < kept && finding[i].truth == RSP_UNKNOWN; k++)
            asked = asked || (finding[k].rule->severity > finding[i].rule->severity &&
                                 strcmp(finding[k].missing, finding[i].missing) == 0);
        if (!asked)
            finding[kept++] = finding[i];
    }
    return kept;
}

/* One finding in place of several. */
struct group {
    struct rsp_finding one;
    bool failed; /* out of memory */
};

static bool wait_together(const struct rsp_finding *a, const struct rsp_finding *b)
{
    return a->truth == RSP_UNKNOWN && b->truth == RSP_UNKNOWN && a->rule->severity == b->rule->severity &&
           strcmp(a->missing, b->missing) == 0;
}

/* "Cannot be judged without the history: 13 rules (CI-CVA, CI-ICH, ...)." `first` and what follows it. */
static void write_group(const struct rsp_finding *first, size_t n, size_t n_rule, char *text, size_t size)
{
    enum { ROOM_FOR_END = 24 }; /* ", and 99 more)." */
    size_t n_named = 0;
    size_t at =
        (size_t)snprintf(text, size, "Cannot be judged without the %s: %zu rules (", first->missing, n_rule);
    for (size_t i = 0; i < n; i++) {
        const char *id = first[i].rule->id;
        if (!wait_together(first, &first[i]))
            continue;
        if (at + strlen(id) + ROOM_FOR_END > size)
            break;
        at += (size_t)snprintf(text + at, size - at, "%s%s", n_named++ > 0 ? ", " : "", id);
    }
    if (n_named < n_rule)
        at += (size_t)snprintf(text + at, size - at, ", and %zu more", n_rule - n_named);
    snprintf(text + at, size - at, ").");
}

/* The facts and the rules of the whole group: `first` and what follows it. */
static void join_group(
    const struct rsp_finding *first, size_t n, size_t n_rule, struct rsp_arena *arena, struct group *group)
{
    struct rsp_used_facts used = {.arena = arena};
    const struct rsp_rule **waiting = rsp_arena_alloc(arena, n_rule * sizeof *waiting);
    size_t k = 0;
    for (size_t i = 0; i < n && waiting != NULL; i++) {
        if (!wait_together(first, &first[i]))
            continue;
        waiting[k++] = first[i].rule;
        for (size_t f = 0; f < first[i].n_fact; f++)
            rsp_used_note(&used, first[i].fact[f].name, first[i].fact[f].value,
                first[i].fact[f].has_date ? &first[i].fact[f].date : NULL);
    }
    group->failed = group->failed || used.failed || waiting == NULL;
    group->one.n_fact = used.n;
    group->one.fact = used.fact;
    group->one.n_waiting = k;
    group->one.waiting = waiting;
}

/* Rules of one severity that wait for the same fact become one finding, that of the first of them. */
static size_t group_unknown(struct rsp_finding *finding, size_t n, struct rsp_arena *arena, bool *failed)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool told = false;
        size_t n_rule = 0;
        for (size_t k = 0; k < kept; k++)
            told = told || wait_together(&finding[k], &finding[i]);
        if (told)
            continue;
        for (size_t k = i; k < n; k++)
            n_rule += wait_together(&finding[i], &finding[k]);
        struct group group = {.one = finding[i]};
        if (n_rule > 1) {
            write_group(&finding[i], n - i, n_rule, group.one.text, sizeof group.one.text);
            join_group(&finding[i], n - i, n_rule, arena, &group);
        }
        *failed = *failed || group.failed;
        finding[kept++] = group.one;
    }
    return kept;
}

static void sort(struct rsp_finding *finding, size_t n)
{
    for (size_t i = 1; i < n; i++) { /* few and nearly sorted: insertion keeps the order of the files */
        const struct rsp_finding one = finding[i];
        size_t at = i;
        for (; at > 0 && rank(&finding[at - 1]) > rank(&one); at--)
            finding[at] = finding[at - 1];
        finding[at] = one;
    }
}

static enum rsp_candidacy conclude(const struct rsp_finding *finding, size_t n)
{
    bool block = false, unknown = false, caution = false;
    for (size_t i = 0; i < n; i++) {
        const enum rsp_severity severity = finding[i].rule->severity;
        block = block || (severity == RSP_SEVERITY_BLOCK && finding[i].truth == RSP_TRUE);
        unknown = unknown || (severity == RSP_SEVERITY_BLOCK && finding[i].truth == RSP_UNKNOWN);
        caution = caution || (severity == RSP_SEVERITY_CAUTION && finding[i].truth == RSP_TRUE);
    }
    if (block)
        return RSP_NOT_A_CANDIDATE;
    if (unknown)
        return RSP_CANDIDACY_INCOMPLETE;
    return caution ? RSP_CANDIDATE_CAUTION : RSP_CANDIDATE;
}

/* All rules that are on, in the order of the files; the facts of each live in the arena. */
static size_t judge_all(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    struct rsp_date today, struct rsp_arena *arena, struct rsp_finding list[], bool *failed)
{
    size_t n = 0;
    for (size_t i = 0; i < book->n_rule; i++) {
        const struct rsp_rule_entry *entry = &book->rule[i];
        struct rsp_used_facts used = {.arena = arena};
        struct rsp_verdict verdict;
        if (!entry->rule.on || entry->when == NULL)
            continue;
        rsp_when_judge(book, entry->when, patient, today, &used, &verdict);
        *failed = *failed || used.failed;
        const bool worth = verdict.truth == RSP_TRUE ||
                           (verdict.truth == RSP_UNKNOWN && entry->rule.severity != RSP_SEVERITY_INFO);
        if (worth)
            write_finding(entry, &verdict, &used, &list[n++]);
    }
    return n;
}

rsp_status rsp_rules_assess(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    struct rsp_date today, enum rsp_candidacy *candidacy, struct rsp_finding **findings, size_t *n_finding,
    struct rsp_error *err)
{
    struct rsp_finding *list = malloc((book->n_rule + 1) * sizeof *list), *packed = NULL;
    struct rsp_arena *arena = rsp_arena_new();
    rsp_status status = RSP_OK;
    bool failed = list == NULL || arena == NULL;
    size_t n = 0;
    if (!failed) {
        n = judge_all(book, patient, today, arena, list, &failed);
        sort(list, n);
        n = drop_repeated(list, n);
        n = group_unknown(list, n, arena, &failed);
        packed = rsp_findings_pack(n, list);
    }
    if (failed || packed == NULL) {
        free(packed);
        status = rsp_error_set(err, RSP_E_MEMORY, "candidacy", "Out of memory while judging the rules.");
    } else {
        *candidacy = conclude(packed, n);
        *findings = packed;
        *n_finding = n;
    }
    rsp_arena_free(arena);
    free(list);
    return status;
}
