/* Uniform stretches: one person, eight consecutive times in a vector, 32 times a round.
 *
 * x(t + 32 h) = E(32 h) x(t) + f for four vectors of times at once, so that the four chains hide each other's
 * latency and each coefficient is read once a round. */
#include <math.h>

#include "simulate/lanes.h"

enum { VECTORS = 4, ROUND = VECTORS * RSP_LANES };

struct reading {
    double *to;
    int kept;
    double scale;
};

/* Coefficients of one person: entry e lies at matrix[e * RSP_LANES]. */
struct person {
    const struct rsp_structure *s;
    const double *matrix[4]; /* 1, 8, 16, 32 steps */
    const double *feed[4];   /* n constants each; of 1 step unused */
    int n_reading;
    struct reading reading[RSP_MAX_READOUT];
};

/* to[i] = E from + f for `count` vectors; states lie ROUND apart. */
LANE_INLINE void step_wave(const struct person *p, int power, const double *from, double *to, const int count)
{
    const struct rsp_structure *s = p->s;
    const double *matrix = p->matrix[power], *feed = p->feed[power];
    for (int i = 0; i < s->n; i++) {
        v8 sum[VECTORS];
        for (int v = 0; v < count; v++)
            sum[v] = v8_all(feed[i]);
        for (int e = s->row[i]; e < s->row[i + 1]; e++) {
            const int j = s->entry_column[e];
            if (j >= s->n)
                break; /* columns come last */
            const v8 c = v8_all(matrix[e * RSP_LANES]);
            const double *x = &from[j * ROUND];
            for (int v = 0; v < count; v++)
                sum[v] += c * *(const v8 *)(const void *)&x[v * RSP_LANES];
        }
        for (int v = 0; v < count; v++)
            *(v8 *)(void *)&to[i * ROUND + v * RSP_LANES] = sum[v];
    }
}

static void put_part(double *to, const double *from, double scale, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = from[i] * scale;
}

static void emit_general(const struct person *p, double *wave[2], size_t count)
{
    double *x = wave[0], *y = wave[1];
    for (size_t at = 0;; at += ROUND) {
        for (int r = 0; r < p->n_reading; r++) {
            const struct reading *reading = &p->reading[r];
            const double *from = &x[reading->kept * ROUND];
            if (count - at < ROUND) {
                put_part(reading->to + at, from, reading->scale, count - at);
                continue;
            }
            for (int v = 0; v < VECTORS; v++)
                v8_store(reading->to + at + v * RSP_LANES,
                    *(const v8 *)(const void *)&from[v * RSP_LANES] * reading->scale);
        }
        if (count - at <= ROUND)
            return;
        step_wave(p, 3, x, y, VECTORS);
        double *swap = x;
        x = y;
        y = swap;
    }
}

/* A register in memory, wherever it lies. */
typedef double wide_loose __attribute__((vector_size(WIDE * sizeof(double)), aligned(8), may_alias));

LANE_INLINE void put_wide(double *to, wide y, bool stream)
{
#if defined(__AVX512F__)
    if (stream) {
        _mm512_stream_pd(to, (__m512d)y);
        return;
    }
#elif defined(__AVX__)
    if (stream) {
        _mm256_stream_pd(to, (__m256d)y);
        return;
    }
#elif defined(__SSE2__)
    if (stream) {
        _mm_stream_pd(to, (__m128d)y);
        return;
    }
#endif
    *(wide_loose *)to = (wide_loose)y;
}

/* One full part of n = 1, 2 or 3 states, everything in registers: the times that four registers hold, from
 * `first` of each round on; the state that is read comes first. */
