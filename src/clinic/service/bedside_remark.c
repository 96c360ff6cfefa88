/* What the person said during a session, and what was seen or done beside the dose: in words. */
#include "service/bedside.h"

static const char kind[] = "bedside_remark";

rsp_status rsp_case_bedside_remark(struct rsp_call *call)
{
    const char *text = rsp_call_text(call, "text");
    const bool back = rsp_bedside_takes_back(call, "text");
    RSP_TRY(rsp_bedside_takes(call, rsp_call_whole(call, "order", 0)));
    if (text[0] == '\0' && !back)
        return rsp_error_set(call->err, RSP_E_MISSING, "text", "the words are expected");
    return rsp_bedside_enter(call, kind, "what",
        json_pack("{s:s, s:s*, s:b}", "what", rsp_call_text(call, "what"), "text",
            text[0] != '\0' ? text : NULL, "withdrawn", back),
        "remark");
}

rsp_status rsp_bedside_put_remarks(struct rsp_call *call, int64_t order)
{
    json_t *rows = NULL;
    RSP_TRY(rsp_bedside_entries(call, kind, order, &rows));
    return rsp_call_put(call, "remarks", rows);
}
