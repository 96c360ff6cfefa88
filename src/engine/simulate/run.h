/** One simulation call: what is common to all people (struct rsp_run) and what one thread works on
 * (struct rsp_block). The lanes_*.c files hold the arithmetic, compiled for several instruction sets. */
#ifndef RSP_SIMULATE_RUN_H
#define RSP_SIMULATE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/simulate.h>

#include "model/compiled.h"
#include "simulate/structure.h"

/** A compiled model and its words: what the public functions take from a struct rsp_model, and what tests
 * may write by hand. */
struct rsp_source {
    const struct rsp_compiled *compiled;
    enum rsp_drug drug;
    const char *id;
    const struct rsp_model_covariate *covariate; /* n_covariate */
    const char *const *parameter_name;           /* n_parameter */
};

enum {
    RSP_MAX_READOUT = 64,      /* also: outputs of one call */
    RSP_MAX_LEVEL = 62,        /* squarings: 2^62 base steps are longer than any double needs */
    RSP_MAX_STEP = 4,          /* different step lengths of uniform stretches of times in one call */
    RSP_SEED_STEPS = 16,       /* steps made by all people together before each goes on eight at a time */
    RSP_DENSE_MIN = 24,        /* a uniform stretch of at least so many times is stepped */
    RSP_MODES_MAX_TIME = 8192, /* times that the mode path buffers for a block (512 KiB) */
    RSP_SS_MAX_OPEN = 1000     /* infusions of a steady-state dose that may overlap */
};

typedef double rsp_lane[RSP_LANES];

/** A stretch of the sorted times: uniform with step `step`, or irregular (step -1). */
struct rsp_stretch {
    size_t first, end;
    int step;
};

/** A dose after sorting by start. */
struct rsp_dose_plan {
    struct rsp_dose dose;
    int occasion;
    int first_input, n_input; /* in rsp_run.input; n_input 0: straight into dose.state */
    int steady;               /* index among steady-state doses, -1 */
};

/** Where a requested output comes from. */
struct rsp_output_plan {
    int readout; /* index into rsp_run.readout, -1: an effect */
    int effect;
    bool direct; /* the readout's row is this output's row */
};

/** A readout that something asks for. */
struct rsp_readout_plan {
    int kept;   /* state, -1: always zero */
    int scale;  /* slot */
    int direct; /* requested output whose row it may write, -1: scratch */
};

struct rsp_run {
    const struct rsp_source *source;
    const struct rsp_compiled *model;
    const struct rsp_people *people;
    struct rsp_simulate_options options;
    int *extra_parameter; /* n_extra */
    double *trial;        /* n_parameter: typical values, or the trial's draw */
    struct rsp_structure structure;
    bool fixed_timing; /* no lag or duration depends on the person */
    bool observe_after_dose;
    bool streaming; /* rows are larger than the cache */

    size_t n_dose;
    struct rsp_dose_plan *dose;
    size_t n_steady;
    int *route_input; /* indices of model inputs, by route; see first_input */
    int n_occasion;
    double *occasion_start; /* n_occasion + 1; the last is infinite */
    size_t event_capacity;

    size_t n_time;
    double *time_h; /* sorted */
    size_t *order;  /* sorted -> place in the caller's array; NULL when sorted already */
    size_t n_stretch;
    struct rsp_stretch *stretch;
    int n_step;
    double step_h[RSP_MAX_STEP];
    bool modes; /* sums of exponentials serve all times */
    double first_dose_h;

    size_t n_output;
    struct rsp_output_plan *output;
    int n_readout;
    struct rsp_readout_plan readout[RSP_MAX_READOUT];
    int row_of[RSP_MAX_READOUT]; /* readout of the model -> row, -1 */

    double *out;         /* person-major, or NULL */
    double *out_by_time; /* [output][time][person], person padded to RSP_LANES: for quantiles */
    size_t n_padded;
};

enum rsp_event_kind { RSP_EVENT_BOLUS, RSP_EVENT_ON, RSP_EVENT_OFF, RSP_EVENT_STEADY };

/** One event, for eight people: they may meet it at different times. */
struct rsp_event {
    _Alignas(64) rsp_lane time_h;
    rsp_lane value;      /* mg, or mg/h */
    rsp_lane duration_h; /* of an ON: 0 makes it a bolus */
    enum rsp_event_kind kind;
    int kept;      /* state that it enters */
    int steady;    /* STEADY and the OFFs of what runs at that moment: which; else -1 */
    unsigned live; /* OFF: bit l when its infusion runs in person l */
};

/** Matrices of one step length. */
struct rsp_step_matrix {
    bool ready;
    rsp_lane *power[4]; /* of 1, 8, 16 and 32 steps; n_entry each */
};

/** All that one thread needs for one block; allocated once. */
struct rsp_block {
    const struct rsp_run *run;
    size_t first; /* first person (index, not number) */
    int n_active; /* people in the block */
    rsp_status status;
    int bad_lane;   /* person of the error */
    char what[160]; /* the error's sentence, without the person */

    rsp_lane *slot;       /* n_slot */
    rsp_lane *base;       /* n_parameter: typical or drawn, with covariates */
    rsp_lane *effect;     /* n_parameter: sum of between-person effects on the parameter's scale */
    rsp_lane *normal;     /* scratch: normals */
    rsp_lane *class_gate; /* 1: [0] */

