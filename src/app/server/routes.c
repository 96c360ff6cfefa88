#include "app/server/route.h"

#define API(method, path, use_case)                                                                          \
    {                                                                                                        \
        method, "/api/v1" path, RSP_USE_##use_case, RSP_PAGE_NONE, false, false                              \
    }

#define STREAM(path, use_case)                                                                               \
    {                                                                                                        \
        "GET", "/api/v1" path, RSP_USE_##use_case, RSP_PAGE_NONE, false, true                                \
    }

const struct rsp_route rsp_routes[] = {
    {"GET", "/", RSP_USE_NONE, RSP_PAGE_HOME, false, false},
    {"GET", "/healthz", RSP_USE_NONE, RSP_PAGE_HEALTH, false, false},
    {"GET", "/api/v1/openapi.json", RSP_USE_NONE, RSP_PAGE_OPENAPI, false, false},

    API("POST", "/sign-in", sign_in),
    API("POST", "/sign-in/code", sign_in_code),
    API("POST", "/sign-in/demo", sign_in_demo),
    API("POST", "/sign-out", sign_out),
    API("POST", "/sign-out/everywhere", sign_out_everywhere),
    API("POST", "/confirm", confirm),
    API("GET", "/me", me),
    API("POST", "/me/password", password_change),

    API("GET", "/users", users),
    API("POST", "/users", user_add),
    API("POST", "/users/{name}/disable", user_disable),
    API("POST", "/users/{name}/reset", user_reset),
    API("GET", "/audit", audit),
    API("GET", "/store", store_state),
    API("POST", "/store/check", store_check),
    API("POST", "/store/backups", backup_make),

    API("POST", "/patients", patient_create),
    API("POST", "/patients/search", patient_find), /* names do not belong into an address */
    API("GET", "/patients/{patient}", patient_read),
    {"PATCH", "/api/v1/patients/{patient}", RSP_USE_patient_amend, RSP_PAGE_NONE, true, false},
    API("GET", "/patients/{patient}/history", patient_history),
    API("POST", "/patients/{patient}/erase", patient_erase),
    API("POST", "/patients/{patient}/care", care_add),
    API("POST", "/patients/{patient}/break-glass", break_glass),
    API("GET", "/patients/{patient}/assessments", assessments),
    API("POST", "/patients/{patient}/assessments", assess),
    API("POST", "/patients/{patient}/plan", plan),
    API("POST", "/patients/{patient}/plans/preview", plan_preview),
    API("GET", "/protocols", protocols),
    API("GET", "/patients/{patient}/plans", plans),
    API("POST", "/patients/{patient}/plans", plan_keep),
    API("GET", "/patients/{patient}/plans/{plan}", plan_read),
    API("GET", "/patients/{patient}/plans/{plan}/sheet", sheet),
    API("POST", "/patients/{patient}/plans/{plan}/consent", consent),
    API("GET", "/patients/{patient}/consents", consents),
    API("GET", "/patients/{patient}/diary", diary),
    API("POST", "/patients/{patient}/diary", diary_add),
    API("GET", "/patients/{patient}/levels", levels),
    API("POST", "/patients/{patient}/levels", level_add),
    API("POST", "/patients/{patient}/levels/{level}/withdraw", level_withdraw),

    API("GET", "/patients/{patient}/timeline", timeline),
    API("GET", "/patients/{patient}/progress", progress),
    API("GET", "/record-form", record_form),
    API("POST", "/patients/{patient}/assessments/preview", assess_preview),
    API("GET", "/instruments", instruments),
    API("POST", "/instruments/score", score_preview),
    API("GET", "/patients/{patient}/scores", scores),
    API("POST", "/patients/{patient}/scores", score_add),
    API("POST", "/patients/{patient}/findings/{finding}/answer", finding_answer),
    API("GET", "/findings", open_findings),

    API("GET", "/patients/{patient}/orders/{order}/bedside", bedside),
    API("GET", "/patients/{patient}/orders/{order}/bedside/now", bedside_now),
    API("POST", "/patients/{patient}/orders/{order}/bedside", bedside_event),
    API("POST", "/patients/{patient}/orders/{order}/bedside/suppose", bedside_suppose),
    API("GET", "/patients/{patient}/orders/{order}/readings", readings),
    API("POST", "/patients/{patient}/orders/{order}/readings", reading_add),
    API("POST", "/patients/{patient}/orders/{order}/readings/{reading}/mark", reading_mark),
    API("POST", "/patients/{patient}/orders/{order}/scores", bedside_score),
    API("POST", "/patients/{patient}/orders/{order}/medicines", bedside_medicine),
    API("POST", "/patients/{patient}/orders/{order}/recovery", recovery),
    API("POST", "/patients/{patient}/orders/{order}/alarms", alarm_answer),
    API("POST", "/patients/{patient}/orders/{order}/devices", device_bind),
    API("POST", "/patients/{patient}/orders/{order}/devices/unbind", device_unbind),
    API("GET", "/devices", devices),
    STREAM("/patients/{patient}/orders/{order}/bedside/changes", bedside_watch),
    API("GET", "/ward", ward),
    STREAM("/ward/changes", ward_watch),

    API("GET", "/today", today),
    API("GET", "/chairs", chairs),
    API("POST", "/chairs", chair_set),
    API("GET", "/staff", staff),
    API("GET", "/appointments", appointments),
    API("GET", "/patients/{patient}/appointments", patient_appointments),
    API("POST", "/patients/{patient}/appointments", appointment_book),
    API("POST", "/patients/{patient}/appointments/slots", appointment_slots),
    API("POST", "/patients/{patient}/appointments/{appointment}/change", appointment_change),
    API("POST", "/patients/{patient}/appointments/{appointment}/cancel", appointment_cancel),
    API("POST", "/patients/{patient}/appointments/{appointment}/came", appointment_came),

    API("GET", "/register", register),
    API("POST", "/register", register_add),
    API("GET", "/register/words", register_words),
    API("GET", "/register/counts", register_counts),
    API("GET", "/register/export", register_export),
    API("GET", "/register/{entry}", register_read),
    API("POST", "/register/{entry}/amend", register_amend),

    API("GET", "/profile", profile),
    API("POST", "/profile", profile_sign),
    API("GET", "/orders/choices", order_choices),
    API("POST", "/patients/{patient}/orders/prepare", order_prepare),
    API("GET", "/patients/{patient}/orders", orders),
    API("POST", "/patients/{patient}/orders", order_write),
    API("GET", "/patients/{patient}/orders/{order}", order_read),
    API("POST", "/patients/{patient}/orders/{order}/sign", order_sign),
    API("POST", "/patients/{patient}/orders/{order}/check", order_check),
    API("POST", "/patients/{patient}/orders/{order}/cancel", order_cancel),

    API("GET", "/stock", stock),
    API("GET", "/stock/moves", stock_moves),
    API("GET", "/stock/export", stock_export),
    API("POST", "/stock/receive", stock_receive),
    API("POST", "/stock/issue", stock_issue),
    API("POST", "/stock/give", stock_give),
    API("POST", "/stock/waste", stock_waste),
    API("POST", "/stock/return", stock_return),
    API("POST", "/stock/count", stock_count),
    API("POST", "/stock/moves/{number}/sign", stock_sign),

    API("GET", "/research/patients", research_patients),
};
const size_t rsp_n_route = sizeof rsp_routes / sizeof *rsp_routes;