LANE_INLINE void emit_small(
    const int n, const struct person *p, const double *wave, size_t count, const bool stream, const int first)
{
    wide x[3][VECTORS], e[3][3], f[3];
    const int stride = p->s->row[1] - p->s->row[0], kept = p->reading[0].kept;
    for (int i = 0; i < n; i++) {
        const int from = i == 0 ? kept : i == kept ? 0 : i;
        for (int v = 0; v < VECTORS; v++)
            x[i][v] = *(const wide *)(const void *)&wave[from * ROUND + first + v * WIDE];
        for (int j = 0; j < n; j++)
            e[i][j] = (wide){0} + p->matrix[3][(from * stride + (j == 0         ? kept
                                                                    : j == kept ? 0
                                                                                : j)) *
                                               RSP_LANES];
        f[i] = (wide){0} + p->feed[3][from];
    }
    double *to = p->reading[0].to + first;
    const wide scale = (wide){0} + p->reading[0].scale;
    size_t left = count;
    for (; left >= ROUND; left -= ROUND, to += ROUND)
        for (int v = 0; v < VECTORS; v++) {
            put_wide(to + v * WIDE, x[0][v] * scale, stream);
            wide next[3];
            for (int i = 0; i < n; i++)
                next[i] = f[i] + e[i][0] * x[0][v];
            for (int j = 1; j < n; j++)
                for (int i = 0; i < n; i++)
                    next[i] += e[i][j] * x[j][v];
            for (int i = 0; i < n; i++)
                x[i][v] = next[i];
        }
    for (int v = 0; v < VECTORS; v++)
        for (int i = 0; i < WIDE; i++)
            if ((size_t)(first + v * WIDE + i) < left)
                to[v * WIDE + i] = x[0][v][i] * scale[i];
}

static bool emit_in_registers(const struct person *p, const double *wave, size_t count, bool stream)
{
    const struct rsp_structure *s = p->s;
    if (s->n > 3 || s->n_part != 1 || p->n_reading != 1)
        return false;
    for (int first = 0; first < ROUND; first += VECTORS * WIDE) {
        if (s->n == 1)
            emit_small(1, p, wave, count, stream, first);
        else if (s->n == 2)
            emit_small(2, p, wave, count, stream, first);
        else if (stream)
            emit_small(3, p, wave, count, true, first);
        else
            emit_small(3, p, wave, count, false, first);
    }
    return true;
}

/* Constant inputs of 8, 16 and 32 steps. */
static void find_feed(struct rsp_block *block, struct person *p, int lane)
{
    const struct rsp_structure *s = p->s;
    for (int power = 1; power < 4; power++) {
        double *feed = block->feed + (power - 1) * s->n;
        for (int i = 0; i < s->n; i++) {
            double sum = 0;
            for (int j = s->n; j < s->n + s->m; j++)
                if (s->entry_at[i][j] >= 0)
                    sum += p->matrix[power][s->entry_at[i][j] * RSP_LANES] * block->z[j][lane];
            feed[i] = sum;
        }
        p->feed[power] = feed;
    }
}

void LANES(emit)(struct rsp_block *block, int lane, int step, size_t first, size_t count)
{
    const struct rsp_run *run = block->run;
    struct person p; /* large: filled as needed */
    const struct rsp_structure *s = &run->structure;
    p.s = s;
    p.n_reading = 0;
    for (int r = 0; r < run->n_readout; r++) {
        const struct rsp_readout_plan *plan = &run->readout[r];
        double *to = block->row[r][lane] + first;
        if (plan->kept < 0)
            memset(to, 0, count * sizeof *to);
        else
            p.reading[p.n_reading++] =
                (struct reading){.to = to, .kept = plan->kept, .scale = block->slot[plan->scale][lane]};
    }
    if (p.n_reading == 0)
        return;
    const bool stream = run->streaming && p.n_reading == 1;
    if (stream) /* the line that this row shares with the next one is written by both */
        __builtin_prefetch(p.reading[0].to + count, 1);
    const size_t past = stream ? ((uintptr_t)p.reading[0].to / sizeof(double)) % RSP_LANES : 0;
    const size_t head = count <= RSP_SEED_STEPS ? count : (RSP_LANES - past) % RSP_LANES;
    for (int r = 0; r < p.n_reading; r++) {
        for (size_t t = 0; t < head; t++)
            p.reading[r].to[t] =
                block->seed[t * (size_t)s->n + (size_t)p.reading[r].kept][lane] * p.reading[r].scale;
        p.reading[r].to += head;
    }
    if (head == count)
        return;
    const struct rsp_step_matrix *m = &block->step[step];
    for (int power = 0; power < 4; power++)
        p.matrix[power] = &m->power[power][0][lane];
    p.feed[0] = NULL;
    find_feed(block, &p, lane);
    double *x = block->wave[0];
    for (int i = 0; i < s->n; i++)
        for (int t = 0; t < RSP_LANES; t++)
            x[i * ROUND + t] = block->seed[(head + (size_t)t) * (size_t)s->n + (size_t)i][lane];
    step_wave(&p, 1, x, x + RSP_LANES, 1);
    step_wave(&p, 2, x, x + 2 * RSP_LANES, 2);
    if (!emit_in_registers(&p, x, count - head, stream))
        emit_general(&p, block->wave, count - head);
}
