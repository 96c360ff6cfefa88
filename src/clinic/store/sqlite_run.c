#include "store/sqlite_internal.h"

rsp_status rsp_sqlite_run(sqlite3 *db, const char *sql, const char *doing, struct rsp_error *err)
{
    const int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? RSP_OK : rsp_sqlite_refuse(db, code, doing, err);
}

rsp_status rsp_sqlite_prepare(
    sqlite3 *db, const char *sql, sqlite3_stmt **statement, const char *doing, struct rsp_error *err)
{
    const int code = sqlite3_prepare_v2(db, sql, -1, statement, NULL);
    return code == SQLITE_OK ? RSP_OK : rsp_sqlite_refuse(db, code, doing, err);
}

rsp_status rsp_sqlite_take(struct rsp_sqlite *self, enum rsp_sqlite_kept which, const char *sql,
    sqlite3_stmt **statement, const char *doing, struct rsp_error *err)
{
    if (self->kept[which] == NULL) {
        const int code = sqlite3_prepare_v3(self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
        return code == SQLITE_OK ? RSP_OK : rsp_sqlite_refuse(self->db, code, doing, err);
    }
    *statement = self->kept[which];
    self->kept[which] = NULL;
    return RSP_OK;
}

void rsp_sqlite_give_back(struct rsp_sqlite *self, enum rsp_sqlite_kept which, sqlite3_stmt *statement)
{
    if (self->kept[which] != NULL) {
        (void)sqlite3_finalize(statement);
        return;
    }
    (void)sqlite3_reset(statement); /* what it returns was said when it was stepped */
    (void)sqlite3_clear_bindings(statement);
    self->kept[which] = statement;
}

rsp_status rsp_sqlite_finish(
    sqlite3 *db, sqlite3_stmt *statement, int code, const char *doing, struct rsp_error *err)
{
    if (code == SQLITE_OK) {
        do
            code = sqlite3_step(statement);
        while (code == SQLITE_ROW);
    }
    const rsp_status status =
        code == SQLITE_DONE || code == SQLITE_OK ? RSP_OK : rsp_sqlite_refuse(db, code, doing, err);
    (void)sqlite3_finalize(statement);
    return status;
}

rsp_status rsp_sqlite_number(
    sqlite3 *db, const char *sql, int64_t none, int64_t *number, struct rsp_error *err)
{
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(db, sql, &statement, "reading the database", err));
    const int code = sqlite3_step(statement);
    const int64_t found = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : none;
    const rsp_status status = code == SQLITE_ROW || code == SQLITE_DONE
                                  ? RSP_OK
                                  : rsp_sqlite_refuse(db, code, "reading the database", err);
    (void)sqlite3_finalize(statement);
    if (status == RSP_OK)
        *number = found;
    return status;
}