    rsp_lane *generator;            /* n_generator */
    rsp_lane *base_h;               /* length of a base step */
    rsp_lane *level[RSP_MAX_LEVEL]; /* level k: exponential of 2^k base steps; the first n_level are filled */
    int n_level;
    struct rsp_step_matrix step[RSP_MAX_STEP];
    rsp_lane *scratch[2]; /* n_entry each */
    rsp_lane *period;     /* n_entry: exponential over a dosing interval */

    rsp_lane *z;      /* n + m: state and rates */
    rsp_lane *y;      /* n + m: scratch */
    rsp_lane *term;   /* n + m: scratch */
    rsp_lane *unit;   /* n + m */
    rsp_lane *seed;   /* RSP_SEED_STEPS * n */
    rsp_lane *steady; /* n_steady * (n + 2 m): state, rates, number of running infusions */
    double *wave[2];  /* per person: n * 32 */
    double *feed;     /* per person: n * 3, constant inputs of 8, 16 and 32 steps */
    double now_h[RSP_LANES];
    bool started[RSP_LANES]; /* a dose has come: the state may differ from 0 */

    size_t n_event, event_capacity;
    struct rsp_event *event;
    int *event_order;       /* RSP_LANES * capacity */
    size_t *hint;           /* RSP_LANES * (capacity + 1): times before an event, as the last block had it */
    size_t next[RSP_LANES]; /* next event; with fixed timing the first person's serves all */
    size_t emitted[RSP_LANES];          /* times done */
    int open[RSP_LANES][RSP_MAX_STATE]; /* infusions running into a column */

    double *row[RSP_MAX_READOUT][RSP_LANES];        /* where a readout's values go */
    double *curve;                                  /* n_time * RSP_LANES: mode path */
    double *output_row[RSP_MAX_READOUT][RSP_LANES]; /* where an effect output's values go */
    bool on[RSP_LANES];                             /* people whose rows this pass writes */
    void *ode;
    void *memory;
};

/** The kernels of one instruction set. */
struct rsp_kernels {
    const char *name;
    int width; /* doubles a register */
    /** Curves of one block, written where rsp_run says. Sets block->status. */
    void (*curves)(struct rsp_block *block);
    /** Parameters of a block in the first occasion: slot[0 .. n_parameter - 1], class_gate. */
    void (*person)(struct rsp_block *block);
    /** exp, log and n normals, for tests. */
    void (*exp)(const double x[RSP_LANES], double y[RSP_LANES]);
    void (*log)(const double x[RSP_LANES], double y[RSP_LANES]);
    void (*normals)(uint64_t seed, const uint64_t person[RSP_LANES], uint32_t stream, int n, rsp_lane *z);
};
extern const struct rsp_kernels rsp_kernels_w1;
#if defined(__x86_64__)
extern const struct rsp_kernels rsp_kernels_w4;
extern const struct rsp_kernels rsp_kernels_w8;
#endif
/** Kernels for a vector width (0: best of this processor); NULL when the processor has no such width. */
const struct rsp_kernels *rsp_kernels_for(int width);

/** Everything of a call except the people's arithmetic. Borrows source, people, schedule, options' extras.
 * The caller frees with rsp_run_free, also after failure. n_output 0: parameters only. */
RSP_CHECKED rsp_status rsp_run_init(struct rsp_run *run, const struct rsp_source *source,
    const struct rsp_people *people, const struct rsp_schedule *schedule, size_t n_output, const int output[],
    const struct rsp_simulate_options *options, struct rsp_error *err);
void rsp_run_free(struct rsp_run *run);

/** Fill in the run's times, their order, stretches and steps; time linear in their number once sorted. */
RSP_CHECKED rsp_status rsp_run_times(
    struct rsp_run *run, const struct rsp_schedule *schedule, struct rsp_error *err);
/** Times in order, and the place of each among the given ones; equal times keep their order. */
RSP_CHECKED rsp_status rsp_sort_times(
    size_t n, const double given_h[], double time_h[], size_t order[], struct rsp_error *err);

RSP_CHECKED rsp_status rsp_block_init(
    struct rsp_block *block, const struct rsp_run *run, struct rsp_error *err);
void rsp_block_free(struct rsp_block *block);

/** Curves of people RSP_LANES * number and the next ones, in a block made by rsp_block_init. Sets block->status. */
void rsp_run_block(struct rsp_block *block, size_t number, const struct rsp_kernels *kernels);

/** All blocks on the run's threads. */
RSP_CHECKED rsp_status rsp_run_people(const struct rsp_run *run, struct rsp_error *err);

/** Models whose coefficients change with time: advance block->z from now_h by dt_h with an adaptive solver
 * (Prince-Dormand 8(9), GSL), one person after another. Lanes with dt_h <= 0 stay. */
void rsp_block_ode_advance(struct rsp_block *block, const double dt_h[RSP_LANES]);
/** Solver of a block; NULL when out of memory. */
void *rsp_block_ode_new(struct rsp_block *block);
void rsp_block_ode_free(void *ode);

/* The public functions on a source instead of a model. */
RSP_CHECKED rsp_status rsp_simulate_source(const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[],
    const struct rsp_simulate_options *options, double *out, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_quantiles_source(const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[], size_t n_probability,
    const double probability[], const struct rsp_simulate_options *options, double *out,
    struct rsp_error *err);
RSP_CHECKED rsp_status rsp_parameters_source(const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_simulate_options *options, double *parameters, unsigned char *classes,
    struct rsp_error *err);

#endif
