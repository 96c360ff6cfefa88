/* respite model list */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>
#include <respite/units.h>

#include "cli.h"
#include "columns.h"
#include "json.h"
#include "model_argument.h"

enum { WIDTH = 100 };

/* "iv, nasal, oral"; an effect model takes the routes of the PK model behind it. */
static void routes_text(const struct rsp_model *model, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (int route = 0; route < RSP_N_ROUTE && used < size; route++)
        if (rsp_model_takes_route(model, (enum rsp_route)route))
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "",
                rsp_route_name((enum rsp_route)route));
}

/* The part that a model's own file describes: the last one of an effect with its PK model. */
static const struct rsp_model_part *own_part(const struct rsp_model *model)
{
    return rsp_model_part(model, rsp_model_n_part(model) - 1);
}

static void list_json(const struct rsp_model *model, const char *id, struct rsp_buf *out)
{
    const struct rsp_model_part *part = own_part(model);

    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "id", id);
    rsp_json_text(out, "name", part->name);
    rsp_json_text(out, "kind", part->kind == RSP_MODEL_PK ? "pk" : "effect");
    rsp_json_text(out, "drug", rsp_drug_name(part->drug));
    rsp_json_open(out, "routes", '[');
    for (int route = 0; route < RSP_N_ROUTE; route++)
        if (part->kind == RSP_MODEL_PK && rsp_model_takes_route(model, (enum rsp_route)route))
            rsp_json_text(out, NULL, rsp_route_name((enum rsp_route)route));
    rsp_json_close(out, ']');
    rsp_json_text(out, "site", rsp_cli_site(part->site));
    rsp_json_text(out, "population", part->population);
    rsp_json_text(out, "domain", part->domain.regimen);
    rsp_json_text(out, "status", part->status);
    rsp_json_bool(out, "may_plan", rsp_model_may_plan(model));
    rsp_json_text(out, "sha256", rsp_cli_model_sha256(id));
    rsp_json_close(out, '}');
}

static void list_row(const struct rsp_model *model, const char *id, struct rsp_columns *table)
{
    const struct rsp_model_part *part = own_part(model);
    char routes[128];

    routes_text(model, routes, sizeof routes);
    rsp_columns_text(table, id);
    rsp_columns_text(table, rsp_drug_name(part->drug));
    rsp_columns_text(table, part->kind == RSP_MODEL_PK ? routes : "effect");
    rsp_columns_text(table, rsp_cli_site(part->site));
    rsp_columns_text(table, part->domain.regimen);
}

static void list_texts(const struct rsp_model *model, struct rsp_buf *out)
{
    const struct rsp_model_part *part = own_part(model);

    rsp_buf_text(out, "    ");
    rsp_cli_wrap(out, part->population, 4, 4, WIDTH);
    rsp_buf_text(out, "    ");
    rsp_cli_wrap(out, part->status, 4, 4, WIDTH);
}

/* Print row i of the table, followed by the texts of its model. */
static void print_list(
    struct rsp_model *const model[], size_t n, const struct rsp_columns *table, struct rsp_buf *out)
{
    struct rsp_buf rows;

    rsp_buf_init(&rows, 1 << 20);
    rsp_columns_print(table, 0, 0, &rows);
    const char *line = rows.data;
    for (size_t i = 0; line != NULL && i <= n; i++) {
        const size_t length = strcspn(line, "\n") + 1;
        rsp_buf_add(out, line, length);
        if (i > 0)
            list_texts(model[i - 1], out);
        line += length;
    }
    rsp_buf_free(&rows);
}

rsp_status rsp_cmd_model_list(struct rsp_cli *cli, struct rsp_error *err)
{
    const bool json = rsp_cli_flag(cli, "json");
    const size_t n = rsp_shipped_count();
    struct rsp_model **model = calloc(n + 1, sizeof *model);
    struct rsp_columns table;
    rsp_status status = model != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");

    rsp_columns_init(&table, 5);
    static const char *const head[] = {"model", "drug", "routes", "site", "fitted on"};
    for (size_t c = 0; c < 5; c++)
        rsp_columns_text(&table, head[c]);
    if (json) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_open(&cli->out, "models", '[');
    }
    for (size_t i = 0; i < n && status == RSP_OK; i++) {
        status = rsp_model_shipped(rsp_shipped_id(i), &model[i], err);
        if (status != RSP_OK)
            break;
        if (json)
            list_json(model[i], rsp_shipped_id(i), &cli->out);
        else
            list_row(model[i], rsp_shipped_id(i), &table);
    }
    if (status == RSP_OK && json)
        rsp_buf_text(&cli->out, "]}\n");
    else if (status == RSP_OK)
        print_list(model, n, &table, &cli->out);
    for (size_t i = 0; model != NULL && i < n; i++)
        rsp_model_free(model[i]);
    free(model);
    rsp_columns_free(&table);
    return status;
}
