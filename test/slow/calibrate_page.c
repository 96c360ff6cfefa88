#include "calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/chart.h"

enum { N_BIN = 20, MAX_POINT = 2000, N_LEVEL = 19, MAX_BYTES = 4 << 20 };

static bool save(const char *folder, const char *name, const struct rsp_buf *text)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || text->failed)
        return false;
    const bool whole = fwrite(text->data, 1, text->length, file) == text->length;
    return fclose(file) == 0 && whole;
}

static bool save_charts(
    const char *folder, const char *name, size_t n, const struct rsp_chart chart[], size_t n_column)
{
    struct rsp_buf out;
    rsp_buf_init(&out, MAX_BYTES);
    rsp_chart_file(n, chart, n_column, &out);
    rsp_buf_text(&out, "\n");
    const bool saved = save(folder, name, &out);
    rsp_buf_free(&out);
    return saved;
}

/* ---- rank histograms ---- */

static bool write_ranks(const char *folder, const struct result *r)
{
    static double x[N_BIN], count[N_RANK][N_BIN];
    static struct rsp_chart_series series[N_RANK][2];
    static struct rsp_chart chart[N_RANK];
    static double band_low[N_RANK][N_BIN], band_high[N_RANK][N_BIN], mean[N_RANK][N_BIN];
    static char id[N_RANK][16];
    for (int k = 0; k < N_RANK; k++) {
        size_t n = 0;
        memset(count[k], 0, sizeof count[k]);
        for (size_t i = 0; i < r->setting.n_patient; i++)
            if (!isnan(r->row[i].rank[k])) {
                count[k][(int)fmin(r->row[i].rank[k] * N_BIN, N_BIN - 1)]++;
                n++;
            }
        const double share = 1.0 / N_BIN;
        for (int b = 0; b < N_BIN; b++) {
            const double sd = sqrt((double)n * share * (1 - share));
            x[b] = (b + 0.5) * share;
            mean[k][b] = (double)n * share;
            band_low[k][b] = mean[k][b] - 2.576 * sd;
            band_high[k][b] = mean[k][b] + 2.576 * sd;
        }
        series[k][0] = (struct rsp_chart_series){
            .n = N_BIN, .x = x, .outer_low = band_low[k], .outer_high = band_high[k], .line = mean[k]};
        series[k][1] = (struct rsp_chart_series){
            .n = N_BIN, .x = x, .line = count[k], .mark = RSP_CHART_SOLID, .colour = 1};
        snprintf(id[k], sizeof id[k], "rank%d", k);
        chart[k] = (struct rsp_chart){.id = id[k],
            .title = rank_name[k],
            .description =
                "ranks of the truth among the draws in twenty bins, with the 99 % range of uniform ranks",
            .x_label = "rank of the truth",
            .y_label = "patients",
            .width = 420,
            .height = 220,
            .x_min = 0,
            .x_max = 1,
            .y_min = 0,
            .y_max = NAN,
            .n_series = 2,
            .series = series[k]};
    }
    return save_charts(folder, "ranks.svg", N_RANK, chart, 3);
}

/* ---- coverage of central intervals ---- */

static void coverage_curve(const struct result *r, bool wide, double nominal[], double actual[])
{
    for (size_t l = 0; l < N_LEVEL; l++) {
        size_t hit = 0, n = 0;
        nominal[l] = 5.0 * (double)(l + 1);
        for (size_t i = 0; i < r->setting.n_patient; i++) {
            const double rank = wide ? r->row[i].wide_rank[RANK_RETURN] : r->row[i].rank[RANK_RETURN];
            n += isnan(rank) ? 0 : 1;
            hit += fabs(rank - 0.5) < nominal[l] / 200;
        }
        actual[l] = 100 * (double)hit / (double)n;
    }
}

