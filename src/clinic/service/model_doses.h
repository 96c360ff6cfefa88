/** The doses as a model takes them: racemate as its esketamine half, routes without published absorption as
 * their bioavailable fraction. Every step is an assumption with a name, entered in the basis. */
#ifndef RSP_CLINIC_SERVICE_MODEL_DOSES_H
#define RSP_CLINIC_SERVICE_MODEL_DOSES_H

#include <respite/dose.h>
#include <respite/model.h>

struct rsp_model_doses {
    size_t n;
    struct rsp_dose *dose; /* ascending start; caller frees with free() */
    bool halved, by_area;
};

/** Doses for an esketamine model. With `area`, im, sc and rectal doses become iv doses of their published
 * bioavailable fraction (adults, lowest published); without it they stay as they are.
 * @param n_source, source  doses as given
 * @param reason  out: why the doses cannot be taken ("" when they can): arketamine, or a route without a
 *                published fraction; size at least 200 */
RSP_CHECKED rsp_status rsp_model_doses_esketamine(size_t n_source, const struct rsp_dose source[], bool area,
    struct rsp_model_doses *doses, char reason[200], struct rsp_error *err);

/** For qsort: ascending start. */
int rsp_dose_by_start(const void *a, const void *b);

/** First of the model ids (NULL-terminated) that takes every route of the doses, loaded; NULL when none.
 * Caller frees with rsp_model_free. */
RSP_CHECKED rsp_status rsp_model_for_doses(const char *const ids[], size_t n, const struct rsp_dose dose[],
    struct rsp_model **model, struct rsp_error *err);

#endif
