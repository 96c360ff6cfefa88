/** The part of a model that matters for a run, and the shape of its matrix exponential.
 *
 * States that no dose reaches, and states that reach no wanted output, are dropped. The rest is put in
 * the order of flow (strongly connected parts one after another), so that every matrix is block lower
 * triangular; its exponential has entries only where a path of flows leads. Zero-order inputs are extra
 * constant states ("columns"). Each connected part of several states has a leak row, which holds the share
 * that has left it: it keeps the column sums, and with them slow decay, exact through repeated squaring.
 */
#ifndef RSP_SIMULATE_STRUCTURE_H
#define RSP_SIMULATE_STRUCTURE_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

#include "model/compiled.h"

/** Entry e = init + sum over pairs a * b; pairs of entry e are start[e] .. start[e + 1] - 1. */
struct rsp_products {
    int *start;
    short *init; /* entry (or generator entry) that is added as it is, -1 for none */
    short (*pair)[2];
};

/** Where one link's rate goes in the generator; -1: nowhere. */
struct rsp_link_place {
    int link, rate_slot;
    short to, diagonal, leak;
};

struct rsp_structure {
    int n, m;                        /* kept states; zero-order columns (numbered n .. n + m - 1) */
    int state[RSP_MAX_STATE];        /* kept state -> state of the model */
    int kept[RSP_MAX_STATE];         /* state of the model -> kept state, -1 */
    int column[RSP_MAX_STATE];       /* kept state -> its column n + j, -1 */
    int column_state[RSP_MAX_STATE]; /* column j -> kept state */
    int part[RSP_MAX_STATE];         /* kept state -> connected part */
    int part_start[RSP_MAX_STATE + 1], n_part;
    bool part_conserves[RSP_MAX_STATE];
    int depth; /* longest chain of different states, columns included */

    int n_entry;                /* matrix entries, then leak entries */
    int row[RSP_MAX_STATE + 1]; /* entries of row i: row[i] .. row[i + 1] - 1 */
    short *entry_column;
    short entry_at[RSP_MAX_STATE][2 * RSP_MAX_STATE]; /* -1: always zero */
    short leak[RSP_MAX_STATE];                        /* leak entry of a state, -1 for a part of one state */

    int n_generator;
    int generator_row[RSP_MAX_STATE + 1];
    short *generator_column; /* < n: state, else column (value 1) */
    short generator_at[RSP_MAX_STATE][2 * RSP_MAX_STATE];
    short generator_leak[RSP_MAX_STATE];
    int n_place;
    struct rsp_link_place *place;

    struct rsp_products multiply; /* C = A B of two matrices of this shape */
    struct rsp_products taylor;   /* C = G T of the generator and such a matrix */

    int centre; /* of a star of one to three states with all inputs and readouts; -1 */
};

/** @param entered  states of the model that a dose may enter
 *  @param zero_order  those that may be entered at a constant rate
 *  @param wanted   states of the model that a wanted readout reads
 *  Caller frees with rsp_structure_free, also after failure. */
RSP_CHECKED rsp_status rsp_structure_build(const struct rsp_compiled *model, const bool entered[],
    const bool zero_order[], const bool wanted[], struct rsp_structure *s, struct rsp_error *err);
void rsp_structure_free(struct rsp_structure *s);

#endif