static bool write_coverage(const char *folder, size_t n_world, const struct result result[])
{
    static double nominal[N_LEVEL], diagonal[N_LEVEL];
    static double actual[2][32][N_LEVEL];
    static struct rsp_chart_series series[32][3];
    static struct rsp_chart chart[32];
    static char id[32][16], title[32][80];
    for (size_t w = 0; w < n_world; w++) {
        coverage_curve(&result[w], false, nominal, actual[0][w]);
        coverage_curve(&result[w], true, nominal, actual[1][w]);
        memcpy(diagonal, nominal, sizeof diagonal);
        series[w][0] =
            (struct rsp_chart_series){.label = "as stated", .n = N_LEVEL, .x = nominal, .line = diagonal};
        series[w][1] = (struct rsp_chart_series){.label = "as learned",
            .n = N_LEVEL,
            .x = nominal,
            .line = actual[0][w],
            .mark = RSP_CHART_OUTLINE,
            .colour = 2};
        series[w][2] = (struct rsp_chart_series){.label = "widened as shipped",
            .n = N_LEVEL,
            .x = nominal,
            .line = actual[1][w],
            .mark = RSP_CHART_SOLID,
            .colour = 1};
        snprintf(id[w], sizeof id[w], "cover%zu", w);
        snprintf(title[w], sizeof title[w], "%.*s", (int)strcspn(result[w].setting.world->text, ":"),
            result[w].setting.world->text);
        chart[w] = (struct rsp_chart){.id = id[w],
            .title = title[w],
            .description = "share of synthetic patients whose day of return lies in the central interval of "
                           "a stated share",
            .x_label = "stated, %",
            .y_label = "covered, %",
            .width = 420,
            .height = 300,
            .x_min = 0,
            .x_max = 100,
            .y_min = 0,
            .y_max = 100,
            .n_series = 3,
            .series = series[w]};
    }
    return save_charts(folder, "coverage.svg", n_world, chart, 3);
}

/* ---- predicted against realised ---- */

static bool write_predicted(const char *folder, const struct result *r)
{
    static double x[MAX_POINT], line[MAX_POINT], low[MAX_POINT], high[MAX_POINT];
    const double ends[2] = {0, 120};
    const double before[2] = {r->row[0].before_return_d, r->row[0].before_return_d};
    size_t n = 0;
    for (size_t i = 0; i < r->setting.n_patient && n < 200; i++) {
        const struct study_row *row = &r->row[i];
        if (!row->truth.respond || !(row->truth.return_day < ends[1]))
            continue;
        x[n] = row->truth.return_day;
        low[n] = row->return_day[0];
        line[n] = fmin(row->return_day[2], ends[1]);
        high[n++] = fmin(row->return_day[4], ends[1]);
    }
    const struct rsp_chart_series series[3] = {{.label = "equal", .n = 2, .x = ends, .line = ends},
        {.label = "population forecast", .n = 2, .x = ends, .line = before, .colour = 2},
        {.label = "learned from the diary: median, 5 to 95 %",
            .n = n,
            .x = x,
            .line = line,
            .outer_low = low,
            .outer_high = high,
            .mark = RSP_CHART_SOLID,
            .colour = 1}};
    const struct rsp_chart chart = {.id = "predicted",
        .title = "Day of return of pain: predicted after one series and 30 days of diary, and as it was",
        .description = "the first 200 synthetic patients who respond",
        .x_label = "as it was, days from the first infusion",
        .y_label = "predicted, days",
        .width = 900,
        .height = 520,
        .x_min = 0,
        .x_max = ends[1],
        .y_min = 0,
        .y_max = ends[1],
        .n_series = 3,
        .series = series};
    return save_charts(folder, "predicted.svg", 1, &chart, 1);
}

/* ---- the page ---- */

static double percent(size_t part, size_t n)
{
    return 100 * (double)part / (double)n;
}

static void add_ranks(struct rsp_buf *out, const struct result *r)
{
    rsp_buf_text(out,
        "| what | patients | p of uniform ranks (chi-square, 20 bins) | in the 50 % interval | in the 90 % "
        "interval |\n|---|---|---|---|---|\n");
    for (int k = 0; k < N_RANK; k++) {
        size_t n = 0;
        const double p = study_uniform_p(r->setting.n_patient, r->row, (enum rank_of)k, N_BIN, &n);
        const struct coverage c = study_coverage(r->setting.n_patient, r->row, (enum rank_of)k, false);
        rsp_buf_printf(out, "| %s | %zu | %.3f | %.1f %% | %.1f %% |\n", rank_name[k], n, p,
            percent(c.in_50, c.n), percent(c.in_90, c.n));
    }
}

static void add_coverage(struct rsp_buf *out, const struct result *r, enum rank_of of, bool wide)
{
    const struct coverage c = study_coverage(r->setting.n_patient, r->row, of, wide);
    rsp_buf_printf(out, " %.0f / %.0f |", percent(c.in_50, c.n), percent(c.in_90, c.n));
}

