#include "simulate/structure.h"

#include <stdlib.h>
#include <string.h>

/* reach[i][j]: a path of links leads from state j to state i (or i is j). */
static void find_reach(const struct rsp_compiled *model, bool reach[RSP_MAX_STATE][RSP_MAX_STATE])
{
    const size_t n = model->n_state;
    memset(reach, 0, RSP_MAX_STATE * sizeof reach[0]);
    for (size_t i = 0; i < n; i++)
        reach[i][i] = true;
    for (size_t l = 0; l < model->n_link; l++)
        if (model->link[l].to >= 0)
            reach[model->link[l].to][model->link[l].from] = true;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; reach[i][k] && j < n; j++)
                reach[i][j] = reach[i][j] || reach[k][j];
}

static void keep_states(struct rsp_structure *s, const struct rsp_compiled *model,
    bool reach[RSP_MAX_STATE][RSP_MAX_STATE], const bool entered[], const bool wanted[])
{
    const int n = (int)model->n_state;
    bool keep[RSP_MAX_STATE] = {false};
    for (int i = 0; i < n; i++) {
        bool from_dose = false, to_output = false;
        for (int j = 0; j < n; j++) {
            from_dose = from_dose || (entered[j] && reach[i][j]);
            to_output = to_output || (wanted[j] && reach[j][i]);
        }
        keep[i] = from_dose && to_output;
        s->kept[i] = -1;
    }
    /* order of flow: take a connected part when everything upstream of it has been taken */
    bool taken[RSP_MAX_STATE] = {false};
    for (bool found = true; found;) {
        found = false;
        for (int i = 0; i < n && !found; i++) {
            if (!keep[i] || taken[i])
                continue;
            bool ready = true;
            for (int j = 0; j < n; j++)
                ready = ready && (!keep[j] || taken[j] || !reach[i][j] || reach[j][i]);
            if (!ready)
                continue;
            found = true;
            s->part_start[s->n_part] = s->n;
            for (int j = 0; j < n; j++) {
                if (!keep[j] || !reach[i][j] || !reach[j][i])
                    continue;
                taken[j] = true;
                s->part[s->n] = s->n_part;
                s->kept[j] = s->n;
                s->state[s->n++] = j;
            }
            s->part_conserves[s->n_part++] = true;
        }
    }
    s->part_start[s->n_part] = s->n;
}

static void place_columns(struct rsp_structure *s, const bool zero_order[])
{
    for (int i = 0; i < s->n; i++) {
        s->column[i] = -1;
        if (!zero_order[s->state[i]])
            continue;
        s->column_state[s->m] = i;
        s->column[i] = s->n + s->m++;
    }
}

