/** Names and shared pieces of the lanes_*.c files. Each file is compiled once for every instruction set
 * with RSP_WIDTH set to w1, w4 or w8, which ends the name of every function. */
#ifndef RSP_SIMULATE_LANES_H
#define RSP_SIMULATE_LANES_H

#include "num/lanes.h"
#include "simulate/run.h"

#define LANES_PASTE2(a, b) a##_##b
#define LANES_PASTE(a, b)  LANES_PASTE2(a, b)
#define LANES(name)        LANES_PASTE(rsp_lanes_##name, RSP_WIDTH)

LANE_INLINE v8 lane_get(const rsp_lane *x)
{
    return *(const v8 *)(const void *)x;
}

LANE_INLINE void lane_set(rsp_lane *x, v8 v)
{
    *(v8 *)(void *)x = v;
}

/* A register of this instruction set, and sums of products in such registers: the inner loops, for which
 * the compiler's own splitting of the 64-byte vector would go through memory. */
enum { WIDE = RSP_WIDTH_DOUBLES == 1 ? 2 : RSP_WIDTH_DOUBLES, N_WIDE = RSP_LANES / WIDE };
typedef double wide __attribute__((vector_size(WIDE * sizeof(double)), may_alias));

struct lane_sum {
    wide part[N_WIDE];
};

LANE_INLINE struct lane_sum lane_sum_from(const rsp_lane *x)
{
    struct lane_sum sum;
    for (int i = 0; i < N_WIDE; i++)
        sum.part[i] = x == NULL ? (wide){0} : ((const wide *)(const void *)x)[i];
    return sum;
}

LANE_INLINE void lane_sum_add(struct lane_sum *sum, const rsp_lane *a, const rsp_lane *b)
{
    for (int i = 0; i < N_WIDE; i++)
        sum->part[i] += ((const wide *)(const void *)a)[i] * ((const wide *)(const void *)b)[i];
}

LANE_INLINE void lane_sum_times(struct lane_sum *sum, const rsp_lane *x)
{
    for (int i = 0; i < N_WIDE; i++)
        sum->part[i] *= ((const wide *)(const void *)x)[i];
}

LANE_INLINE void lane_sum_store(rsp_lane *to, const struct lane_sum *sum)
{
    for (int i = 0; i < N_WIDE; i++)
        ((wide *)(void *)to)[i] = sum->part[i];
}

/* Numbers of the block's people; beyond the last one the last is repeated. */
LANE_INLINE v8u lane_person(const struct rsp_block *block)
{
    v8u person;
    for (int l = 0; l < RSP_LANES; l++)
        person[l] = block->run->people->first_id + block->first +
                    (uint64_t)(l < block->n_active ? l : block->n_active - 1);
    return person;
}

/* First error of the block wins; a lower person never loses to a higher one within one check. */
void LANES(fail)(struct rsp_block *block, rsp_status status, int lane, const char *fmt, ...) RSP_PRINTF(4, 5);

/* lanes_person.c */
void LANES(base)(struct rsp_block *block);
void LANES(occasion)(struct rsp_block *block, int occasion);
void LANES(class_gate)(struct rsp_block *block);
/* Run dose_program for a dose; fraction[i] of its inputs, 1 where there is none. */
void LANES(fractions)(struct rsp_block *block, const struct rsp_dose_plan *dose, rsp_lane *fraction);

/* lanes_linear.c */
void LANES(system)(struct rsp_block *block);
void LANES(advance)(struct rsp_block *block, rsp_lane *z, const double dt_h[RSP_LANES]);
void LANES(multiply_vector)(
    const struct rsp_structure *s, const rsp_lane *matrix, const rsp_lane *z, rsp_lane *y);
void LANES(matrix)(struct rsp_block *block, double dt_h, rsp_lane *out);
const struct rsp_step_matrix *LANES(step)(struct rsp_block *block, int step);

/* lanes_event.c */
void LANES(events)(struct rsp_block *block, int occasion);

/* lanes_emit.c */
void LANES(emit)(struct rsp_block *block, int lane, int step, size_t first, size_t count);

/* lanes_modes.c: apart[l] tells whose exponentials are well apart. */
struct rsp_lane_modes {
    int n;
    v8 rate[3], weight[3], amplitude[3];
};
void LANES(modes_find)(struct rsp_block *block, struct rsp_lane_modes *modes, bool apart[RSP_LANES]);
void LANES(modes_advance)(
    struct rsp_block *block, struct rsp_lane_modes *modes, const double dt_h[RSP_LANES]);
void LANES(modes_curve)(struct rsp_block *block, const struct rsp_lane_modes *modes,
    const size_t first[RSP_LANES], const size_t end[RSP_LANES]);
void LANES(modes_rows)(struct rsp_block *block, const bool on[RSP_LANES]);

/* lanes_rows.c */
/* Effects of times first[l] .. end[l] - 1, with the parameters of the present occasion; refuses outputs that
 * are not finite. */
void LANES(effects)(struct rsp_block *block, const size_t first[RSP_LANES], const size_t end[RSP_LANES]);
/* Rows to the caller's order. */
void LANES(finish)(struct rsp_block *block);

#endif
