/* Files of a programme: its drawing and its page. */
#include <string.h>

#include "app/page/programme.h"
#include "tci.h"

static rsp_status draw(const struct rsp_tci_run *run, const char *path, struct rsp_error *err)
{
    struct rsp_programme_drawing drawing;
    rsp_status status = rsp_programme_drawing_make(&run->request, run->plan, &drawing, err);
    struct rsp_buf *out = status == RSP_OK ? rsp_cli_file(run->sim.cli, "%s", path) : NULL;
    const bool html = rsp_text_ends(path, ".html");

    if (status == RSP_OK && out == NULL)
        status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    if (status == RSP_OK && html)
        rsp_chart_page(drawing.title, RSP_PROGRAMME_CHART, drawing.chart, out);
    else if (status == RSP_OK)
        rsp_chart_file(RSP_PROGRAMME_CHART, drawing.chart, 1, out);
    rsp_programme_drawing_free(&drawing);
    return status;
}

static rsp_status report(const struct rsp_tci_run *run, const char *path, struct rsp_error *err)
{
    const struct rsp_programme_page page = {.request = &run->request,
        .plan = run->plan,
        .patient = run->patient != NULL ? run->patient->id : NULL,
        .rules_version = rsp_rulebook_version(run->book),
        .today = run->sim.cli->today};
    struct rsp_buf *out = rsp_cli_file(run->sim.cli, "%s", path);

    if (out == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return rsp_programme_html(&page, out, err);
}

rsp_status rsp_tci_files(const struct rsp_tci_run *run, struct rsp_error *err)
{
    static const char *const drawings[] = {".svg", ".html", NULL}, *const pages[] = {".html", NULL};
    struct rsp_cli *cli = run->sim.cli;
    const char *plot = rsp_cli_text(cli, "plot"), *page = rsp_cli_text(cli, "report");

    if (plot != NULL)
        RSP_TRY(rsp_cli_check_file(cli, "plot", drawings, "plots are written to FILE.svg or FILE.html", err));
    if (page != NULL)
        RSP_TRY(rsp_cli_check_file(cli, "report", pages, "the report is written to FILE.html", err));
    if (plot != NULL && page != NULL && strcmp(plot, page) == 0) {
        rsp_error_set(
            err, RSP_E_MISMATCH, "", "'%.120s' cannot be the drawing and the report: give two names", page);
        rsp_error_place(err, "--report", 0);
        return RSP_E_MISMATCH;
    }
    /* no programme, no drawing of one */
    if (plot != NULL && !run->plan->hard_broken)
        RSP_TRY(draw(run, plot, err));
    return page != NULL ? report(run, page, err) : RSP_OK;
}