/* Entries of the exponential: row by row, states in order, then columns, then the leak rows. */
static rsp_status place_entries(
    struct rsp_structure *s, bool reach[RSP_MAX_STATE][RSP_MAX_STATE], struct rsp_error *err)
{
    const size_t most = RSP_MAX_STATE * (2 * RSP_MAX_STATE + 1);
    s->entry_column = malloc(most * sizeof *s->entry_column);
    if (s->entry_column == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the simulation.");
    memset(s->entry_at, -1, sizeof s->entry_at);
    for (int i = 0; i < s->n; i++) {
        s->row[i] = s->n_entry;
        for (int j = 0; j < s->n + s->m; j++) {
            const int from = j < s->n ? j : s->column_state[j - s->n];
            if (!reach[s->state[i]][s->state[from]])
                continue;
            s->entry_at[i][j] = (short)s->n_entry;
            s->entry_column[s->n_entry++] = (short)j;
        }
    }
    s->row[s->n] = s->n_entry;
    for (int i = 0; i < s->n; i++) {
        const int part = s->part[i];
        s->leak[i] = -1;
        if (s->part_start[part + 1] - s->part_start[part] > 1) {
            s->entry_column[s->n_entry] = (short)i;
            s->leak[i] = (short)s->n_entry++;
        }
    }
    return RSP_OK;
}

static rsp_status place_generator(
    struct rsp_structure *s, const struct rsp_compiled *model, struct rsp_error *err)
{
    bool used[RSP_MAX_STATE][2 * RSP_MAX_STATE] = {{false}};
    for (size_t l = 0; l < model->n_link; l++) {
        const struct rsp_link *link = &model->link[l];
        const int from = s->kept[link->from], to = link->to >= 0 ? s->kept[link->to] : -1;
        if (from >= 0 && to >= 0)
            used[to][from] = true;
    }
    s->generator_column = malloc((size_t)(s->n_entry + 1) * sizeof *s->generator_column);
    s->place = calloc(model->n_link + 1, sizeof *s->place);
    if (s->generator_column == NULL || s->place == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the simulation.");
    memset(s->generator_at, -1, sizeof s->generator_at);
    for (int i = 0; i < s->n; i++) {
        s->generator_row[i] = s->n_generator;
        for (int j = 0; j < s->n + s->m; j++) {
            if (!(j == i || (j < s->n ? used[i][j] : s->column_state[j - s->n] == i)))
                continue;
            s->generator_at[i][j] = (short)s->n_generator;
            s->generator_column[s->n_generator++] = (short)j;
        }
    }
    s->generator_row[s->n] = s->n_generator;
    for (int i = 0; i < s->n; i++)
        s->generator_leak[i] = (short)(s->leak[i] >= 0 ? s->n_generator++ : -1);
    for (size_t l = 0; l < model->n_link; l++) {
        const struct rsp_link *link = &model->link[l];
        const int from = s->kept[link->from], to = link->to >= 0 ? s->kept[link->to] : -1;
        if (from < 0)
            continue;
        const bool inside = to >= 0 && s->part[to] == s->part[from];
        struct rsp_link_place *p = &s->place[s->n_place++];
        *p = (struct rsp_link_place){
            .link = (int)l, .rate_slot = link->rate, .to = -1, .diagonal = -1, .leak = -1};
        if (to >= 0)
            p->to = s->generator_at[to][from];
        if (link->conserving)
            p->diagonal = s->generator_at[from][from];
        if (link->conserving && !inside)
            p->leak = s->generator_leak[from];
        if (!link->conserving && inside)
            s->part_conserves[s->part[from]] = false;
    }
    return RSP_OK;
}

static rsp_status products_alloc(struct rsp_products *p, int n_entry, size_t n_pair, struct rsp_error *err)
{
    p->start = malloc((size_t)(n_entry + 1) * sizeof *p->start);
    p->init = malloc((size_t)(n_entry + 1) * sizeof *p->init);
    p->pair = malloc((n_pair + 1) * sizeof *p->pair);
    if (p->start == NULL || p->init == NULL || p->pair == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the simulation.");
    return RSP_OK;
}

/* Pairs of C = left * right; left is a matrix of the exponential's shape or the generator. With a NULL
 * `p->pair` it only counts. */
static size_t list_pairs(const struct rsp_structure *s, struct rsp_products *p,
    const short left[][2 * RSP_MAX_STATE], const short leak[])
{
    const bool add_leak = leak == s->leak; /* what has left stays away; the generator has no such term */
    size_t n = 0;
    int entry = 0;
    for (int i = 0; i < 2 * s->n; i++) {
        const bool is_leak = i >= s->n;
        const int state = is_leak ? i - s->n : i;
        if (is_leak && s->leak[state] < 0)
            continue;
        const int e0 = is_leak ? s->leak[state] : s->row[state], e1 = is_leak ? e0 + 1 : s->row[state + 1];
        for (int e = e0; e < e1; e++, entry++) {
            const int j = s->entry_column[e], part = s->part[state];
            if (p->pair != NULL) {
                p->start[e] = (int)n;
                p->init[e] = j >= s->n ? left[state][j] : (short)(is_leak && add_leak ? leak[state] : -1);
            }
            const int k0 = is_leak ? s->part_start[part] : 0, k1 = is_leak ? s->part_start[part + 1] : s->n;
            for (int k = k0; k < k1; k++) {
                const short a = is_leak ? leak[k] : left[state][k], b = s->entry_at[k][j];
                if (a < 0 || b < 0)
                    continue;
                if (p->pair != NULL) {
                    p->pair[n][0] = a;
                    p->pair[n][1] = b;
                }
                n++;
            }
        }
    }
    if (p->pair != NULL)
        p->start[s->n_entry] = (int)n;
    return n;
}

static rsp_status list_products(struct rsp_structure *s, struct rsp_error *err)
{
    const size_t n_multiply = list_pairs(s, &s->multiply, s->entry_at, s->leak);
    RSP_TRY(products_alloc(&s->multiply, s->n_entry, n_multiply, err));
    list_pairs(s, &s->multiply, s->entry_at, s->leak);
    const size_t n_taylor = list_pairs(s, &s->taylor, s->generator_at, s->generator_leak);
    RSP_TRY(products_alloc(&s->taylor, s->n_entry, n_taylor, err));
    list_pairs(s, &s->taylor, s->generator_at, s->generator_leak);
    return RSP_OK;
}

/* Longest number of different states on a way through the parts: bounds how deep a Taylor term's first
 * contribution to an entry lies. */
static int find_depth(const struct rsp_structure *s)
{
    int depth[RSP_MAX_STATE] = {0}, most = 0;
    for (int part = 0; part < s->n_part; part++) {
        int before = 0;
        for (int i = s->part_start[part]; i < s->part_start[part + 1]; i++)
            for (int j = 0; j < s->part_start[part]; j++)
                if (s->generator_at[i][j] >= 0 && depth[s->part[j]] > before)
                    before = depth[s->part[j]];
        depth[part] = before + s->part_start[part + 1] - s->part_start[part];
        most = depth[part] > most ? depth[part] : most;
    }
    return most + 1;
}

/* A star of up to three states whose centre takes all doses and gives all readouts: sums of positive
 * exponentials, which need no matrix. */
static int find_centre(const struct rsp_structure *s, const bool entered[], const bool wanted[])
{
    if (s->n < 1 || s->n > 3 || s->n_part != 1 || !s->part_conserves[0])
        return -1;
    int centre = -1;
    for (int i = 0; i < s->n; i++) {
        if (!entered[s->state[i]] && !wanted[s->state[i]])
            continue;
        if (centre >= 0)
            return -1;
        centre = i;
    }
    for (int i = 0; i < s->n; i++)
        for (int j = 0; j < s->n; j++)
            if (i != j && i != centre && j != centre && s->generator_at[i][j] >= 0)
                return -1;
    return centre;
}

rsp_status rsp_structure_build(const struct rsp_compiled *model, const bool entered[],
    const bool zero_order[], const bool wanted[], struct rsp_structure *s, struct rsp_error *err)
{
    bool reach[RSP_MAX_STATE][RSP_MAX_STATE];
    memset(s, 0, sizeof *s);
    find_reach(model, reach);
    keep_states(s, model, reach, entered, wanted);
    place_columns(s, zero_order);
    RSP_TRY(place_entries(s, reach, err));
    RSP_TRY(place_generator(s, model, err));
    RSP_TRY(list_products(s, err));
    s->depth = find_depth(s);
    s->centre = find_centre(s, entered, wanted);
    return RSP_OK;
}

static void products_free(struct rsp_products *p)
{
    free(p->start);
    free(p->init);
    free(p->pair);
}

void rsp_structure_free(struct rsp_structure *s)
{
    free(s->entry_column);
    free(s->generator_column);
    free(s->place);
    products_free(&s->multiply);
    products_free(&s->taylor);
    memset(s, 0, sizeof *s);
}