static void add_worlds(struct rsp_buf *out, size_t n_world, const struct result result[])
{
    rsp_buf_text(out, "| patients come from | respond | days with relief | widened | day of return | widened "
                      "| error, d | population's, d "
                      "|\n|---|---|---|---|---|---|---|---|\n");
    for (size_t w = 0; w < n_world; w++) {
        const struct result *r = &result[w];
        const struct return_error e = study_return_error(r->setting.n_patient, r->row);
        rsp_buf_printf(out, "| %s | %zu |", r->setting.world->text,
            study_coverage(r->setting.n_patient, r->row, RANK_RETURN, false).n);
        add_coverage(out, r, RANK_DAYS_30, false);
        add_coverage(out, r, RANK_DAYS_30, true);
        add_coverage(out, r, RANK_RETURN, false);
        add_coverage(out, r, RANK_RETURN, true);
        rsp_buf_printf(out, " %.1f | %.1f |\n", e.learned_d, e.population_d);
    }
}

static void add_classes(struct rsp_buf *out, const struct result *r)
{
    rsp_buf_text(
        out, "| stated chance of a response | patients | mean stated | who respond |\n|---|---|---|---|\n");
    for (int b = 0; b < 5; b++) {
        double n = 0, stated = 0, responds = 0;
        for (size_t i = 0; i < r->setting.n_patient; i++) {
            const double p = r->row[i].response_probability;
            if ((int)fmin(p * 5, 4) != b)
                continue;
            n++;
            stated += p;
            responds += r->row[i].truth.respond;
        }
        rsp_buf_printf(out, "| %d to %d %% | %.0f | %.0f %% | %.0f %% |\n", 20 * b, 20 * (b + 1), n,
            n > 0 ? 100 * stated / n : NAN, n > 0 ? 100 * responds / n : NAN);
    }
}

static void add_model(struct rsp_buf *out, const struct result *r)
{
    const struct return_error e = study_return_error(r->setting.n_patient, r->row);
    size_t identified = 0, n = 0;
    for (size_t i = 0; i < r->setting.n_patient; i++) {
        n += r->row[i].truth.respond;
        identified += r->row[i].truth.respond && r->row[i].identified;
    }
    rsp_buf_printf(out,
        "## The model itself\n\n%zu patients drawn from the model (true Student-t noise, rounding, repeats, "
        "missing days), one "
        "infusion of 100 h, 10 days of\ndiary before and 30 after, no widening. Median absolute error of the "
        "predicted day of "
        "return: **%.1f days learned,\n%.1f days by the population forecast** (%zu patients who respond and "
        "whose pain "
        "returns within 180 days). The half-life of relief,\nwidened as shipped, counts as learned in %zu of "
        "the %zu who respond.\n\n",
        r->setting.n_patient, e.learned_d, e.population_d, e.n, identified, n);
    add_ranks(out, r);
    rsp_buf_text(
        out, "\n![Rank histograms](ranks.svg)\n\n![Predicted and realised day of return](predicted.svg)\n\n");
    add_classes(out, r);
}

bool calibrate_page(const char *folder, size_t n_world, const struct result result[])
{
    struct rsp_buf out;
    rsp_buf_init(&out, MAX_BYTES);
    rsp_buf_text(&out,
        "# Calibration of what is learned from a pain diary\n\nMade by `ninja -C build calibration`; do not "
        "edit. Synthetic "
        "patients only: **not validated in patients**. What is\ntested, and what the wrong models are, is in "
        "[the manual](../manual/08-diary.md#calibration).\n\n");
    add_model(&out, &result[0]);
    rsp_buf_printf(&out,
        "\n## Wrong models\n\n%zu patients each (first row: as above). Coverage of the central 50 / 90 %% "
        "intervals in per cent, as "
        "learned and *widened* as shipped\n(`widening` in models/diary.yaml), and the median absolute error "
        "of the day of "
        "return. With %zu patients of whom two thirds respond\nthe standard error of a coverage of 90 %% is "
        "3.0, of one of 50 "
        "%% 5.0 (two series: 2.4 and 4.1).\n\n",
        result[1].setting.n_patient, result[1].setting.n_patient);
    add_worlds(&out, n_world, result);
    rsp_buf_text(&out, "\n![Coverage](coverage.svg)\n");
    const bool saved = save(folder, "README.md", &out) && write_ranks(folder, &result[0]) &&
                       write_coverage(folder, n_world, result) && write_predicted(folder, &result[0]);
    rsp_buf_free(&out);
    return saved;
}
